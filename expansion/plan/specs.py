"""Every module that declares tables of a plan, in the order of the data dictionary."""

from __future__ import annotations

from expansion.plan import (
    business,
    curve,
    graph,
    grounds,
    locks,
    permit_comparison,
    rules,
    selection,
    siting,
    specs_cost,
    specs_delivery,
    specs_governance,
    specs_network,
    specs_permits,
    specs_schedule,
    specs_schedule_checks,
    specs_supply,
    technology,
    uncertainty,
)
from expansion.tables import TableSpec

MODULES = (
    specs_network, siting, grounds, graph, locks, curve, rules, technology, selection, specs_cost, specs_permits,
    specs_schedule, specs_schedule_checks, specs_delivery, specs_governance, specs_supply, uncertainty,
    permit_comparison, business,
)  # fmt: skip


def declared() -> list[TableSpec]:
    """List every declared table of a plan, each once."""
    specs = [spec for module in MODULES for spec in vars(module).values() if isinstance(spec, TableSpec)]
    return list({spec.name: spec for spec in specs}.values())

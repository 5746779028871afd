"""Say what permits do to the route: the plan against the route that ignores them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expansion.cli.layout import Lines
from expansion.cli.words import amount, dated
from expansion.wording import against, count

_SHOWN = 8


def comparison_lines(comparison: Mapping[str, Any] | None, money: str) -> Lines:
    """Say in words what `permit_comparison` of plan.json holds; nothing where it was not asked for."""
    if comparison is None:
        return []
    aware, ignoring, saved = (comparison[name] for name in ("aware", "ignoring", "saved"))
    if not comparison["areas_that_differ"]:
        return ["the route that ignores permits is the same: at these prices no permit is worth a detour"]
    areas = comparison["areas_that_differ"]
    more = f" and {count(len(areas) - _SHOWN, 'more area')}" if len(areas) > _SHOWN else ""
    return [
        (
            f"against the route that ignores permits: {against(-saved['length_m'], 'm of route')}, "
            f"{against(-saved['permits'], 'permits')} ({ignoring['permits']} to {aware['permits']}), "
            f"{against(-saved['base_cost'], money)} of base cost, "
            f"{against(-saved['wait_days'], 'days')} of waiting in the areas together, "
            f"finish {dated(aware['finish'])} instead of {dated(ignoring['finish'])}"
        ),
        (
            f"{verdict(saved['total'], money)}: {amount(aware['total'], money)} with each area's wait at the study's "
            f"price of a day, against {amount(ignoring['total'], money)}"
        ),
        *_budget_lines(aware, ignoring, money),
        f"other route or permits in {', '.join(areas[:_SHOWN])}{more} (tables/permit_comparison.parquet)",
    ]


def _budget_lines(aware: Mapping[str, Any], ignoring: Mapping[str, Any], money: str) -> Lines:
    """Say where one of the routes breaks a budget; nothing where both hold all."""
    broken = {"the route that ignores permits": ignoring["over_budget"], "the plan": aware["over_budget"]}
    told = [f"{who} breaks a budget by {amount(over, money)}" for who, over in broken.items() if over > 0]
    return ["; ".join(told)] if told else []


def verdict(saved: float, money: str) -> str:
    """Say whether the plan is better in total than the route that ignores permits."""
    if saved > 0:
        return f"better in total by {amount(saved, money)}"
    return f"dearer in total by {amount(-saved, money)}" if saved < 0 else "equal in total"

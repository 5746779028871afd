"""The rules ledger: what every design rule found on the network, and the optics of every OLT port."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from expansion.plan.findings import Finding
from expansion.tables import Column, TableSpec

SEVERITIES = frozenset({"error", "warning", "info"})

RULES = TableSpec(
    name="rules",
    key="rule_id",
    geometry="",
    about="The rules ledger: every design rule, how often it was checked, and where the network breaks it.",
    columns=(
        Column("rule_id", "text", "Name of the rule"),
        Column("sentence", "text", "What must hold"),
        Column("limit", "number", "Limit; where it differs by place that of the worst place", nullable=True),
        Column("unit", "text", "Unit of limit and worst", nullable=True),
        Column("checked", "integer", "Places at which it was checked", least=0),
        Column("broken", "integer", "Places at which it is broken", least=0),
        Column("worst", "number", "Value nearest to the limit, or farthest beyond it", nullable=True),
        Column("worst_place", "text", "Where that is", nullable=True),
        Column("set_by", "text", "Key of the study or row of the rule book that sets the limit"),
        Column("severity", "text", "What a breach means", among=SEVERITIES),
        Column("code", "text", "Code of the finding that a breach becomes"),
        Column("places", "text", "Where it is broken, joined by commas", nullable=True),
        Column("repair", "text", "Cheapest repair known", nullable=True),
        Column("repair_cost", "number", "What that costs about, at likely rates", least=0, nullable=True),
    ),
)

OPTICS = TableSpec(
    name="optics",
    key="port_id",
    geometry="",
    about="The optics of every OLT port in use: reaches and losses on it against study and class.",
    columns=(
        Column("port_id", "text", "Office and number of the OLT port"),
        Column("office_id", "text", "Office or hut that holds it"),
        Column("olt_port", "integer", "Its number there", least=1),
        Column("hub_id", "text", "Hub that it feeds"),
        Column("locations", "integer", "Locations on it", least=1),
        Column("units", "integer", "Splitter outputs in use on it", least=1),
        Column("pon_class", "text", "Optical class"),
        Column("reach_min_m", "number", "Nearest location, optical length", unit="m", least=0),
        Column("reach_max_m", "number", "Farthest location, optical length", unit="m", least=0),
        Column("differential_m", "number", "Farthest less nearest", unit="m", least=0),
        Column("differential_max_m", "number", "Most that the class allows", unit="m", least=0),
        Column("loss_min_db", "number", "Least loss on it, at low values", unit="dB", least=0),
        Column("least_db", "number", "Least loss that receivers of the class stand", unit="dB", least=0),
        Column("loss_max_db", "number", "Largest loss on it, at high values", unit="dB", least=0),
        Column("budget_db", "number", "Largest loss of the class less the aging margin", unit="dB"),
        Column("attenuators", "integer", "Locations that need an attenuator", least=0),
        Column("binds", "text", "Limit nearest to being met, of the path with the least headroom"),
    ),
)


@dataclass(frozen=True, slots=True)
class Rules:
    """The ledger: `table` after `RULES`, `optics` after `OPTICS`, a finding per broken rule.

    `codes` are the codes that the ledger answers for: findings of the design with one of them say the same twice.
    """

    table: pd.DataFrame
    optics: pd.DataFrame
    findings: tuple[Finding, ...]
    codes: frozenset[str]

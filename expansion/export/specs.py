"""The declared spec of every table of a plan, by its name."""

from __future__ import annotations

from expansion.figures.existing import EXISTING_FIBER
from expansion.figures.poles import POLES
from expansion.figures.stations import STATION_REACH
from expansion.plan.specs import declared
from expansion.tables import TableSpec

SPECS: dict[str, TableSpec] = {spec.name: spec for spec in (EXISTING_FIBER, POLES, STATION_REACH, *declared())}


_PLAN = {
    "key": "Where the value stands in plan.json, such as portfolio.phases[0].cost",
    "number": "The value, if it is a number; empty if plan.json says null",
    "text": "The value, if it is a word or a flag",
    "unit": "Unit or currency of the number; empty for counts",
}


def column_notes(table: str) -> dict[str, str]:
    """Say in one line what each declared column of a table holds, with its unit; `plan` is plan.json as a table."""
    if table == "plan":
        return _PLAN
    spec = SPECS.get(table)
    if spec is None:
        return {}
    return {column.name: f"{column.about} [{column.unit}]" if column.unit else column.about for column in spec.columns}

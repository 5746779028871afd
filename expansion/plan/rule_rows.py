"""What differs between the rule books of two plans, row by row, and what each row did to the money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from expansion.plan.effects import diff_effects
from expansion.plan.saved import SavedPlan
from expansion.rulebook.book import ROW_KEYS

_STATED = "rates_as_stated"
Row = dict[str, Any]


def diff_rules(before: SavedPlan, after: SavedPlan) -> list[Row]:
    """List the rows of the rule book that differ, by table and in the order of the books.

    Parameters
    ----------
    before, after
        Plans, whose `study.json` holds the rules in force.

    Returns
    -------
    list
        Rows of ``table, row, before, after, fields, money``. `before` and `after` are whole rows of the rule book,
        None where a side lacks it; `fields` names the columns that differ, empty where a side lacks the row. `money`
        is what the row did: of a rate the part of its items that prices moved, of a permit rule the change of the
        fees under it; None where the tables of the plans tell none. Figures that are no rows have an empty `row`.
    """
    sides = [plan.study_document.get("rules", {}) for plan in (before, after)]
    if all(_STATED in side for side in sides):
        sides = [{name: value for name, value in side.items() if name != "rates"} for side in sides]
    money = _money(before, after)
    tables = [*sides[0], *(name for name in sides[1] if name not in sides[0])]
    found: list[Row] = []
    for name in sorted(tables):
        first, second = (_rows(name, side.get(name)) for side in sides)
        table = "rates" if name == _STATED else name
        keys = [*first, *(key for key in second if key not in first)]
        changed = [key for key in keys if first.get(key) != second.get(key)]
        found += [_difference(table, key, first.get(key), second.get(key), money) for key in changed]
    return found


def _rows(name: str, value: Any) -> dict[str, Any]:
    """Name the rows of a table by their key; what is no table is one row without a name."""
    if value is None:
        return {}
    if not isinstance(value, Sequence) or isinstance(value, str):
        return {"": value}
    columns = ROW_KEYS.get("rates" if name == _STATED else name, ())
    if not columns or any(not isinstance(row, Mapping) or not set(columns) <= set(row) for row in value):
        return {str(place): row for place, row in enumerate(value)}
    return {" ".join(str(row[column]) for column in columns if row[column] != ""): row for row in value}


def _difference(table: str, key: str, before: Any, after: Any, money: Mapping[tuple[str, str], float]) -> Row:
    """Make one row of the list."""
    both = isinstance(before, Mapping) and isinstance(after, Mapping)
    names = [*before, *(name for name in after if name not in before)] if both else []
    fields = [name for name in names if before.get(name) != after.get(name)]
    told = money.get((table, key))
    return {"table": table, "row": key, "before": before, "after": after, "fields": fields, "money": told}


def _money(before: SavedPlan, after: SavedPlan) -> dict[tuple[str, str], float]:
    """Return what rates and permit rules did to the bill, by table and row."""
    found: dict[tuple[str, str], float] = {}
    for row in diff_effects(before, after):
        if row["subject"] == "bill" and row["by_price"]:
            key = ("rates", row["name"].partition("_slope_")[0])
            found[key] = round(found.get(key, 0.0) + row["by_price"], 2)
    fees = [_fees(plan.tables.get("permits")) for plan in (before, after)]
    for rule in sorted(set(fees[0]) | set(fees[1])):
        found["permit_rules", rule] = round(fees[1].get(rule, 0.0) - fees[0].get(rule, 0.0), 2)
    return found


def _fees(permits: pd.DataFrame | None) -> dict[str, float]:
    """Add the fees of permits up by their rule."""
    if permits is None or not {"rule_id", "fee"} <= set(permits.columns):
        return {}
    return {str(rule): float(fee) for rule, fee in permits.groupby("rule_id")["fee"].sum().items()}

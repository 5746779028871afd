"""What a change did to a plan, read from the tables of both: prices and quantities, areas, permits, acceptance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from expansion.plan.saved import SavedPlan

_SHOWN = 5
SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "areas": ("areas",),
    "locations": ("locations",),
    "route": ("route",),
    "network": ("sites", "spans", "cables", "paths", "drops"),
    "bill": ("bom",),
    "permits": ("permits",),
    "dates": ("tasks",),
}
"""What a planner asks after, and the tables that say whether it is the same."""
_DERIVED: Mapping[str, tuple[str, ...]] = {
    "areas": ("area_id", "chosen", "year", "locations", "units"),
    "locations": ("location_id", "status", "eligible", "area_id", "outcome"),
    "tasks": ("task_id", "start", "finish"),
    "permits": ("permit_id", "lead_time_calendar_days", "fee"),
    "bom": ("area_id", "category", "item", "component", "quantity", "cost"),
}


def diff_effects(before: SavedPlan, after: SavedPlan) -> list[dict[str, Any]]:
    """List what changed, told from the tables.

    Parameters
    ----------
    before, after
        Plans of one study, or of two with the same ids.

    Returns
    -------
    list
        Rows of ``subject, name, before, after, difference, unit, where, count`` and, for items of the bill,
        ``by_price`` and ``by_quantity``, which add up to the difference but for rounding. `where` holds up to five ids,
        `count` says how many there are. Plans without the tables give no rows.
    """
    money = before.document["study"]["currency"]
    return [
        *_bill(*_tables(before, after, "bom"), money),
        *_areas(*_tables(before, after, "areas")),
        *_permits(*_tables(before, after, "permits")),
        *_acceptance(*_tables(before, after, "business_areas")),
    ]


def unchanged(before: SavedPlan, after: SavedPlan) -> list[str]:
    """Name the subjects of `SUBJECTS` that are the same in both plans, in that order."""
    return [name for name, tables in SUBJECTS.items() if _is_same(before, after, name, tables)]


def _is_same(before: SavedPlan, after: SavedPlan, subject: str, tables: tuple[str, ...]) -> bool:
    """Say whether a subject is the same: the route by its edges, others by their tables."""
    if subject == "route":
        first, second = (plan.certificates.get("route", {}).get("edges") for plan in (before, after))
        return first is not None and second is not None and np.array_equal(first, second)
    pairs = [_tables(before, after, name) for name in tables]
    return all(a is not None and b is not None and _alike(a, b) for a, b in pairs)


def _tables(before: SavedPlan, after: SavedPlan, name: str) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Return a table of both plans, with the columns that matter here; None where a plan lacks it."""
    found = []
    for plan in (before, after):
        table = plan.tables.get(name)
        wanted = _DERIVED.get(name)
        if table is not None and wanted is not None:
            table = table[list(wanted)] if set(wanted) <= set(table.columns) else None
        found.append(table)
    return found[0], found[1]


def _alike(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Compare two tables cell by cell, whatever their geometry's type of array."""
    if list(one.columns) != list(other.columns) or len(one) != len(other):
        return False
    return all(one[name].reset_index(drop=True).equals(other[name].reset_index(drop=True)) for name in one.columns)


def _row(subject: str, name: str, before: Any, after: Any, unit: str = "", **more: Any) -> dict[str, Any]:
    """Make one effect; the difference is that of numbers."""
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (before, after))
    difference = round(after - before, 6) if numbers else None
    return {
        "subject": subject, "name": name, "before": before, "after": after, "difference": difference, "unit": unit,
        "where": [], "count": 0,
    } | more  # fmt: skip


def _bill(first: pd.DataFrame | None, second: pd.DataFrame | None, money: str) -> list[dict[str, Any]]:
    """List the items whose cost changed, the largest change first, with what prices and what quantities did."""
    if first is None or second is None:
        return []
    sides = [_items(table) for table in (first, second)]
    names = sides[0].index.union(sides[1].index)
    old, new = (side.reindex(names).fillna(0.0) for side in sides)
    rows = []
    for name in names:
        a, b = old.loc[name], new.loc[name]
        if round(a["cost"] * 100) == round(b["cost"] * 100):
            continue
        by_quantity = (
            (b["quantity"] - a["quantity"]) * a["price"] if a["quantity"] and b["quantity"] else b["cost"] - a["cost"]
        )
        told = {"by_quantity": round(by_quantity, 2), "by_price": round(b["cost"] - a["cost"] - by_quantity, 2)}
        rows.append(_row("bill", name[1], round(a["cost"], 2), round(b["cost"], 2), money, category=name[0], **told))
    return sorted(rows, key=lambda row: (-abs(row["difference"]), row["name"]))


def _items(table: pd.DataFrame) -> pd.DataFrame:
    """Add the bill up by category and item: cost, quantity, and what a unit costs; permit fees are one item."""
    fees = (table["category"] == "permits").to_numpy()
    item = np.where(fees, "permit fees", table["item"].to_numpy(dtype=object))
    quantity = np.where(fees, table["cost"], table["quantity"])
    lines = table.assign(item=item, quantity=quantity)
    by_line = lines.groupby(["category", "item", "component"])[["cost", "quantity"]].sum()
    grouped = by_line.groupby(level=["category", "item"])
    found = pd.DataFrame({"cost": grouped["cost"].sum(), "quantity": grouped["quantity"].max()})
    return found.assign(price=found["cost"] / found["quantity"].where(found["quantity"] != 0, 1.0))


def _areas(first: pd.DataFrame | None, second: pd.DataFrame | None) -> list[dict[str, Any]]:
    """List areas that are chosen now, dropped, moved to another year, or drawn otherwise."""
    if first is None or second is None:
        return []
    old, new = (table.set_index("area_id") for table in (first, second))
    both = [name for name in old.index if name in new.index]
    drawn = sorted({*old.index, *new.index} - set(both))
    resized = [name for name in both if old.loc[name, "units"] != new.loc[name, "units"]]
    now = [name for name in both if new.loc[name, "chosen"] and not old.loc[name, "chosen"]]
    gone = [name for name in both if old.loc[name, "chosen"] and not new.loc[name, "chosen"]]
    rows = [
        _named("areas", "drawn otherwise", [*drawn, *resized]),
        _named("areas", "chosen now", now),
        _named("areas", "no longer chosen", gone),
    ]
    moved: dict[tuple[int, int], list[str]] = {}
    for name in both:
        if old.loc[name, "chosen"] and new.loc[name, "chosen"] and old.loc[name, "year"] != new.loc[name, "year"]:
            moved.setdefault((int(old.loc[name, "year"]), int(new.loc[name, "year"])), []).append(str(name))
    for (was, is_now), names in sorted(moved.items()):
        rows.append(_named("areas", "build year", names, was, is_now))
    return [row for row in rows if row["count"]]


def _named(subject: str, name: str, ids: list[Any], before: Any = None, after: Any = None) -> dict[str, Any]:
    """Make an effect on some things, named by their ids."""
    places = sorted(str(one) for one in ids)
    return _row(subject, name, before, after) | {"where": places[:_SHOWN], "count": len(places)}


def _permits(first: pd.DataFrame | None, second: pd.DataFrame | None) -> list[dict[str, Any]]:
    """List permits that are needed now, and no longer."""
    if first is None or second is None:
        return []
    old, new = set(first["permit_id"]), set(second["permit_id"])
    rows = [
        _named("permits", "needed now", sorted(new - old)),
        _named("permits", "no longer needed", sorted(old - new)),
    ]
    return [row for row in rows if row["count"]]


def _acceptance(first: pd.DataFrame | None, second: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Say how many areas are accepted later or earlier, and by how many days at most."""
    if first is None or second is None:
        return []
    old, new = (dict(zip(table["area_id"], table["accepted"], strict=True)) for table in (first, second))
    shifts = {name: _days(old[name], new[name]) for name in old if name in new and old[name] != new[name]}
    rows = []
    for words, sign in (("accepted later", 1), ("accepted earlier", -1)):
        mine = {name: days * sign for name, days in shifts.items() if days * sign > 0}
        if mine:
            rows.append(_named("dates", words, list(mine)) | {"difference": sign * max(mine.values()), "unit": "days"})
    return rows


def _days(before: str, after: str) -> int:
    return (dt.date.fromisoformat(after) - dt.date.fromisoformat(before)).days

"""Check that what the planner fixed about areas holds, and what all locks of the design cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from expansion.audit.folder import SavedPlan, numbers, split_ids, texts
from expansion.audit.ledger import Ledger
from expansion.audit.rules import section
from expansion.audit.site_locks import asked_sites

_CENT = 0.0051


def check_design_locks(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that locations share areas as study.json says, and that the table lists these locks as they are."""
    area_of = dict(zip(*(texts(saved.table("locations"), name) for name in ("location_id", "area_id")), strict=True))
    asked = _asked(saved)
    for name, members in asked.items():
        areas = [area_of.get(one, "") for one in members]
        known = [area for area in areas if area]
        ledger.that(all(one in area_of for one in members), f"{name} names locations that are not in the plan")
        most = 1 if name.startswith("together-") else len(known)
        ledger.that(len(set(known)) == min(most, len(known)), f"{name} is not kept: its locations lie in {areas}")
    _check_table(ledger, saved, asked, area_of)


def _asked(saved: SavedPlan) -> dict[str, list[str]]:
    """Locations of each lock of the study, by its id in the plan."""
    rules = section(saved, "areas")
    return {
        f"{kind}-{number}": list(members)
        for kind in ("together", "apart")
        for number, members in enumerate(rules.get(kind) or [], 1)
    }


def _check_table(ledger: Ledger, saved: SavedPlan, asked: dict[str, list[str]], area_of: dict[str, str]) -> None:
    """Check rows, places and prices of the table; its costs are of designs that the plan does not keep."""
    table: Any = saved.table("design_locks")
    ids = texts(table, "lock_id")
    both = {*asked, *asked_sites(saved)}
    ledger.nothing(sorted(set(ids) ^ both), "design locks of the study and of the plan differ", len(both))
    places = dict(zip(texts(saved.table("locations"), "location_id"), saved.table("locations").geometry, strict=True))
    shapes = np.asarray(table.geometry.array, dtype=object)
    for row, (name, kind) in enumerate(zip(ids, texts(table, "kind"), strict=True)):
        if name not in asked:
            continue
        members = asked[name]
        ledger.that(name.startswith(f"{kind}-"), f"{name} is of another kind")
        ledger.that(split_ids(texts(table, "location_ids")[row]) == members, f"{name} names other locations")
        spots = shapely.multipoints([places[one] for one in members if one in places])
        ledger.that(bool(shapely.distance(shapes[row], spots) < 0.01), f"{name} lies elsewhere")
        touched = set(split_ids(texts(table, "area_ids")[row]))
        ledger.that(touched <= set(area_of.values()), f"{name} names areas that are not in the plan")
        ledger.nothing(
            [text for text in (texts(table, "site_id")[row], texts(table, "unmet")[row]) if text],
            f"{name} is about areas and names sites",
        )
    with_, free, price = (numbers(table, name) for name in ("cost_with", "cost_without", "price"))
    told = np.isfinite(price)
    ledger.none(told & ~(np.abs(with_ - free - price) <= _CENT), ids, "price is not what the design costs more")
    ledger.none(told & ((with_ < 0) | (free < 0)), ids, "designs cost less than nothing")
    idle = np.array([not text for text in texts(table, "area_ids")], dtype=bool)
    ledger.none(told & idle & (np.abs(price) > _CENT), ids, "locks that change no area have a price")

"""Check whose poles are used, and that the money for them is shared among their owners."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Ledger

Poles = dict[tuple[str, str], int]
BILLED = {"make_ready": "make_ready_pole", "application": "pole_application"}


def check_owners(ledger: Ledger, saved: SavedPlan) -> None:
    """Check poles per owner: those of the edges of each span, and the money of an area's owners against its bill."""
    wanted = _count(ledger, saved)
    table = saved.table("make_ready")
    keys = list(zip(texts(table, "area_id"), texts(table, "owner"), strict=True))
    found = dict(zip(keys, integers(table, "poles").tolist(), strict=True))
    ledger.that(found == wanted and len(keys) == len(found), "make_ready counts other poles than the spans")
    for column, item in BILLED.items():
        _check_money(
            ledger, saved.table("bom"), item, wanted, column, dict(zip(keys, numbers(table, column), strict=True))
        )


def _count(ledger: Ledger, saved: SavedPlan) -> Poles:
    """Count the poles of new aerial spans by area and owner, from their edges."""
    spans, edges = saved.table("spans"), saved.table("edges")
    names = texts(edges, "edge_id")
    poles = dict(zip(names, integers(edges, "pole_count"), strict=True))
    owner = dict(zip(names, texts(edges, "pole_owner"), strict=True))
    built = (np.array(texts(spans, "placement"), dtype=object) == "aerial") & ~flags(spans, "is_existing")
    columns = [texts(spans, name) for name in ("span_id", "area_id", "edge_ids", "pole_owners")]
    wanted: Poles = defaultdict(int)
    wrong = []
    for name, area, lies, told, is_new in zip(*columns, built, strict=True):
        mine: dict[str, int] = defaultdict(int)
        for edge in lies.split(","):
            mine[owner[edge].replace(";", ",") or "unknown"] += int(poles[edge])
        if told != "; ".join(f"{who} {mine[who]}" for who in sorted(mine) if mine[who]):
            wrong.append(name)
        for who, number in mine.items():
            if is_new and number:
                wanted[area, who] += number
    ledger.nothing(wrong, "pole_owners are not those of the edges", len(built))
    return dict(wanted)


def _check_money(
    ledger: Ledger, bom: Any, item: str, wanted: Poles, column: str, told: dict[tuple[str, str], float]
) -> None:
    """Check that owners share what their area pays for an item by the number of their poles."""
    billed: dict[str, float] = defaultdict(float)
    for area, name, cost in zip(texts(bom, "area_id"), texts(bom, "item"), numbers(bom, "cost"), strict=True):
        billed[area] += float(cost) if name == item else 0.0
    total: dict[str, int] = defaultdict(int)
    for (area, _), number in wanted.items():
        total[area] += number
    off = [
        f"{area}/{who}"
        for (area, who), money in told.items()
        if abs(float(money) - billed[area] * wanted.get((area, who), 0) / max(total[area], 1)) > 0.0101
    ]
    ledger.nothing(off, f"make_ready.{column} is not shared by poles", len(told))
    ledger.equal(round(float(sum(told.values())), 2), sum(billed.values()), f"sum of make_ready.{column}", 0.0051)

"""Check that the bill splits every price into the components that the rules name, and that the parts add up again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from expansion.audit.folder import SavedPlan, numbers, texts
from expansion.audit.ledger import Ledger
from expansion.audit.rules import rows_of

LEVELS = ("low", "likely", "high")
_STEP = 0.000151  # parts are whole ten-thousandths; the last one takes what rounding leaves


def check_components(ledger: Ledger, saved: SavedPlan, bom: Any, asked: Sequence[Mapping[str, Any] | None]) -> None:
    """Compare the lines of each area and item with the shares in force.

    Parameters
    ----------
    bom
        The bill.
    asked
        Per line the rate in force for its item, None where there is none (permit fees).
    """
    lines: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, key in enumerate(zip(texts(bom, "area_id"), texts(bom, "item"), strict=True)):
        lines[key].append(row)
    table = {name: texts(bom, name) for name in ("component", "factor")}
    money = {name: numbers(bom, f"rate_{name}") for name in LEVELS}
    quantity = numbers(bom, "quantity")
    uneven, other, moved, apart = [], [], [], []
    for (area, item), rows in lines.items():
        name, rate = f"{area}/{item}", asked[rows[0]]
        if rate is None:
            continue
        if np.ptp(quantity[rows]) > 0:
            uneven.append(name)
        parts = shares_of(saved, item, rate)
        if sorted(table["component"][row] for row in rows) != sorted(parts):
            other.append(name)
            continue
        moved += [name for row in rows if table["factor"][row] != parts[table["component"][row]][1]]
        for level in LEVELS:
            told = {table["component"][row]: float(money[level][row]) for row in rows}
            off = [abs(value - parts[part][0] * float(rate[level])) for part, value in told.items()]
            if max(off) > _STEP * len(rows) or abs(sum(told.values()) - float(rate[level])) > 0.00011:
                apart.append(name)
    ledger.nothing(uneven, "components of an item with different quantities", len(lines))
    ledger.nothing(other, "BOM components are not those of the rules", len(lines))
    ledger.nothing(moved, "BOM factor is not that of the component", len(lines))
    ledger.nothing(apart, "BOM rates do not add to the rate in force by its shares", len(lines))


def shares_of(saved: SavedPlan, item: str, rate: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    """Share and factor of each component of an item: rows of its own, of the longest prefix, of its category."""
    rows, method = rows_of(saved, "components"), item.partition("_slope_")[0]
    fitting = [row for row in rows if row["item"].endswith("*") and method.startswith(row["item"].rstrip("*"))]
    longest = max((row["item"] for row in fitting), key=len, default=None)
    for chosen in (
        [row for row in rows if row["item"] == method],
        [row for row in fitting if row["item"] == longest],
        [row for row in rows if row["category"] == rate["category"] and not row["item"]],
    ):
        if chosen:
            return {row["component"]: (float(row["share"]), row["factor"] or rate["factor"]) for row in chosen}
    return {"material" if rate["factor"] == "material" else "labor": (1.0, rate["factor"])}

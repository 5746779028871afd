"""Two plans side by side, in tables for readers: headline figures, areas that moved, and findings that came or went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from expansion.wording import count

Row = Mapping[str, Any]
_LEFT = "not built"


def _initiatives(own: Row) -> float:
    """Money of initiatives without a map, in study currency."""
    return float(own["portfolio"].get("initiatives_cost") or 0.0)


_FIGURES: Mapping[str, Callable[[Row], Any]] = {
    "Areas built": lambda own: own["counts"]["areas_chosen"],
    "Locations served": lambda own: own["counts"]["locations_chosen"],
    "Base cost": lambda own: own["cost"]["base"],
    "Cost P50": lambda own: own["cost"]["p50"],
    "Cost P80": lambda own: own["cost"]["p80"],
    "Initiatives": _initiatives,
    "Budget": lambda own: own["portfolio"]["budget"],
    "Benefit": lambda own: own["portfolio"].get("benefit"),
    "Net present value": lambda own: (own.get("business") or {}).get("npv"),
    "Grants needed": lambda own: (own.get("business") or {}).get("subsidy_needed"),
    "New route, km": lambda own: own["network"]["route_m"] / 1000,
    "Permits": lambda own: own["permits"]["count"],
    "Finish as scheduled": lambda own: own["schedule"]["finish"],
    "Finish P80": lambda own: own["schedule"]["finish_p80"],
    "Joint confidence, %": lambda own: _percent(own["schedule"].get("joint_confidence")),
}


def _percent(share: float | None) -> float | None:
    """Write a share in percent."""
    return None if share is None else 100 * share


def compare_figures(first: Row, second: Row) -> pd.DataFrame:
    """Put the figures that a reader asks for first side by side.

    Parameters
    ----------
    first, second
        plan.json of two plans; money in the currency of each.

    Returns
    -------
    pandas.DataFrame
        figure, first, second, difference (second less first; days between dates), all as text; "–" where unknown.
    """
    rows = [(name, read(first), read(second)) for name, read in _FIGURES.items()]
    return pd.DataFrame(
        [(name, _words(a), _words(b), _difference(a, b)) for name, a, b in rows if (a, b) != (None, None)],
        columns=["figure", "first", "second", "difference"],
    )


def _words(value: Any) -> str:
    """Write a figure or a day; a dash for what is unknown."""
    if value is None or value == "":
        return "–"
    return str(value) if isinstance(value, str) else _number(float(value), "z,")


def _number(value: float, sign: str) -> str:
    """Write a number with thousands set apart; small ones that are not whole keep a decimal."""
    return f"{value:{sign}.{1 if abs(value) < 1000 and value % 1 else 0}f}"


def _difference(first: Any, second: Any) -> str:
    """Write how far apart two figures or days are; a dash where one is unknown."""
    if first in (None, "") or second in (None, ""):
        return "–"
    if isinstance(first, str):
        days = (pd.Timestamp(second) - pd.Timestamp(first)).days
        return f"{'+' if days > 0 else ''}{count(days, 'day')}"
    apart = float(second) - float(first)
    return _number(apart, "+z,") if apart else "0"


def compare_areas(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """List the areas that are built in one plan alone, or in another year.

    Parameters
    ----------
    first, second
        Tables `areas` of two plans of one study.

    Returns
    -------
    pandas.DataFrame
        area, locations, first, second (the year, or that it is not built), why (the reason in the second plan, in the
        first where the second has no such area); most locations first.
    """
    columns = ["area_id", "locations", "year", "reason"]
    pair = first[columns].merge(second[columns], how="outer", on="area_id", suffixes=("_a", "_b"))
    rows = [
        (str(row.area_id), int(_known(row.locations_b, row.locations_a)), _year(row.year_a), _year(row.year_b),
         str(_known(row.reason_b, row.reason_a)))
        for row in pair.itertuples()
    ]  # fmt: skip
    moved = [row for row in rows if row[2] != row[3]]
    return pd.DataFrame(
        sorted(moved, key=lambda row: (-row[1], row[0])), columns=["area", "locations", "first", "second", "why"]
    )


def _known(value: Any, other: Any) -> Any:
    """Return a value, or the other where it is missing."""
    return other if pd.isna(value) else value


def _year(year: Any) -> str:
    """Write a build year, or that nothing is built."""
    return _LEFT if pd.isna(year) else str(int(year))

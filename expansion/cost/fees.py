"""Permit fees as lines of the bill, each fee split to the cent over the areas that need the permit."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from expansion.rulebook import Rulebook


def fee_range(rulebook: Rulebook) -> tuple[float, float, float]:
    """Low, likely and high of a fee over the expected one; fees are certain where the rule book has no row."""
    row = next((row for row in rulebook.ranges if row.range_id == "fee"), None)
    return (row.low, row.likely, row.high) if row else (1.0, 1.0, 1.0)


def split_evenly(cents: int, parts: int) -> list[int]:
    """Split an amount so that the parts add to it; the first parts take what does not divide.

    Examples
    --------
    >>> split_evenly(100, 3)
    [34, 33, 33]
    """
    share, rest = divmod(cents, parts)
    return [share + (1 if part < rest else 0) for part in range(parts)]


def rents_by_area(permits: pd.DataFrame) -> dict[str, int]:
    """Split the yearly rent of each permit over the areas that need it: cents per area."""
    found: dict[str, int] = {}
    columns = ["permit_id", "rent_year", "area_ids"]
    for _, rent, area_ids in sorted(permits[columns].itertuples(index=False, name=None)):
        areas = sorted({name.strip() for name in str(area_ids).split(",")} - {""})
        for area, part in zip(areas, split_evenly(round(float(rent) * 100), max(len(areas), 1)), strict=False):
            found[area] = found.get(area, 0) + part
    return found


def fee_lines(permits: pd.DataFrame, all_areas: Sequence[str]) -> list[tuple[str, str, int, str, str, str]]:
    """List what each area pays for each permit.

    Parameters
    ----------
    permits
        After `PERMITS`; a permit that names no area is split over `all_areas`. Fees of zero give no line.
    all_areas
        Ids of the areas that are built, ascending.

    Returns
    -------
    list
        (area_id, permit_id, cents, unit, source, status) by permit and area.
    """
    lines = []
    columns = ["permit_id", "fee", "area_ids", "source", "status"]
    for permit_id, fee, area_ids, source, status in sorted(permits[columns].itertuples(index=False, name=None)):
        areas = sorted({name.strip() for name in str(area_ids).split(",")} - {""}) or list(all_areas)
        cents = round(float(fee) * 100)
        if not areas or cents == 0:
            continue
        unit = "permit" if len(areas) == 1 else "share of permit"
        for area, part in zip(areas, split_evenly(cents, len(areas)), strict=True):
            if part:
                lines.append((area, permit_id, part, unit, source, status))
    return lines

"""What a funder asks a plan: which locations get what service by when, and which share of them by which day."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from expansion.plan.saved import SavedPlan

SERVED = ("fiber", "dsl", "fixed_wireless", "satellite")
SPEEDS = ("down_mbps", "up_mbps", "low_latency")
MILESTONES = (
    "program", "term_id", "share", "locations", "date", "deadline", "met", "text", "source", "status",
)  # fmt: skip


def funder_terms(plan: SavedPlan) -> list[Mapping[str, Any]]:
    """Rows of the rule book on funders that hold under the profile of the study; none in a plan from before them."""
    profile = str(plan.document["study"]["profile"])
    rows = plan.study_document["rules"].get("funder_terms", ())
    return [row for row in rows if profile in str(row["profiles"]).split(";")]


def service_locations(plan: SavedPlan) -> pd.DataFrame:
    """List the locations that get service: technology, speeds, and the day from which it can be ordered.

    Returns
    -------
    DataFrame
        By date, area and id: location_id, area_id, units, status (today), technology, down_mbps, up_mbps, low_latency
        (of that technology there), date (acceptance of the area), longitude, latitude (WGS 84).
    """
    locations = gpd.GeoDataFrame(plan.tables["locations"])
    chosen = locations[locations["outcome"].isin(SERVED).to_numpy()]
    points = chosen.geometry.to_crs(4326).to_numpy() if len(chosen) else []
    table = pd.DataFrame(chosen[["location_id", "area_id", "units", "status", "outcome"]])
    table = table.rename(columns={"outcome": "technology"}).reset_index(drop=True)
    speeds = plan.tables["options"][["location_id", "technology", *SPEEDS]]
    table = table.merge(speeds, on=["location_id", "technology"], how="left")
    accepted = plan.tables["business_areas"].set_index("area_id")["accepted"].to_dict()
    table["date"] = pd.array([accepted.get(area) for area in table["area_id"]], dtype="str")
    table["longitude"] = [round(float(shapely.get_x(point)), 7) for point in points]
    table["latitude"] = [round(float(shapely.get_y(point)), 7) for point in points]
    return table.sort_values(["date", "area_id", "location_id"], ignore_index=True)


def milestone_rows(plan: SavedPlan, locations: pd.DataFrame) -> pd.DataFrame:
    """Say for each share that a funder asks for when the plan reaches it, and whether that is in time.

    A milestone counts locations that can order service, out of all that get it under the plan. Its deadline lies that
    many years after the study's start; a share without a deadline is met when the plan reaches it at all.
    """
    start = dt.date.fromisoformat(str(plan.study_document["study"]["study"]["start"]))
    dates = sorted(locations["date"].dropna())
    rows = _own_milestones(plan, dates)
    for term in funder_terms(plan):
        if term["topic"] != "milestone":
            continue
        needed = math.ceil(round(float(term["share"]) * len(locations), 6))
        day = dates[needed - 1] if 0 < needed <= len(dates) else None
        deadline = _after(start, term["years"]).isoformat() if term["years"] else None
        met = bool(day) and (deadline is None or str(day) <= deadline)
        rows.append(
            (term["program"], term["term_id"], float(term["share"]), needed, day, deadline, met, term["text"],
             term["source"], term["status"])
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(MILESTONES)).convert_dtypes()


def _own_milestones(plan: SavedPlan, dates: list[str]) -> list[tuple[object, ...]]:
    """Milestones that the study itself states, as the plan's table says they are met."""
    table = plan.tables.get("milestones")
    rows: list[tuple[object, ...]] = []
    for row in table.to_dict("records") if table is not None else ():
        needed = int(row["needed"])
        day = dates[needed - 1] if 0 < needed <= len(dates) else None
        text = f"Service to {row['share']:.0%} of {row['of']} locations"
        rows.append(
            ("Study", str(row["milestone_id"]), float(row["share"]), needed, day, str(row["date"]), bool(row["met"]),
             text, "[[portfolio.milestones]] of study.toml", "USER")
        )  # fmt: skip
    return rows


def _after(start: dt.date, years: float) -> dt.date:
    """Return the day some years after another."""
    whole = int(years)
    day = min(start.day, 28) if start.month == 2 else start.day
    return start.replace(year=start.year + whole, day=day) + dt.timedelta(days=round((years - whole) * 365.25))


def with_milestone(locations: pd.DataFrame, milestones: pd.DataFrame) -> pd.DataFrame:
    """Add to each location the first milestone of each program that counts it, joined by semicolons."""
    found = []
    for place in range(1, len(locations) + 1):
        first: dict[str, str] = {}
        for program, term, needed in zip(
            milestones["program"], milestones["term_id"], milestones["locations"], strict=True
        ):
            if place <= needed:
                first.setdefault(str(program), str(term))
        found.append(";".join(first.values()))
    return locations.assign(milestones=pd.array(found, dtype="str"))


def report_rows(plan: SavedPlan, locations: pd.DataFrame) -> pd.DataFrame:
    """Write the report that a funder asks for every so many months: a row per period and line, actuals left empty.

    Targets are what the plan has in service at the end of the period: areas accepted and their route, locations by
    technology and by status before, least speeds; subscriptions at the end of calendar years, as the business case
    counts them.
    """
    months = next((int(row["months"]) for row in funder_terms(plan) if row["topic"] == "report"), 6)
    rows: list[tuple[str, str, float | None, str, str]] = []
    for end in _periods(plan, locations, months):
        rows += [(end, line, target, unit, "") for line, target, unit in _lines(plan, locations, end)]
    return pd.DataFrame(rows, columns=["period_end", "line", "target", "unit", "actual"])


def _periods(plan: SavedPlan, locations: pd.DataFrame, months: int) -> list[str]:
    """Last days of the periods from the study's start until all locations are in service, calendar months."""
    start = dt.date.fromisoformat(str(plan.study_document["study"]["study"]["start"]))
    last = max(locations["date"].dropna(), default="")
    ends: list[str] = []
    month = start.month - 1
    while last and (not ends or ends[-1] < last):
        month = (month // months + 1) * months
        first_after = dt.date(start.year + month // 12, month % 12 + 1, 1)
        ends.append((first_after - dt.timedelta(days=1)).isoformat())
    return ends


def _lines(plan: SavedPlan, locations: pd.DataFrame, end: str) -> list[tuple[str, float | None, str]]:
    """Lines of one report with their targets."""
    ready = locations[(locations["date"].fillna("9999") <= end).to_numpy(dtype=bool)]
    areas, spans = set(ready["area_id"]), plan.tables["spans"]
    built = spans[spans["area_id"].isin(areas).to_numpy() & ~spans["is_existing"].to_numpy(dtype=bool)]
    lines: list[tuple[str, float | None, str]] = [
        ("infrastructure: areas in service", len(areas), "areas"),
        ("infrastructure: new route in service", round(float(built["length_m"].sum()), 3), "m"),
        ("addresses: locations in service", len(ready), "locations"),
        ("addresses: units in service", int(ready["units"].sum()), "units"),
    ]
    for column, words in (("status", "were"), ("technology", "by")):
        counts = ready[column].value_counts().to_dict()
        lines += [
            (f"addresses: {words} {one}", counts.get(one, 0), "locations") for one in sorted(set(locations[column]))
        ]
    lines += [
        (f"speeds: least {name}", _least(ready[column]), "Mbit/s")
        for name, column in (("download", "down_mbps"), ("upload", "up_mbps"))
    ]
    return [*lines, ("penetration: units connected", _connected(plan, end), "units")]


def _least(speeds: pd.Series) -> float | None:
    known = speeds.dropna()
    return float(known.min()) if len(known) else None


def _connected(plan: SavedPlan, end: str) -> float | None:
    """Units connected at the end of a calendar year; None at other times, for which the business case says nothing."""
    if not end.endswith("-12-31"):
        return None
    business = plan.tables["business"]
    return round(float(business.loc[(business["year"] == int(end[:4])).to_numpy(), "connected"].sum()), 3)

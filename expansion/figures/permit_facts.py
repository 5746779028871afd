"""What people ask of each permit: who grants it, for what, until when, and what the application holds."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import shapely

STATES = {"to_file": "to file", "filed": "filed", "approved": "approved", "refused": "refused"}
WAITS = {"up to 30 days": 30, "31 to 90 days": 90, "91 to 180 days": 180, "over 180 days": 100_000}
"""Classes of typical lead time, each with its longest."""
_APPLICATION = (
    "agency", "permit_id", "permit", "granted_place", "state_words", "file_on", "expected_on", "filed", "decided",
    "lead_time_min", "lead_time_calendar_days", "lead_time_max", "fee", "rent_year", "lots", "lot", "crossings",
    "length_m", "area_ids", "phases", "after_permit_ids", "season", "is_critical", "documents", "longitude",
    "latitude", "rule_id", "source", "status", "confidence", "evidence",
)  # fmt: skip
_NAMES = {"granted_place": "granted_for", "state_words": "state", "area_ids": "areas", "after_permit_ids": "after"}
TO_FILL = ("contact", "reference")


def permit_facts(tables: Mapping[str, pd.DataFrame]) -> gpd.GeoDataFrame:
    """Add to each permit its agency, words, dates and phases; by agency, the longest lead time first.

    Parameters
    ----------
    tables
        `permits`, `tasks` and `areas` of a plan.

    Returns
    -------
    GeoDataFrame
        Rows of `permits` with agency (the authority's name, else its kind), granted_place, state_words, wait (a key of
        `WAITS`), season, file_on and expected_on (dates of its task; None without one), is_critical, phases.
    """
    permits = gpd.GeoDataFrame(tables["permits"]).copy()
    named = permits["authority"].where(permits["authority"].fillna("") != "", permits["authority_kind"])
    permits["agency"] = named.astype("str")
    permits["granted_place"] = permits["granted_for"].str.replace("|", ", ").str.replace(":", ": ", n=1)
    permits["state_words"] = _column(permits, "state", "to_file").map(lambda word: STATES.get(word, word)).astype("str")
    permits["wait"] = [wait_class(int(days)) for days in permits["lead_time_calendar_days"]]
    permits["season"] = _seasons(permits)
    tasks = tables["tasks"].dropna(subset="permit_id").groupby("permit_id")
    # a call before digging is made once for each section: the first call and the last answer
    for name, found in (
        ("file_on", tasks["start"].min()), ("expected_on", tasks["finish"].max()),
        ("is_critical", tasks["is_critical"].any()),
    ):  # fmt: skip
        permits[name] = permits["permit_id"].map(found.to_dict())
    permits["is_critical"] = permits["is_critical"].fillna(False).astype(bool)
    phase = tables["areas"].dropna(subset="phase").set_index("area_id")["phase"].to_dict()
    permits["phases"] = [
        ", ".join(map(str, sorted({int(phase[area]) for area in str(text).split(",") if area in phase})))
        for text in permits["area_ids"]
    ]
    return permits.sort_values(
        ["agency", "lead_time_calendar_days", "permit_id"], ascending=[True, False, True], ignore_index=True
    )


def wait_class(days: int) -> str:
    """Class of a lead time in calendar days."""
    return next(words for words, most in WAITS.items() if days <= most)


def _column(table: pd.DataFrame, name: str, missing: str) -> pd.Series:
    """Return a column of text, or `missing` in every row of a plan from before it was there."""
    return table[name].fillna(missing) if name in table else pd.Series(missing, index=table.index, dtype="str")


def _seasons(permits: pd.DataFrame) -> list[str]:
    """Write the windows in which the permitted work may be done; "" for all year."""
    first, last = _column(permits, "season_from", ""), _column(permits, "season_to", "")
    return [f"{a} to {b}" if a and b else "" for a, b in zip(first, last, strict=True)]


def application_table(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """List what to file with whom: a row per permit, by agency, with empty columns for contact and reference.

    Longitude and latitude are those of a point on the permit's place, 6 decimals.
    """
    facts = permit_facts(tables)
    spots = shapely.point_on_surface(facts.to_crs(4326).geometry.to_numpy()) if len(facts) else facts.geometry
    facts["longitude"], facts["latitude"] = shapely.get_x(spots).round(6), shapely.get_y(spots).round(6)
    kept = [name for name in _APPLICATION if name in facts]
    table = pd.DataFrame(facts[kept]).rename(columns=_NAMES)
    return table.assign(**{name: pd.array([""] * len(table), dtype="str") for name in TO_FILL})

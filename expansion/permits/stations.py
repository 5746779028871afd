"""Permits for towers and cabinets: which rules name a station, and whose ground it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import geopandas as gpd
import pandas as pd
import shapely

from expansion.permits.jurisdictions import name_at
from expansion.permits.rules import features_of, words
from expansion.plan.graph import RoadGraph
from expansion.rulebook import PermitRule

LAYER = "station"
Use = tuple[PermitRule, str, pd.DataFrame, shapely.Geometry]


def find_station_uses(
    rules: Sequence[PermitRule], features: gpd.GeoDataFrame, graph: RoadGraph, stations: pd.DataFrame
) -> Iterator[Use]:
    """Find the stations that need a permit, one per rule and station.

    Parameters
    ----------
    rules
        Rules in force; those with layer ``station`` and test ``any`` count, and narrow by `subtypes`: ``new_tower``,
        ``tower`` (stands already), ``cabinet``, ``exchange``.
    features
        After `FEATURES`; boundaries name the authority, by `authority_levels` of the rule.
    graph
        Its nodes are where stations stand.
    stations
        After `STATIONS`.

    Yields
    ------
    tuple
        Rule, key of the grant (``station:<site_id>``), uses as the register counts them (no span, no feature), point.
    """
    asked = [rule for rule in rules if LAYER in words(rule.layer) and rule.test == "any"]
    if not asked or not len(stations):
        return
    ordered = stations.sort_values("site_id", kind="stable", ignore_index=True)
    table = ordered.assign(kind=LAYER, subtype=ordered["structure"])
    boundaries = features[(features["kind"] == "boundary").to_numpy(dtype=bool)]
    for rule in asked:
        for row in table[features_of(rule, table)].itertuples():
            place = shapely.Point(graph.x[row.node], graph.y[row.node])
            authority = name_at(boundaries, rule.authority_levels, place)
            yield rule, f"{LAYER}:{row.site_id}", _use(str(row.area_id), authority), place


def _use(area_id: str, authority: str | None) -> pd.DataFrame:
    """One use of a permit, by the area that pays for the station."""
    return pd.DataFrame(
        {
            "area_id": [area_id], "span_id": [""], "relation": ["any"], "count": [1], "length_m": [0.0],
            "trigger_id": [""], "authority": [authority],
        }
    )  # fmt: skip

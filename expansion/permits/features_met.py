"""Meetings of edges with features of a layer: crossed, entered or followed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from expansion.permits.columns import listed
from expansion.permits.grants import Names, grant_keys
from expansion.permits.ground import LEAST_STRETCH_M, long_enough, stretch_meters
from expansion.permits.survey import Survey
from expansion.plan.graph import IntArray
from expansion.rulebook import PermitRule

# Edges over private ground: laterals, and road classes that as a rule are private.
PRIVATE_ROADS = ("track", "service")


def meet_feature_layer(rule: PermitRule, survey: Survey, layer: str) -> pd.DataFrame:
    """Meetings of one rule with one layer.

    Returns
    -------
    DataFrame
        edge, trigger_id, relation, count, length_m, grant_key, authority, places.
    """
    rows = survey.matching(rule, layer)
    if rule.test == "crosses":
        return _meet_crossings(rule, survey, layer, rows)
    allowed = survey.allowed(layer, rule.test)
    if layer == "parcel":
        highway = survey.graph.edges["highway"].isin(PRIVATE_ROADS).to_numpy(dtype=bool)
        allowed = allowed & (survey.ground.lateral | highway)
    if rule.test == "inside":
        stretches = survey.inside(layer, rows, allowed)
    else:
        stretches = survey.along(layer, rows, rule.within_m)
    return _meet_stretches(rule, survey, stretches)


def _meet_crossings(rule: PermitRule, survey: Survey, layer: str, rows: IntArray) -> pd.DataFrame:
    """Meetings that are crossings; those of one owner within `merge_m` on one edge count once."""
    allowed = survey.allowed(layer, "crosses")
    is_road = layer == "road"
    if is_road:
        own = set(survey.roads["road_id"].to_numpy()[rows])
        allowed = allowed & ~survey.graph.edges["road_id"].isin(own).to_numpy(dtype=bool)
    found = survey.crossings(layer, rows, allowed)
    table = survey.roads if is_road else survey.features
    feature = found["feature"].to_numpy()
    owner = (table["operator"].fillna("").to_numpy(dtype=object) if is_road else survey.owners)[feature]
    key = (survey.road_keys if is_road else survey.keys)[feature]
    place = _place_names(rule, survey, found.assign(start=found["at"], end=found["at"]))
    found = found.assign(key=grant_keys(rule, key, owner, place), owner=owner)
    found = merge_near(found, rule.merge_m)
    ids = table["road_id" if is_road else "feature_id"].to_numpy(dtype=object)
    prefix = "road:" if is_road else ""
    found = found.assign(places=[f"{at:.3f}" for at in found["at"]], count=1, meters=0.0)
    met = gather(found, ["edge", "key", "feature"])
    table = pd.DataFrame(
        {
            "edge": met["edge"],
            "trigger_id": [f"{prefix}{ids[row]}" for row in met["feature"]],
            "relation": "crosses",
            "count": met["count"],
            "length_m": met["meters"],
            "grant_key": met["key"],
            "authority": authorities(rule, survey, met["edge"].to_numpy(), met["owner"].to_numpy(dtype=object)),
            "places": met["places"],
        }
    )
    return with_placed_authority(rule, table)


def merge_near(found: pd.DataFrame, merge_m: float) -> pd.DataFrame:
    """Count crossings of one owner on one edge that follow each other within `merge_m` once, under the smallest key."""
    if merge_m <= 0 or found.empty:
        return found
    ordered = found.sort_values(["edge", "owner", "at", "feature"], kind="stable", ignore_index=True)
    same = (ordered["edge"] == ordered["edge"].shift()) & (ordered["owner"] == ordered["owner"].shift())
    cluster = (~same | (ordered["at"] - ordered["at"].shift() > merge_m)).cumsum()
    groups = ordered.groupby(cluster, sort=True)
    merged = groups.agg(
        edge=("edge", "first"),
        feature=("feature", "min"),
        at=("at", "first"),
        key=("key", "min"),
        owner=("owner", "first"),
    )
    return merged.reset_index(drop=True)


def _meet_stretches(rule: PermitRule, survey: Survey, stretches: pd.DataFrame) -> pd.DataFrame:
    """Meetings that are stretches: united per edge and grant, in connected runs that are long enough."""
    feature = stretches["feature"].to_numpy(dtype=np.int64)
    owner = survey.owners[feature]
    key = grant_keys(rule, survey.keys[feature], owner, _place_names(rule, survey, stretches))
    joined = survey.joined(stretches, key)
    group = pd.factorize(joined["key"], sort=True)[0].astype(np.int64)
    joined = joined[long_enough(survey.ground, joined, group, max(rule.least_m, LEAST_STRETCH_M))]
    relation = "along" if rule.test == "along" else "inside"
    feature = joined["feature"].to_numpy(dtype=np.int64)
    table = joined.assign(
        trigger_id=survey.features["feature_id"].to_numpy(dtype=object)[feature],
        owner=survey.owners[feature],
    )
    return with_placed_authority(rule, gather_stretches(rule, survey, table, relation))


def gather_stretches(rule: PermitRule, survey: Survey, stretches: pd.DataFrame, relation: str) -> pd.DataFrame:
    """Lay stretches (edge, start, end, key, trigger_id, owner) as meetings, one per edge, key and trigger."""
    table = stretches.assign(
        meters=stretch_meters(survey.ground, stretches), places=stretch_places(stretches["start"], stretches["end"])
    )
    met = gather(table.assign(count=1), ["edge", "key", "trigger_id"])
    return pd.DataFrame(
        {
            "edge": met["edge"],
            "trigger_id": met["trigger_id"],
            "relation": relation,
            "count": 1,
            "length_m": met["meters"].round(3),
            "grant_key": met["key"],
            "authority": authorities(rule, survey, met["edge"].to_numpy(), met["owner"].to_numpy(dtype=object)),
            "places": met["places"],
        }
    )


def _place_names(rule: PermitRule, survey: Survey, places: pd.DataFrame) -> Names:
    """Name of the boundary that holds each place (edge, start, end), where the grant asks for one."""
    if rule.grant not in ("boundary", "road_boundary"):
        return np.full(len(places), "", dtype=object)
    realm = survey.jurisdictions
    return realm.name(realm.at(rule.boundary_levels, places))


def authorities(rule: PermitRule, survey: Survey, edge: IntArray, owner: Names) -> Names:
    """Name of the authority: the boundary of `authority_levels`, else the feature's own; None where unknown."""
    if rule.authority_levels:
        realm = survey.jurisdictions
        boundary = realm.primary(rule.authority_levels)[edge.astype(np.int64)]
        names = realm.name(boundary)
        names[boundary < 0] = None
        return names
    return np.array([who or None for who in owner], dtype=object)


def with_placed_authority(rule: PermitRule, met: pd.DataFrame) -> pd.DataFrame:
    """Let the boundary that divides the permits of a rule also name their authority, where both are asked for alike."""
    by_place = rule.grant in ("boundary", "road_boundary") and rule.authority_levels == rule.boundary_levels
    if not (by_place and rule.authority_levels and len(met)):
        return met
    place = pd.Series(
        [key.rpartition("|")[2].removeprefix("boundary:") for key in listed(met["grant_key"])], index=met.index
    )
    return met.assign(authority=place.where(place != "unknown", None))


def gather(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Unite rows with equal `by`: count and meters are summed, places joined in the order of rows."""
    ordered = table.sort_values(by, kind="stable", ignore_index=True)
    first = (~ordered.duplicated(by)).to_numpy(dtype=bool)
    starts = np.nonzero(first)[0]
    met = ordered[first].reset_index(drop=True)
    if len(starts) == len(ordered):
        return met
    for name in ("count", "meters"):
        met[name] = np.add.reduceat(ordered[name].to_numpy(), starts)
    places, ends = listed(ordered["places"]), [*starts[1:].tolist(), len(ordered)]
    met["places"] = [";".join(places[low:high]) for low, high in zip(starts.tolist(), ends, strict=True)]
    return met


def stretch_places(start: pd.Series, end: pd.Series) -> list[str]:
    """Write stretches along an edge."""
    pairs: list[tuple[float, float]] = list(zip(start, end, strict=True))
    return [f"{max(low, 0.0):.3f}-{high:.3f}" for low, high in pairs]

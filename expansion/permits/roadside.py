"""Meetings that the road itself brings: its own right of way, bridges, poles beside it, private ground off it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from expansion.permits.features_met import authorities, gather_stretches, with_placed_authority
from expansion.permits.grants import Names, grant_keys, pole_key
from expansion.permits.ground import BoolArray
from expansion.permits.rules import features_of
from expansion.permits.survey import Survey
from expansion.plan.graph import IntArray
from expansion.rulebook import PermitRule

# Poles stand this close to the road that they follow, where no rule says otherwise.
POLE_REACH_M = 15.0
_LEVELS = range(2, 12)


def meet_roads(rule: PermitRule, survey: Survey) -> pd.DataFrame:
    """Meetings of edges with the right of way of the road that they are pieces of, divided by boundary."""
    rows = np.nonzero(_roads_that_fit(rule, survey))[0].astype(np.int64)
    realm = survey.jurisdictions
    levels = rule.boundary_levels
    if rule.grant in ("boundary", "road_boundary"):
        stretches = realm.stretches(levels, rows, survey.ground.length)
    else:
        zero, length = np.zeros(len(rows)), survey.ground.length[rows]
        stretches = pd.DataFrame({"edge": rows, "feature": np.full(len(rows), -1), "start": zero, "end": length})
    edge = stretches["edge"].to_numpy(dtype=np.int64)
    place = realm.name(stretches["feature"].to_numpy(dtype=np.int64))
    owner = _operators(survey)[edge]
    table = stretches.assign(
        key=grant_keys(rule, _own_keys(survey)[edge], owner, place),
        trigger_id=_triggers(survey, "road")[edge],
        owner=owner,
        place=place,
    )
    return with_placed_authority(rule, gather_stretches(rule, survey, table, "inside"))


def _roads_that_fit(rule: PermitRule, survey: Survey) -> BoolArray:
    """Edges whose own road the rule names."""
    edges = survey.graph.edges
    table = pd.DataFrame(
        {
            "kind": np.where(edges["kind"] == "lateral", "", "road"),
            "subtype": edges["highway"].to_numpy(), "highway": edges["highway"].to_numpy(),
            "surface": edges["surface"].to_numpy(), "name": edges["name"].to_numpy(), "ref": edges["ref"].to_numpy(),
            "operator": _operators(survey),
        }
    )  # fmt: skip
    if "in_level" in rule.conditions:
        table["in_level"] = _levels_around(survey)
    return features_of(rule, table)


def _levels_around(survey: Survey) -> list[str]:
    """Administrative levels of the boundaries that hold most of each edge, joined by commas."""
    held = {level: survey.jurisdictions.inside((str(level),)) for level in _LEVELS}
    return [",".join(str(level) for level in _LEVELS if held[level][edge]) for edge in range(len(survey.ground.lines))]


def _by_road(survey: Survey, values: Names, default: str) -> Names:
    """Spread a value per road over the edges; laterals and strange roads take the default."""
    index = pd.Index(survey.roads["road_id"])
    at = index.get_indexer(survey.graph.edges["road_id"].fillna(""))
    picked = values[np.maximum(at, 0)] if len(values) else np.full(len(at), default, dtype=object)
    return np.where(at >= 0, picked, default).astype(object)


def _operators(survey: Survey) -> Names:
    """Operator of the road of each edge, "" where unknown."""
    return _by_road(survey, survey.roads["operator"].fillna("").to_numpy(dtype=object), "")


def _own_keys(survey: Survey) -> Names:
    """Key of the road of each edge."""
    return _by_road(survey, survey.road_keys, "road:unknown")


def _triggers(survey: Survey, layer: str) -> Names:
    """Trigger id of the road or bridge of each edge."""
    return np.array([f"{layer}:{road}" for road in survey.graph.edges["road_id"].fillna("")], dtype=object)


def meet_bridges(rule: PermitRule, survey: Survey) -> pd.DataFrame:
    """Meetings of edges with the bridge that carries them; a bridge is named by its OSM way."""
    rows = np.nonzero(survey.ground.bridge)[0]
    fits = _roads_that_fit(rule.model_copy(update={"layer": "road"}), survey)
    rows = rows[fits[rows]].astype(np.int64)
    ways = _by_road(survey, survey.roads["way_id"].to_numpy(dtype=object), "unknown")[rows]
    key = np.array([f"bridge:{way}" for way in ways], dtype=object)
    owner = _operators(survey)[rows]
    realm = survey.jurisdictions
    place = realm.name(realm.primary(rule.boundary_levels)[rows])
    table = pd.DataFrame(
        {
            "edge": rows, "start": np.zeros(len(rows)), "end": survey.ground.length[rows],
            "key": grant_keys(rule, key, owner, place), "trigger_id": _triggers(survey, "bridge")[rows], "owner": owner,
        }
    )  # fmt: skip
    return gather_stretches(rule, survey, table, "on_bridge")


def meet_laterals(rule: PermitRule, survey: Survey) -> pd.DataFrame:
    """Meetings of laterals with the private ground that they cross, where no parcel of a layer says whose it is."""
    parcels = np.nonzero((survey.features["kind"] == "parcel").to_numpy(dtype=bool))[0].astype(np.int64)
    held = survey.inside("parcel", parcels, survey.ground.lateral)["edge"].unique()
    rows = np.setdiff1d(np.nonzero(survey.ground.lateral)[0], held).astype(np.int64)
    names = survey.graph.edges["edge_id"].to_numpy(dtype=object)[rows]
    place = survey.jurisdictions.name(survey.jurisdictions.primary(rule.boundary_levels)[rows])
    owner = np.full(len(rows), "", dtype=object)
    key = np.array([f"parcel:{str(name).removeprefix('lateral-')}" for name in names], dtype=object)
    table = pd.DataFrame(
        {
            "edge": rows, "start": np.zeros(len(rows)), "end": survey.ground.length[rows],
            "key": grant_keys(rule, key, owner, place), "trigger_id": [f"lateral:{name}" for name in names],
            "owner": owner,
        }
    )  # fmt: skip
    return gather_stretches(rule, survey, table, "inside")


def _poles_on_edges(survey: Survey, reach_m: float) -> pd.DataFrame:
    """Give every pole within reach of a road edge to the nearest (of equals the smallest id): pole, edge, at."""
    is_pole = (survey.features["kind"] == "pole").to_numpy(dtype=bool)
    every = survey.features.geometry.to_numpy()
    poles = np.nonzero(is_pole & (shapely.get_type_id(every) == 0))[0]
    shapes = every[poles]
    which, edge = survey.ground.tree.query(shapes, predicate="dwithin", distance=reach_m)
    keep = ~survey.ground.tunnel[edge] & survey.ground.road[edge]
    which, edge = which[keep], edge[keep]
    away = np.round(shapely.distance(shapes[which], survey.ground.lines[edge]), 3)
    order = np.lexsort((survey.ground.rank[edge], away, which))
    which, edge = which[order], edge[order]
    first = np.r_[True, which[1:] != which[:-1]] if len(which) else np.zeros(0, dtype=bool)
    which, edge = which[first], edge[first]
    at = shapely.line_locate_point(survey.ground.lines[edge], shapes[which])
    return pd.DataFrame({"pole": poles[which], "edge": edge, "at": at})


def pole_counts(survey: Survey, rules: tuple[PermitRule, ...]) -> tuple[IntArray, Names]:
    """Count the poles given to each edge, and name who owns most of them.

    Returns
    -------
    tuple
        Poles per edge; owner per edge, "" where no pole stands, ``unknown`` where no owner is named. Of owners with as
        many poles the first in alphabetical order.
    """
    reach = max((rule.within_m for rule in rules if rule.test == "uses"), default=0.0) or POLE_REACH_M
    found = _poles_on_edges(survey, reach)
    size = len(survey.ground.lines)
    count = np.bincount(found["edge"].to_numpy(dtype=np.int64), minlength=size).astype(np.int64)
    owner = np.full(size, "", dtype=object)
    found["owner"] = _pole_owners(survey)[found["pole"].to_numpy(dtype=np.int64)]
    votes = found.groupby(["edge", "owner"], sort=True).size().reset_index(name="votes")
    votes = votes.sort_values(["edge", "votes", "owner"], ascending=[True, False, True], kind="stable")
    most = votes.drop_duplicates("edge")
    owner[most["edge"].to_numpy(dtype=np.int64)] = most["owner"].to_numpy(dtype=object)
    return count, owner


def _pole_owners(survey: Survey) -> Names:
    """Owner per feature, ``unknown`` where none is named."""
    return np.where(survey.owners == "", "unknown", survey.owners).astype(object)


def meet_poles(rule: PermitRule, survey: Survey, spacing_m: float) -> pd.DataFrame:
    """Meetings with poles, one per pole, on edges of roads whose poles stand at most `spacing_m` apart on average."""
    found = _poles_on_edges(survey, rule.within_m or POLE_REACH_M)
    close = _close_enough(survey, found["edge"].to_numpy(dtype=np.int64), spacing_m)
    found = found[close[found["edge"].to_numpy(dtype=np.int64)]]
    found = found[np.isin(found["pole"].to_numpy(), survey.matching(rule, "pole"))]
    pole, edge = found["pole"].to_numpy(dtype=np.int64), found["edge"].to_numpy(dtype=np.int64)
    owner = _pole_owners(survey)[pole]
    realm = survey.jurisdictions
    place = realm.name(realm.primary(rule.boundary_levels)[edge])
    if rule.grant == "owner":
        key = np.array([pole_key(who, where) for who, where in zip(owner, place, strict=True)], dtype=object)
    else:
        key = grant_keys(rule, survey.keys[pole], owner, place)
    named = np.where(owner == "unknown", "", owner)
    return pd.DataFrame(
        {
            "edge": edge, "trigger_id": survey.features["feature_id"].to_numpy(dtype=object)[pole],
            "relation": "uses", "count": 1, "length_m": 0.0, "grant_key": key,
            "authority": authorities(rule, survey, edge, named),
            "places": [f"{at:.3f}" for at in found["at"]],
        }
    )  # fmt: skip


def _close_enough(survey: Survey, pole_edge: IntArray, spacing_m: float) -> BoolArray:
    """Edges of roads on which poles stand at most `spacing_m` apart on average: where a cable may hang."""
    edges = survey.graph.edges
    road, _ = pd.factorize(edges["road_id"].fillna(edges["edge_id"]), sort=True)
    meters = np.where(survey.ground.road | survey.ground.lateral, survey.graph.length_m, 0.0)
    poles = np.bincount(road[pole_edge], minlength=int(road.max()) + 1 if len(road) else 0)
    length = np.bincount(road, weights=meters)
    enough: BoolArray = (poles > 0) & (length <= spacing_m * np.maximum(poles, 1))
    result: BoolArray = enough[road]
    return result

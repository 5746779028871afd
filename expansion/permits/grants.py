"""What one permit is granted for: the names of lines and areas, whatever the route does."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expansion.permits.jurisdictions import UNKNOWN
from expansion.plan.graph import IntArray
from expansion.rulebook import PermitRule

Names = NDArray[np.object_]

_CHAINED = ("rail", "water", "pipeline", "powerline")


def feature_keys(features: gpd.GeoDataFrame) -> Names:
    """Name what each feature is part of: ``<kind>:<name or id>``.

    Lines of one kind that join end to end, exactly two at the place, are one chain: an unnamed piece, such as a
    culvert, takes the chain's name where the chain has one name only; a chain without a name is named by the smallest
    id in it.

    Parameters
    ----------
    features
        After `FEATURES`, by feature id.
    """
    name = features["name"].fillna("").astype(str).str.strip().to_numpy(dtype=object)
    ids = features["feature_id"].to_numpy(dtype=object)
    kind = features["kind"].to_numpy(dtype=object)
    called = np.where(name == "", ids, name).astype(object)
    for one in _CHAINED:
        rows = np.nonzero((kind == one) & (shapely.get_type_id(features.geometry.to_numpy()) == 1))[0]
        if len(rows):
            chain = _chains(features.geometry.to_numpy()[rows])
            called[rows] = _name_chains(chain, name[rows], ids[rows])
    return np.array([f"{what}:{which}" for what, which in zip(kind, called, strict=True)], dtype=object)


def _chains(lines: NDArray[np.object_]) -> IntArray:
    """Join lines end to end where exactly two ends meet, to the millimeter, and return the chain of each."""
    ends = np.r_[
        shapely.get_coordinates(shapely.get_point(lines, 0)), shapely.get_coordinates(shapely.get_point(lines, -1))
    ]
    _, place, uses = np.unique(np.round(ends, 3), axis=0, return_inverse=True, return_counts=True)
    place = place.ravel()
    owner = np.r_[np.arange(len(lines)), np.arange(len(lines))]
    joint = np.nonzero(uses[place] == 2)[0]
    order = joint[np.argsort(place[joint], kind="stable")]
    pairs = owner[order].reshape(-1, 2)
    matrix = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(lines), len(lines)))
    _, label = connected_components(matrix, directed=False)
    result: IntArray = label.astype(np.int64)
    return result


def _name_chains(chain: IntArray, name: Names, ids: Names) -> Names:
    """Name each line by its own name, its chain's only name, or the smallest id of the chain's unnamed lines."""
    called = name.copy()
    table = pd.DataFrame({"chain": chain, "name": name.astype(str), "id": ids.astype(str)})
    unnamed = table[table["name"] == ""]
    known = table[table["name"] != ""].groupby("chain")["name"].agg(["nunique", "min"])
    only = known.loc[known["nunique"] == 1, "min"].to_dict()
    smallest = unnamed.groupby("chain")["id"].min().to_dict()
    called[unnamed.index] = [only.get(number, smallest[number]) for number in unnamed["chain"]]
    return called


def grant_keys(rule: PermitRule, key: Names, authority: Names, place: Names) -> Names:
    """Say per meeting what its permit is granted for.

    Parameters
    ----------
    rule
        Its `grant`.
    key
        Key of the feature, from `feature_keys`.
    authority
        Authority of the feature, "" where unknown.
    place
        Name of the boundary that holds the edge.
    """
    if rule.grant == "area":
        return np.full(len(key), "area", dtype=object)
    if rule.grant == "boundary":
        return np.array([f"boundary:{name}" for name in place], dtype=object)
    if rule.grant == "road_boundary":
        return np.array([f"{what}|{name}" for what, name in zip(key, place, strict=True)], dtype=object)
    if rule.grant == "owner":
        return np.array(
            [f"owner:{who}" if who else what for what, who in zip(key, authority, strict=True)], dtype=object
        )
    return key


def agree_on_authority(meetings: pd.DataFrame) -> pd.DataFrame:
    """Give all meetings of one rule and grant the same authority: the name most of them have, of equals the first."""
    named = meetings[meetings["authority"].fillna("") != ""]
    votes = named.groupby(["rule_id", "grant_key", "authority"], sort=True).size().reset_index(name="votes")
    votes = votes.sort_values(
        ["rule_id", "grant_key", "votes", "authority"], ascending=[True, True, False, True], kind="stable"
    ).drop_duplicates(["rule_id", "grant_key"])
    wanted = meetings[["rule_id", "grant_key"]].merge(
        votes[["rule_id", "grant_key", "authority"]], on=["rule_id", "grant_key"], how="left"
    )
    return meetings.assign(authority=wanted["authority"].to_numpy())


def pole_key(owner: str, place: str) -> str:
    """Key of a pole permit: owner and municipality."""
    return f"owner:{owner or UNKNOWN}|{place}"

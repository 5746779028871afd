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
_BODIES = ("water", "wetland")
_FEW = 24  # features of one name that are compared pair by pair


def name_features(features: gpd.GeoDataFrame, gap_m: float) -> tuple[Names, Names]:
    """Name what each feature is part of, ``<kind>:<name or id>``, and its authority, "" where unknown.

    Lines of one kind that join end to end, exactly two at the place, are one chain: an unnamed piece, such as a
    culvert, takes the chain's name where the chain has one name only; pieces that stay without a name are named by the
    smallest of their ids. The authority is handed along a chain in the same way.

    Waters and wetlands of one name that lie farther apart than `gap_m` are different ones: that with the smallest
    feature id keeps the name, the others bear their own smallest id beside it.

    Parameters
    ----------
    features
        After `FEATURES`, by feature id.
    gap_m
        Meters over which pieces of one name are still one water.
    """
    name, authority = _texts(features["name"]), _texts(features["authority"])
    ids, kind = features["feature_id"].to_numpy(dtype=object), features["kind"].to_numpy(dtype=object)
    called = np.where(name == "", ids, name).astype(object)
    is_line = shapely.get_type_id(features.geometry.to_numpy()) == 1
    for one in _CHAINED:
        rows = np.nonzero((kind == one) & is_line)[0]
        if len(rows):
            chain = _chains(features.geometry.to_numpy()[rows])
            called[rows] = _hand_along(chain, name[rows], ids[rows])
            authority[rows] = _hand_along(chain, authority[rows], np.full(len(rows), "", dtype=object))
    for one in _BODIES:
        rows = np.nonzero(kind == one)[0]
        called[rows] = _tell_apart(called[rows], ids[rows], features.geometry.to_numpy()[rows], gap_m)
    key = np.array([f"{what}:{which}" for what, which in zip(kind, called, strict=True)], dtype=object)
    return key, authority


def _texts(column: pd.Series) -> Names:
    """Texts without blanks around them, "" for empty cells."""
    texts: Names = column.fillna("").astype(str).str.strip().to_numpy(dtype=object).copy()
    return texts


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


def _hand_along(chain: IntArray, name: Names, ids: Names) -> Names:
    """Give each unnamed line the only name of its chain, else the smallest id of the chain's unnamed lines."""
    called = name.copy()
    names: dict[int, set[str]] = {}
    smallest: dict[int, str] = {}
    for number, text, one in zip(chain.tolist(), name.tolist(), ids.tolist(), strict=True):
        if text:
            names.setdefault(number, set()).add(text)
        else:
            smallest[number] = min(smallest.get(number, one), one)
    for row in np.nonzero(name == "")[0].tolist():
        number = int(chain[row])
        known = names.get(number, set())
        called[row] = next(iter(known)) if len(known) == 1 else smallest[number]
    return called


def _tell_apart(called: Names, ids: Names, shapes: Names, gap_m: float) -> Names:
    """Name those of one name that lie too far apart to be one by their smallest id as well."""
    result = called.copy()
    code = pd.factorize(called)[0].astype(np.int64)
    itself = np.zeros(int(code.max(initial=-1)) + 1, dtype=bool)
    itself[code[called == ids]] = True
    shared = np.nonzero((np.bincount(code)[code] > 1) & ~itself[code])[0] if len(code) else code
    members = shared[np.argsort(code[shared], kind="stable")]
    if not len(members):
        return result
    first, second = _near_pairs(code[members], shapes[members], gap_m)
    matrix = coo_matrix((np.ones(len(first)), (first, second)), shape=(len(members), len(members)))
    _, part = connected_components(matrix, directed=False)
    told = pd.DataFrame({"name": code[members], "part": part, "id": ids[members].astype(str)})
    own = told.groupby("part")["id"].transform("min").to_numpy(dtype=object)
    keeps = told.groupby("name")["id"].transform("min").to_numpy(dtype=object)
    far = own != keeps
    result[members[far]] = [f"{name} ({one})" for name, one in zip(called[members[far]], own[far], strict=True)]
    return result


def _near_pairs(code: IntArray, shapes: Names, gap_m: float) -> tuple[IntArray, IntArray]:
    """Pairs of rows of one code, rows by code ascending, that lie within a distance of each other.

    A few are compared pair by pair, many through an index of their own.
    """
    starts = np.nonzero(np.r_[True, code[1:] != code[:-1]])[0]
    few: list[tuple[IntArray, IntArray]] = []
    found: list[tuple[IntArray, IntArray]] = []
    for low, high in zip(starts.tolist(), [*starts[1:].tolist(), len(code)], strict=True):
        if high - low <= _FEW:
            one, other = np.triu_indices(high - low, 1)
            few.append((low + one, low + other))
        else:
            one, other = shapely.STRtree(shapes[low:high]).query(shapes[low:high], predicate="dwithin", distance=gap_m)
            found.append((low + one, low + other))
    if few:
        one, other = (np.concatenate(side).astype(np.int64) for side in zip(*few, strict=True))
        near = shapely.dwithin(shapes[one], shapes[other], gap_m)
        found.append((one[near], other[near]))
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    one, other = (np.concatenate(side).astype(np.int64) for side in zip(*found, strict=True))
    return one, other


def grant_keys(rule: PermitRule, key: Names, authority: Names, place: Names) -> Names:
    """Say per meeting what its permit is granted for.

    Parameters
    ----------
    rule
        Its `grant`.
    key
        Key of the feature, from `name_features`.
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

"""Where edges really cross lines: from one side to the other, each crossing counted once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from expansion.permits.ground import TOUCH_M, BoolArray, Ground, Lines, join_stretches
from expansion.plan.graph import FloatArray, IntArray

# Within this many meters of a node or a line's end a contact is on it: coordinates are whole millimeters.
ON_M = 0.001
# Directions at a place where several lines meet are taken this far from it.
LOOK_M = 0.5
_COLUMNS = ["edge", "feature", "at"]


def find_contacts(ground: Ground, lines: Lines, allowed: BoolArray) -> pd.DataFrame:
    """Find the places where edges and lines meet, crossing or not.

    Parameters
    ----------
    ground
        Edges.
    lines
        LineStrings in the study CRS.
    allowed
        Per edge: whether it is tested.

    Returns
    -------
    DataFrame
        edge, feature (row of `lines`), at (plane meters along the edge), shared (the place is a shared stretch, whose
        middle `at` is), x, y, node (of the graph, on which the place falls; -1 for none), tip (it is an end of the
        line), changes (inside edge and line, and the edge changes sides there); by edge, at and feature. A shared
        stretch that reaches an end of its edge is left out: there the edge runs along the line.
    """
    feature, edge = ground.tree.query(lines, predicate="intersects")
    keep = allowed[edge]
    feature, edge = feature[keep], edge[keep]
    pieces, owner = shapely.get_parts(shapely.intersection(ground.lines[edge], lines[feature]), return_index=True)
    is_point = shapely.get_type_id(pieces) == 0
    points, of_point = pieces[is_point], owner[is_point]
    contacts = pd.DataFrame(
        {
            "edge": edge[of_point],
            "feature": feature[of_point],
            "at": shapely.line_locate_point(ground.lines[edge[of_point]], points),
            "shared": np.zeros(len(points), dtype=bool),
            "x": shapely.get_x(points),
            "y": shapely.get_y(points),
        }
    )
    shared = _shared(ground, edge[owner[~is_point]], feature[owner[~is_point]], pieces[~is_point])
    contacts = pd.concat([contacts, shared], ignore_index=True) if len(shared) else contacts
    contacts = contacts.sort_values(["edge", "at", "feature"], kind="stable", ignore_index=True)
    contacts["node"], contacts["tip"] = _node_at(ground, contacts), _line_end_at(lines, contacts)
    plain = (contacts["node"] < 0) & ~contacts["tip"] & ~contacts["shared"]
    contacts["changes"] = contacts["shared"]
    contacts.loc[plain, "changes"] = _changes_side(ground, lines, contacts[plain])
    return contacts


def _shared(ground: Ground, edge: IntArray, feature: IntArray, pieces: Lines) -> pd.DataFrame:
    """Turn shared stretches into contacts at their middle."""
    spots = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    middle, half = shapely.line_locate_point(ground.lines[edge], spots), shapely.length(pieces) / 2
    runs = pd.DataFrame({"edge": edge, "feature": feature, "start": middle - half, "end": middle + half})
    runs = join_stretches(runs, ["edge", "feature"])
    length = ground.length[runs["edge"].to_numpy()]
    runs = runs[(runs["start"] > TOUCH_M) & (runs["end"] < length - TOUCH_M)]
    at = ((runs["start"] + runs["end"]) / 2).to_numpy()
    spots = shapely.line_interpolate_point(ground.lines[runs["edge"].to_numpy()], at)
    columns = {"edge": runs["edge"], "feature": runs["feature"], "at": at, "shared": np.ones(len(at), dtype=bool)}
    return pd.DataFrame(columns | {"x": shapely.get_x(spots), "y": shapely.get_y(spots)})


def find_crossings(ground: Ground, lines: Lines, contacts: pd.DataFrame, allowed: BoolArray) -> pd.DataFrame:
    """Keep the contacts at which an edge changes from one side of the lines to another.

    A contact inside both the edge and the line crosses where the edge leaves on the other side than it came from. Where
    contacts fall on a node of the graph or on an end of a line, all lines and edges that meet there are looked at
    together: the lines' directions part the ground into sectors; at a node the sector with most edges is home (of two
    with as many, the one whose smallest edge id is larger), and each edge outside the home sector crosses. So two edges
    that meet on a railway count one crossing, and one that only ends there counts none.

    Parameters
    ----------
    ground
        Edges.
    lines
        LineStrings, as given to `find_contacts`.
    contacts
        From `find_contacts`; only the rows of lines that the rule names.
    allowed
        Per edge: whether it takes part.

    Returns
    -------
    DataFrame
        edge, feature, at; by edge, at and feature.
    """
    if contacts.empty:
        return contacts[_COLUMNS]
    on_node = contacts["node"] >= 0
    rows = list(_cross_at_nodes(ground, lines, contacts[on_node], allowed))
    rows += _cross_at_tips(ground, lines, contacts[~on_node & contacts["tip"]])
    settled = pd.DataFrame(rows, columns=_COLUMNS).astype({"edge": "int64", "feature": "int64", "at": "float64"})
    found = pd.concat([contacts.loc[contacts["changes"], _COLUMNS], settled], ignore_index=True)
    return found.sort_values(["edge", "at", "feature"], kind="stable", ignore_index=True)


def _node_at(ground: Ground, contacts: pd.DataFrame) -> IntArray:
    """Node of the graph on which each contact falls, -1 for none."""
    edge, at = contacts["edge"].to_numpy(), contacts["at"].to_numpy()
    node = np.where(at >= ground.length[edge] - ON_M, ground.v[edge], -1)
    node = np.where(at <= ON_M, ground.u[edge], node)
    result: IntArray = np.where(contacts["shared"].to_numpy(), -1, node).astype(np.int64)
    return result


def _line_end_at(lines: Lines, contacts: pd.DataFrame) -> BoolArray:
    """Say whether each contact falls on an end of its line; a closed ring has none."""
    touched = lines[contacts["feature"].to_numpy()]
    spots = shapely.points(contacts["x"], contacts["y"])
    first = shapely.distance(shapely.get_point(touched, 0), spots)
    last = shapely.distance(shapely.get_point(touched, -1), spots)
    near = (np.minimum(first, last) <= ON_M) & ~shapely.is_closed(touched)
    result: BoolArray = near & ~contacts["shared"].to_numpy()
    return result


def _changes_side(ground: Ground, lines: Lines, contacts: pd.DataFrame) -> BoolArray:
    """Say per contact inside an edge and a line whether the edge passes from one side to the other."""
    edge, line = ground.lines[contacts["edge"].to_numpy()], lines[contacts["feature"].to_numpy()]
    at, xy = contacts["at"].to_numpy(), contacts[["x", "y"]].to_numpy()
    along = shapely.line_locate_point(line, shapely.points(xy))
    came, went = _angle(edge, at - LOOK_M, xy), _angle(edge, at + LOOK_M, xy)
    back, on = _angle(line, along - LOOK_M, xy), _angle(line, along + LOOK_M, xy)
    turn = np.mod(on - back, 2 * np.pi)
    result: BoolArray = (np.mod(came - back, 2 * np.pi) < turn) != (np.mod(went - back, 2 * np.pi) < turn)
    return result


def _angle(lines: Lines, at: FloatArray, xy: FloatArray) -> FloatArray:
    """Direction from places `xy` to the points `at` meters along lines, radians; a ring goes on past its ends."""
    length = shapely.length(lines)
    at = np.where(shapely.is_closed(lines), np.mod(at, np.where(length > 0, length, 1.0)), np.clip(at, 0.0, length))
    spots = shapely.line_interpolate_point(lines, at)
    result: FloatArray = np.round(np.arctan2(shapely.get_y(spots) - xy[:, 1], shapely.get_x(spots) - xy[:, 0]), 9)
    return result


@dataclass(frozen=True, slots=True)
class _Rim:
    """Directions in which lines leave a place, ascending, and the line of each."""

    angles: FloatArray
    owner: list[int]

    def sector(self, angle: float) -> int:
        """Return the number of the sector into which an angle falls."""
        return int(np.searchsorted(self.angles, angle, side="right")) % len(self.angles)

    def between(self, one: int, other: int) -> int:
        """Line that parts two sectors: of the fewer directions between them, the one of the smallest line."""
        low, high = sorted((one, other))
        inner, outer = self.owner[low:high], self.owner[high:] + self.owner[:low]
        return min((len(rays), min(rays)) for rays in (inner, outer))[1]


def _rim_at(lines: Lines, features: set[int], xy: FloatArray) -> _Rim:
    """Collect the directions of all lines at one place."""
    rays: dict[float, int] = {}
    for feature in sorted(features, reverse=True):
        for angle in _rays(lines[[feature]], xy):
            rays[angle] = feature
    angles = sorted(rays)
    return _Rim(np.array(angles, dtype=np.float64), [rays[angle] for angle in angles])


def _rays(line: Lines, xy: FloatArray) -> list[float]:
    """Directions in which a line leaves a place on it: two inside, one at an end."""
    along = shapely.line_locate_point(line, shapely.points(xy))
    length, closed = shapely.length(line), shapely.is_closed(line)
    rays = []
    if closed[0] or along[0] > ON_M:
        rays.append(float(_angle(line, along - LOOK_M, xy)[0]))
    if closed[0] or along[0] < length[0] - ON_M:
        rays.append(float(_angle(line, along + LOOK_M, xy)[0]))
    return rays


def _cross_at_nodes(
    ground: Ground, lines: Lines, contacts: pd.DataFrame, allowed: BoolArray
) -> Iterator[tuple[int, int, float]]:
    """Settle crossings at nodes of the graph."""
    node = contacts["node"].to_numpy()
    incident = _incident(ground, np.unique(node), allowed)
    for place, features, _, _, xy in _places(contacts, node.tolist()):
        rim = _rim_at(lines, features, xy)
        if len(rim.angles) < 2:
            continue
        arms = incident[place]
        sectors = [rim.sector(_arm(ground, edge, end, xy)) for edge, end in arms]
        home = _home([int(ground.rank[edge]) for edge, _ in arms], sectors)
        for (edge, end), sector in zip(arms, sectors, strict=True):
            if sector != home:
                yield edge, rim.between(sector, home), float(ground.length[edge]) if end else 0.0


def _places(contacts: pd.DataFrame, keys: list[Any]) -> Iterator[tuple[Any, set[int], int, FloatArray, FloatArray]]:
    """Gather contacts by key: key, lines, edge, position and coordinates of the first of them."""
    found: dict[Any, tuple[set[int], int, FloatArray, FloatArray]] = {}
    columns = (contacts[name].to_numpy() for name in ("edge", "feature", "at", "x", "y"))
    for key, edge, feature, at, x, y in zip(keys, *columns, strict=True):
        if key not in found:
            found[key] = (set(), int(edge), np.array([at]), np.array([[x, y]]))
        found[key][0].add(int(feature))
    for key in sorted(found):
        yield key, *found[key]


def _incident(ground: Ground, nodes: IntArray, allowed: BoolArray) -> dict[int, list[tuple[int, int]]]:
    """Edges at each node with the end (0 at `u`, 1 at `v`) that lies there, by edge id."""
    found: dict[int, list[tuple[int, int]]] = {int(node): [] for node in nodes}
    for end, ends in ((0, ground.u), (1, ground.v)):
        for edge in np.nonzero(np.isin(ends, nodes) & allowed)[0].tolist():
            found[int(ends[edge])].append((edge, end))
    for arms in found.values():
        arms.sort(key=lambda arm: (int(ground.rank[arm[0]]), arm[1]))
    return found


def _arm(ground: Ground, edge: int, end: int, xy: FloatArray) -> float:
    """Direction in which an edge leaves one of its ends."""
    at = max(ground.length[edge] - LOOK_M, 0.0) if end else min(LOOK_M, ground.length[edge])
    spot = shapely.get_coordinates(shapely.line_interpolate_point(ground.lines[edge], at))[0]
    return float(np.round(np.arctan2(spot[1] - xy[0, 1], spot[0] - xy[0, 0]), 9))


def _home(ranks: list[int], sectors: list[int]) -> int:
    """Return the sector with most edges; of equals the one whose smallest edge id is the largest."""
    smallest: dict[int, int] = {}
    for rank, sector in zip(ranks, sectors, strict=True):
        smallest[sector] = min(smallest.get(sector, rank), rank)
    return max(sorted(smallest), key=lambda sector: (sectors.count(sector), smallest[sector]))


def _cross_at_tips(ground: Ground, lines: Lines, contacts: pd.DataFrame) -> Iterator[tuple[int, int, float]]:
    """Settle crossings inside an edge at the end of a line: a line that goes on as another is crossed once."""
    keys = list(zip(contacts["edge"].tolist(), contacts["at"].round(2).tolist(), strict=True))
    for _, features, edge, at, xy in _places(contacts, keys):
        rim = _rim_at(lines, features, xy)
        if len(rim.angles) < 2:
            continue
        line = ground.lines[[edge]]
        came, went = (rim.sector(float(_angle(line, at + step, xy)[0])) for step in (-LOOK_M, LOOK_M))
        if came != went:
            yield edge, rim.between(came, went), float(at[0])

"""Find again on which side of its road every house stands, and that the carriageway is crossed where it has to be."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.audit.access import along_road, at_junctions, components, far_ends, is_existing, meeting_places
from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import engineering, rows_of

_SURE_M = 0.25
_SAME_M = 0.001


@dataclass(frozen=True, slots=True)
class House:
    """A location beyond doubt on one side of a piece of road: its row, the piece, and whether the cable lies there."""

    location: int
    piece: int
    is_near: bool


def check_sides(saved: SavedPlan) -> Check:
    """Check widths, that sides go on along a road, that each house is reached over what lies between, and no better."""
    ledger = Ledger("sides")
    edges = saved.table("edges")
    width = _widths(saved, edges)
    _check_widths(ledger, edges, width)
    _check_works(ledger, edges)
    _check_going_on(ledger, edges)
    houses = _find_houses(saved, edges, width)
    _check_reached(ledger, saved, edges, houses)
    _check_choice(ledger, saved, edges, houses, width)
    _check_drops(ledger, saved, edges)
    return ledger.close()


def _widths(saved: SavedPlan, edges: Any) -> NDArray[np.float64]:
    """Carriageway per edge by the rules in force; a class without a row counts as road."""
    by_class = {row["highway"]: float(row["carriageway_m"]) for row in rows_of(saved, "road_classes")}
    return np.array([by_class.get(name, by_class.get("road", np.nan)) for name in texts(edges, "highway")])


def _check_widths(ledger: Ledger, edges: Any, width: NDArray[np.float64]) -> None:
    """Check where a carriageway is to be crossed: on crossings, and where the cable changes sides; nowhere else."""
    ids, side = texts(edges, "edge_id"), np.array(texts(edges, "side"), dtype=object)
    kind, told = np.array(texts(edges, "kind"), dtype=object), numbers(edges, "carriageway_m")
    asked = np.where((kind == "crossing") | ((kind == "road") & (side == "both")), width, 0.0)
    ledger.none(~(np.abs(told - asked) <= _SAME_M), ids, "carriageway_m is not the width of the road's class")
    long = (kind == "crossing") & ~(numbers(edges, "length_m") <= width * 1.002 + _SAME_M)
    ledger.none(long, ids, "crossings longer than the carriageway is wide")
    over = flags(edges, "is_bridge") | flags(edges, "is_tunnel")
    ledger.none(over & (side == "both"), ids, "the cable changes sides on a bridge or in a tunnel")


def _check_works(ledger: Ledger, edges: Any) -> None:
    """Check that what is to be crossed is paid: in the ground always, on poles only toward houses."""
    ids, kind = texts(edges, "edge_id"), np.array(texts(edges, "kind"), dtype=object)
    placement = np.array(texts(edges, "placement"), dtype=object)
    paid = ~is_existing(edges) & (np.isin(placement, ("buried", "bore")) | (kind == "crossing"))
    asked = np.where(paid, numbers(edges, "carriageway_m"), 0.0)
    ledger.none(~(np.abs(numbers(edges, "over_m") - asked) <= _SAME_M), ids, "over_m is not the carriageway crossed")
    poles = integers(edges, "over_poles")
    hung = (kind == "crossing") & (placement == "aerial")
    ledger.none((poles < 0) | (poles > 1) | ((poles > 0) & ~hung), ids, "poles for crossings that need none")


def _check_going_on(ledger: Ledger, edges: Any) -> None:
    """Check that where one piece of road follows another the cable stays on its side, unless one of them says so."""
    rows = np.flatnonzero(np.isin(np.array(texts(edges, "kind"), dtype=object), "road"))
    side, ids = texts(edges, "side"), texts(edges, "edge_id")
    u, v = integers(edges, "u"), integers(edges, "v")
    at: dict[int, list[tuple[int, str]]] = defaultdict(list)
    turned = {"left": "right", "right": "left"}
    for row in rows.tolist():
        at[int(u[row])].append((row, side[row]))
        at[int(v[row])].append((row, turned.get(side[row], side[row])))
    wrong = []
    for meeting in at.values():
        seen = [word for _, word in meeting]
        if len(meeting) == 2 and meeting[0][0] != meeting[1][0] and "both" not in seen and seen[0] == seen[1] != "":
            wrong.append(ids[meeting[0][0]])
    ledger.nothing(wrong, "the cable changes sides between pieces of a road and no price says so", len(at))


def _find_houses(saved: SavedPlan, edges: Any, width: NDArray[np.float64]) -> list[House]:
    """Locations that lie clearly on one side of the piece of road that they meet, the cable on one side there too.

    One that is nearest to a place where roads meet may belong to any of them, and lies on no side beyond doubt.
    """
    rows, piece, at = meeting_places(saved)
    points = np.asarray(saved.table("locations").geometry.array, dtype=object)[rows]
    lines = np.asarray(edges.geometry.array, dtype=object)[piece]
    along = shapely.line_locate_point(lines, at)
    back = shapely.get_coordinates(shapely.line_interpolate_point(lines, np.maximum(along - 0.5, 0.0)))
    way, house = along_road(edges, piece, at), shapely.get_coordinates(points) - back
    offset = way[:, 0] * house[:, 1] - way[:, 1] * house[:, 0]
    bent = np.abs(np.abs(offset) - shapely.distance(points, at)) > _SURE_M
    half = width[piece] / 2
    side = np.array(texts(edges, "side"), dtype=object)[piece]
    sure = ~bent & ~at_junctions(edges, at) & (np.abs(offset) > half + _SURE_M) & (width[piece] > 0) & (side != "both")
    near = np.where(offset > 0, "left", "right") == side
    return [House(int(rows[i]), int(piece[i]), bool(near[i])) for i in np.flatnonzero(sure)]


def _check_reached(ledger: Ledger, saved: SavedPlan, edges: Any, houses: list[House]) -> None:
    """Check that a house on the other side has a crossing toward it, and one on the cable's side has none."""
    locations = saved.table("locations")
    ids, points = texts(locations, "location_id"), np.asarray(locations.geometry.array, dtype=object)
    ends, lines = far_ends(edges), np.asarray(edges.geometry.array, dtype=object)
    u, v = integers(edges, "u"), integers(edges, "v")
    lacking, needless = [], []
    for house in houses:
        where = shapely.get_point(lines[house.piece], [0, -1])
        node = (u, v)[int(np.argmin(shapely.distance(where, points[house.location])))][house.piece]
        toward = any(_leads_to(points[house.location], *crossing) for crossing in ends.get(int(node), ()))
        if not house.is_near and not toward:
            lacking.append(ids[house.location])
        if house.is_near and toward and len(ends[int(node)]) == 1:
            needless.append(ids[house.location])
    ledger.nothing(lacking, "houses across the road without a crossing", len(houses))
    ledger.nothing(needless, "houses on the cable's side with a crossing", len(houses))


def _leads_to(point: Any, base: Any, tip: Any) -> bool:
    """Tell whether a crossing leads nearer to a place than its beginning is."""
    return bool(shapely.distance(tip, point) < shapely.distance(base, point))


def _check_choice(
    ledger: Ledger, saved: SavedPlan, edges: Any, houses: list[House], width: NDArray[np.float64]
) -> None:
    """Check that no stretch between junctions would cross less with the cable on its other side all along."""
    rows = np.flatnonzero(np.isin(np.array(texts(edges, "kind"), dtype=object), "road"))
    stretch = _stretches(edges, rows)
    points = np.asarray(saved.table("locations").geometry.array, dtype=object)
    lines = np.asarray(edges.geometry.array, dtype=object)
    near: dict[int, set[tuple[float, float]]] = defaultdict(set)
    far: dict[int, set[tuple[float, float]]] = defaultdict(set)
    meters: dict[int, set[float]] = defaultdict(set)
    for house in houses:
        line = lines[house.piece]
        at = shapely.line_interpolate_point(line, shapely.line_locate_point(line, points[house.location]))
        spot = (round(float(shapely.get_x(at)), 1), round(float(shapely.get_y(at)), 1))
        (near if house.is_near else far)[stretch[house.piece]].add(spot)
        meters[stretch[house.piece]].add(float(width[house.piece]))
    both = {stretch[row] for row in rows.tolist() if texts(edges, "side")[row] == "both"} if len(rows) else set()
    worse = [
        name
        for name in sorted(far)
        if name not in both and len(meters[name]) == 1 and len(far[name]) > len(near[name]) + 1
    ]
    named = {number: texts(edges, "edge_id")[row] for row, number in reversed(stretch.items())}
    ledger.nothing([named[name] for name in worse], "the cable lies on the side of fewer houses", len(stretch))


def _stretches(edges: Any, rows: NDArray[np.int64]) -> dict[int, int]:
    """Find the stretch of each piece of road: pieces hang together at nodes where exactly two end."""
    u, v = integers(edges, "u")[rows], integers(edges, "v")[rows]
    nodes, which = np.unique(np.concatenate([u, v]), return_inverse=True)
    piece = np.tile(np.arange(len(rows)), 2)
    order = np.argsort(which, kind="stable")
    pairs = order[np.isin(which[order], np.flatnonzero(np.bincount(which, minlength=len(nodes)) == 2))].reshape(-1, 2)
    label = components(piece[pairs[:, 0]], piece[pairs[:, 1]], max(len(rows), 1))
    return dict(zip(rows.tolist(), label[: len(rows)].tolist(), strict=True))


def _check_drops(ledger: Ledger, saved: SavedPlan, edges: Any) -> None:
    """Check what drops say of the carriageway, and that one that hangs free too far over it has a pole."""
    drops = saved.table("drops")
    ids, over, setback = texts(drops, "location_id"), numbers(drops, "over_m"), numbers(drops, "setback_m")
    told = np.array([word.startswith("on the other side of the road") for word in texts(drops, "reason")], dtype=bool)
    ledger.none(told != (over > 0), ids, "drops whose reason and crossing differ")
    kind = np.array(texts(edges, "kind"), dtype=object)
    rows = np.flatnonzero(kind == "crossing")
    by_tip = {int(node): int(row) for node, row in zip(integers(edges, "v")[rows], rows, strict=True)}
    ends = np.asarray(drops.geometry.array, dtype=object)
    tips = shapely.get_point(np.asarray(edges.geometry.array, dtype=object)[rows], -1)
    doors = shapely.get_point(ends, -1)
    placed, length = texts(edges, "placement"), numbers(edges, "length_m")
    poles, longest = integers(edges, "over_poles"), engineering(saved, "free_span_max_m")
    before = shapely.get_point(ends, -2)
    if len(rows) == 0 or len(ids) == 0:
        ledger.none(over > 0, ids, "drops over a carriageway that nothing crosses")
        return
    which = shapely.STRtree(tips).query_nearest(before, all_matches=False)[1]
    leaves = shapely.distance(tips[which], before) <= 0.01
    edge = np.array([by_tip[int(integers(edges, "v")[rows[w]])] for w in which], dtype=np.int64)
    carriageway = numbers(edges, "over_m")[edge]
    wrong = leaves & (np.abs(over - carriageway) > _SAME_M) & ~is_existing(edges)[edge]
    ledger.none(wrong, ids, "drops that cross another width than their crossing")
    hung = leaves & (np.array(placed, dtype=object)[edge] == "aerial") & (length[edge] + setback > longest + 0.01)
    ledger.none(hung & (poles[edge] == 0), ids, "drops that hang free too far over the road without a pole")
    ledger.none(shapely.is_empty(doors), ids, "drops without an end")

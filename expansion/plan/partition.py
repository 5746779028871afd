"""Parts of the plane that share borders: lines between nearest places, noded on a grid of 1 mm, cut into faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

GRID_M = 0.001
PLACE_DECIMALS = 2
_APART_M = 0.4
_FIRST_ANGLE = 0.1
_SLIVER_M = 0.01

Shapes = NDArray[np.object_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spots:
    """Points that ground is parted between.

    Attributes
    ----------
    points
        Coordinates, m; shape (n, 2); no two alike.
    owner, part
        Whose the ground around a point is, and which part of it; shape (n,).
    """

    points: NDArray[np.float64]
    owner: IntArray
    part: IntArray

    def of(self, owner: int) -> Spots:
        """Keep the spots of an owner that belong to a part (those of part -1 are nobody's)."""
        kept = (self.owner == owner) & (self.part >= 0)
        return Spots(self.points[kept], self.owner[kept], self.part[kept])


def set_apart(xy: NDArray[np.float64], owner: IntArray, part: IntArray | None = None) -> Spots:
    """Give every owner, and every part of its ground, a spot of its own at each place where it is.

    A place is a square of 1 cm. Where one owner's part stands alone, its spot is the place. Where several share it,
    their spots lie around the place, all equally far from it and nearer to it than any other spot, each owner's parts
    side by side: the place lies on the ground of each, and each owner's parts meet there within the owner's ground.

    Parameters
    ----------
    xy
        Coordinates in a projected CRS, m; shape (n, 2); in any order.
    owner, part
        Numbers; shape (n,). Without `part` every owner is one part.

    Returns
    -------
    Spots
        By place, owner and part ascending.
    """
    part = np.zeros(len(owner), dtype=np.int64) if part is None else part
    rows = np.unique(np.c_[np.round(xy, PLACE_DECIMALS), owner, part], axis=0)
    if len(rows) == 0:
        return Spots(np.zeros((0, 2)), np.zeros(0, np.int64), np.zeros(0, np.int64))
    is_place, is_owner = _begins(rows[:, :2]), _begins(rows[:, :3])
    place, group = np.cumsum(is_place) - 1, np.cumsum(is_owner) - 1
    places = rows[is_place, :2]
    owners = np.bincount(place[is_owner])  # at each place
    rank = np.arange(len(owners_of := place[is_owner])) - np.searchsorted(owners_of, owners_of)
    parts = np.bincount(group)
    along = (np.arange(len(rows)) - np.flatnonzero(is_owner)[group] + 0.5) / parts[group] - 0.5
    angle = _FIRST_ANGLE + 2 * np.pi / owners[place] * (rank[group] + along)
    step = np.where(np.bincount(place) > 1, _step(places), 0.0)[place]
    points = rows[:, :2] + step[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return Spots(points, rows[:, 2].astype(np.int64), rows[:, 3].astype(np.int64))


def outline_owners(xy: NDArray[np.float64], owner: IntArray, count: int, radius_m: float) -> Shapes:
    """Outline the ground of each owner: what lies within a radius of its places and nearer to them than to another's.

    Parameters
    ----------
    xy, owner
        Coordinates in a projected CRS, m, in any order, shape (n, 2), and the owner of each, from 0 to below `count`.
    count
        Number of owners.
    radius_m
        Radius, m.

    Returns
    -------
    array of Polygon and MultiPolygon
        One per owner, on the grid. They do not overlap, and neighbors have the same vertices along a shared border.
    """
    if len(xy) == 0:
        return np.array([], dtype=object)
    spots = set_apart(xy, owner)
    disks = shapely.buffer(shapely.points(spots.points), radius_m, quad_segs=8)
    outline = shapely.boundary(shapely.union_all(disks))
    faces = cut_faces([outline, *nearest_borders(spots.points, spots.owner, 4 * radius_m)])
    inner = shapely.point_on_surface(faces)
    inside = np.unique(shapely.STRtree(disks).query(inner, "dwithin", _SLIVER_M)[0])
    return join_faces(faces[inside], nearest_label(faces[inside], spots.points, spots.owner), range(count))


def _begins(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a row differs from the one before."""
    return np.asarray(np.r_[True, (rows[1:] != rows[:-1]).any(axis=1)], dtype=bool)


def _step(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far spots may lie from their place, so that they are nearest to it."""
    if len(places) == 1:
        return np.array([_APART_M])
    away = cKDTree(places).query(places, k=2)[0][:, 1]
    return np.asarray(np.minimum(_APART_M, away / 4), dtype=np.float64)


def nearest_borders(points: NDArray[np.float64], label: IntArray, margin_m: float) -> list[shapely.Geometry]:
    """Draw the lines that lie equally near to points of two labels, to `margin_m` around them; none for one label."""
    names = np.unique(label)
    if len(names) < 2:
        return []
    frame = shapely.box(*(points.min(axis=0) - margin_m), *(points.max(axis=0) + margin_m))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=frame, ordered=True))
    return [shapely.boundary(shapely.union_all(cells[label == name])) for name in names]


def cut_faces(lines: Sequence[shapely.Geometry]) -> Shapes:
    """Cut the plane along lines, noded together on the grid: faces that do not overlap and share their vertices.

    Lines closer than the grid become one, and what hangs loose of them bounds nothing: hairline gaps of what the lines
    outlined close.
    """
    if len(lines) == 0:
        return np.array([], dtype=object)
    noded = shapely.union_all(np.array(lines, dtype=object), grid_size=GRID_M)
    return np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))), dtype=object)


def nearest_label(faces: Shapes, points: NDArray[np.float64], label: IntArray) -> IntArray:
    """Label of the point that is nearest to a point within each face."""
    if len(faces) == 0:
        return np.zeros(0, dtype=np.int64)
    inner = shapely.get_coordinates(shapely.point_on_surface(faces))
    return np.asarray(label[cKDTree(points).query(inner)[1]], dtype=np.int64)


def most_shared(faces: Shapes, grounds: Shapes) -> IntArray:
    """Which of the grounds, which do not overlap, holds most of each face; -1 where they hold less than half of it."""
    face, ground = shapely.STRtree(grounds).query(faces, predicate="intersects")
    shared = shapely.area(shapely.intersection(faces[face], grounds[ground]))
    order = np.lexsort((ground, -shared, face))
    first = order[_begins(face[order][:, None])] if len(order) else order
    found = np.full(len(faces), -1, dtype=np.int64)
    held = shared[first] > shapely.area(faces[face[first]]) / 2
    found[face[first[held]]] = ground[first[held]]
    return found


def join_faces(faces: Shapes, label: IntArray, wanted: Sequence[int]) -> Shapes:
    """Join the faces of each label wanted; no vertex moves. An empty polygon where a label has no face."""
    joined = [_outlined(shapely.coverage_union_all(faces[label == one])) for one in wanted]
    return np.array(joined, dtype=object)


def _outlined(ground: shapely.Geometry) -> shapely.Geometry:
    """Polygon or multipolygon in normal form."""
    parts = shapely.get_parts(ground)
    if len(parts) == 0:
        return shapely.Polygon()
    return shapely.normalize(parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts)))

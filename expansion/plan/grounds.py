"""Ground of every hub and of every build phase: polygons that share their borders to the millimeter and no ground."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from expansion.tables import Column, TableSpec

GRID_M = 0.001
_APART_M = 0.4

HUB_AREAS = TableSpec(
    name="hub_areas",
    key="hub_id",
    geometry="Polygon|MultiPolygon",
    about="The part of its area that every hub serves; the hubs of an area part all of it. No row for a hub whose "
    "locations all stand within a few mm of another hub's.",
    columns=(
        Column("hub_id", "text", "Hub"),
        Column("area_id", "text", "Area that it belongs to"),
        Column("phase", "integer", "Build phase, from 1", least=1),
        Column("locations", "integer", "Locations that it serves", least=1),
    ),
)

PHASE_AREAS = TableSpec(
    name="phase_areas",
    key="phase",
    geometry="Polygon|MultiPolygon",
    about="The ground of every build phase: its areas as one, those without a hub too.",
    columns=(
        Column("phase", "integer", "Build phase, from 1", least=1),
        Column("year", "integer", "Year of build"),
        Column("areas", "integer", "Areas in it", least=1),
        Column("hubs", "integer", "Hubs in it", least=0),
        Column("locations", "integer", "Locations that these hubs serve", least=0),
    ),
)


def part_grounds(areas: gpd.GeoDataFrame, locations: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Part the ground of the chosen areas among their hubs, and join it by phase.

    Ground belongs to the hub of the nearest location of its area that a hub serves. Where several hubs serve locations
    at one point, the borders of their cells meet there, so that the point lies on each. All borders are noded together
    on a grid of 1 mm, so that neighbors have the same vertices along a shared border.

    Parameters
    ----------
    areas, locations
        After `AREAS` and `LOCATIONS`, in one projected CRS in meters, in any order.

    Returns
    -------
    tuple of GeoDataFrame
        After `HUB_AREAS` and `PHASE_AREAS`, by key ascending; empty where nothing is chosen.
    """
    built = areas[areas["chosen"].to_numpy(dtype=bool)].sort_values("area_id", ignore_index=True)
    served = locations[locations["hub_id"].notna().to_numpy()].sort_values("location_id", ignore_index=True)
    row_of = {name: row for row, name in enumerate(built["area_id"])}
    names = sorted(set(served["hub_id"]))
    hub = served["hub_id"].map({name: number for number, name in enumerate(names)}).to_numpy(dtype=np.int64)
    area = served["area_id"].map(row_of).to_numpy(dtype=np.int64)
    xy = np.round(shapely.get_coordinates(served.geometry.to_numpy()), 3)
    spots = [_spots(xy[area == row], hub[area == row]) for row in range(len(built))]
    faces, of_area = _faces(built.geometry.to_numpy(), spots)
    of_hub = _nearest_hubs(faces, of_area, spots)
    area_of_hub = dict(zip(hub.tolist(), area.tolist(), strict=True))
    counts = np.bincount(hub, minlength=len(names))
    return (
        _hub_table(built, names, np.array([area_of_hub[one] for one in range(len(names))], int), counts, faces, of_hub),
        _phase_table(built, area_of_hub, np.bincount(area, minlength=len(built)), faces, of_area),
    )


Spots = tuple[NDArray[np.float64], NDArray[np.int64]]


def _spots(xy: NDArray[np.float64], hub: NDArray[np.int64]) -> Spots:
    """One point per place and hub; where hubs share a place, each a little off it and equally far from it."""
    if len(xy) == 0:
        return xy, hub
    pairs = np.unique(np.c_[xy, hub], axis=0)
    places, which, crowd = np.unique(pairs[:, :2], axis=0, return_inverse=True, return_counts=True)
    which = which.reshape(-1)
    away = cKDTree(places).query(places, k=2)[0][:, 1]
    step = np.where(crowd > 1, np.minimum(_APART_M, away / 4), 0.0)[which]
    rank = np.arange(len(pairs)) - np.searchsorted(which, which)  # pairs ascend by place
    angle = 2 * np.pi * rank / crowd[which] + 0.1
    moved = pairs[:, :2] + step[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return moved, pairs[:, 2].astype(np.int64)


def _faces(grounds: NDArray[np.object_], spots: list[Spots]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Cut the areas along the borders between their hubs: faces that share vertices, and the area of each."""
    lines = list(shapely.boundary(grounds))
    for ground, (points, hub) in zip(grounds, spots, strict=True):
        if len(np.unique(hub)) > 1:
            lines += _borders(ground, points, hub)
    if not lines:
        return np.array([], dtype=object), np.zeros(0, dtype=np.int64)
    noded = shapely.union_all(np.array(lines, dtype=object), grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside, area = shapely.STRtree(grounds).query(shapely.point_on_surface(faces), predicate="within")
    order = np.lexsort((area, inside))
    face, first = np.unique(inside[order], return_index=True)
    return faces[face], area[order][first].astype(np.int64)


def _borders(ground: shapely.Geometry, points: NDArray[np.float64], hub: NDArray[np.int64]) -> list[shapely.Geometry]:
    """Lines in the ground of an area that are equally near to locations of two hubs."""
    frame = shapely.box(*(np.array(ground.bounds) + np.array([-1, -1, 1, 1]) * 1000.0))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=frame, ordered=True))
    merged = [shapely.union_all(cells[hub == one]) for one in np.unique(hub)]
    return [shapely.intersection(shapely.boundary(cell), ground) for cell in merged]


def _nearest_hubs(
    faces: NDArray[np.object_], of_area: NDArray[np.int64], spots: list[Spots]
) -> NDArray[np.int64]:  # fmt: skip
    """Hub of each face: that of the location nearest to a point within; -1 in areas without one."""
    inner = shapely.get_coordinates(shapely.point_on_surface(faces))
    found = np.full(len(faces), -1, dtype=np.int64)
    for area in np.unique(of_area).tolist():
        points, hub = spots[area]
        if len(points):
            mine = of_area == area
            found[mine] = hub[cKDTree(points).query(inner[mine])[1]]
    return found


def _joined(faces: NDArray[np.object_], label: NDArray[np.int64], wanted: list[int]) -> NDArray[np.object_]:
    """Join the faces of each label; vertices stay where they are."""
    made = [shapely.normalize(_outlined(shapely.coverage_union_all(faces[label == one]))) for one in wanted]
    return np.array(made, dtype=object)


def _outlined(ground: shapely.Geometry) -> shapely.Geometry:
    """Take single members out of their collection."""
    parts = shapely.get_parts(ground)
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))


def _hub_table(
    built: gpd.GeoDataFrame,
    names: list[str],
    area: NDArray[np.int64],
    counts: NDArray[np.int64],
    faces: NDArray[np.object_],
    of_hub: NDArray[np.int64],
) -> gpd.GeoDataFrame:
    """One row per hub that has ground."""
    with_ground = sorted(set(of_hub[of_hub >= 0].tolist()))
    mine = area[with_ground]
    columns: dict[str, object] = {
        "hub_id": [names[one] for one in with_ground],
        "area_id": built["area_id"].to_numpy()[mine],
        "phase": built["phase"].to_numpy(dtype=np.int64)[mine],
        "locations": counts[with_ground],
    }
    return gpd.GeoDataFrame(HUB_AREAS.build(columns, geometry=_joined(faces, of_hub, with_ground), crs=built.crs))


def _phase_table(
    built: gpd.GeoDataFrame,
    area_of_hub: dict[int, int],
    served: NDArray[np.int64],
    faces: NDArray[np.object_],
    of_area: NDArray[np.int64],
) -> gpd.GeoDataFrame:
    """One row per phase."""
    phase = built["phase"].to_numpy(dtype=np.int64)
    hubs = np.bincount(np.array(list(area_of_hub.values()), dtype=np.int64), minlength=len(built))
    sums = pd.DataFrame({"phase": phase, "areas": 1, "hubs": hubs, "locations": served}).groupby("phase").sum()
    years = dict(zip(phase.tolist(), built["year"].tolist(), strict=True))
    wanted = [int(one) for one in sums.index]
    columns: dict[str, object] = {
        "phase": wanted, "year": [int(years[one]) for one in wanted],
        **{name: sums[name].to_numpy() for name in ("areas", "hubs", "locations")},
    }  # fmt: skip
    return gpd.GeoDataFrame(PHASE_AREAS.build(columns, geometry=_joined(faces, phase[of_area], wanted), crs=built.crs))

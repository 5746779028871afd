"""Ground of every hub and of every build phase: polygons that share their borders to the millimeter and no ground."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.plan.partition import (
    IntArray,
    Shapes,
    Spots,
    cut_faces,
    join_faces,
    most_shared,
    nearest_borders,
    nearest_label,
    set_apart,
)
from expansion.tables import Column, TableSpec

_MARGIN_M = 5_000.0
_OVER_M = 0.05

HUB_AREAS = TableSpec(
    name="hub_areas",
    key="hub_id",
    geometry="Polygon|MultiPolygon",
    about="The part of its area that every hub serves; the hubs of an area part all of it. Places "
    "within 1 cm of each other count as one; where hubs share a place, the borders between them meet there.",
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


def part_grounds(
    areas: gpd.GeoDataFrame, locations: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Part the ground of the areas among their hubs, and join that of the chosen by phase.

    Ground belongs to the hub of the nearest location of its area that a hub serves. Where several hubs serve locations
    at one place, the borders of their grounds meet there, so that the place lies on each. All borders are noded
    together on a grid of 1 mm and every polygon is made of whole faces between them: areas are exactly their hubs,
    phases exactly their areas, and neighbors have the same vertices along a shared border.

    Parameters
    ----------
    areas, locations
        After `AREAS` and `LOCATIONS`, in one projected CRS in meters, in any order; polygons of areas do not overlap.

    Returns
    -------
    tuple of GeoDataFrame
        The areas, in their order, with the ends of their hubs' borders as further vertices (no line moves by more than
        1 mm); then tables after `HUB_AREAS` and `PHASE_AREAS`, by key ascending, empty where nothing is chosen.
    """
    ranked = areas.sort_values("area_id", ignore_index=True)
    located = locations[locations["area_id"].notna().to_numpy()].sort_values("location_id", ignore_index=True)
    row_of = {name: row for row, name in enumerate(ranked["area_id"])}
    hubs = sorted(set(located["hub_id"].dropna()))
    area = located["area_id"].map(row_of).to_numpy(dtype=np.int64)
    hub = located["hub_id"].map({name: number for number, name in enumerate(hubs)}).fillna(-1).to_numpy(dtype=np.int64)
    spots = set_apart(shapely.get_coordinates(located.geometry.to_numpy()), area, hub)
    faces, of_area, of_hub = _faces(ranked.geometry.to_numpy(), spots)
    outlines = dict(zip(ranked["area_id"], join_faces(faces, of_area, range(len(ranked))), strict=True))
    return (
        areas.set_geometry([outlines[name] for name in areas["area_id"]], crs=areas.crs),
        _hub_table(ranked, hubs, area[hub >= 0], hub[hub >= 0], join_faces(faces, of_hub, range(len(hubs)))),
        _phase_table(ranked, area[hub >= 0], hub[hub >= 0], faces, of_area),
    )


def _faces(grounds: Shapes, spots: Spots) -> tuple[Shapes, IntArray, IntArray]:
    """Cut the areas along the borders between their hubs: faces, the area of each, and its hub, or -1."""
    own = [spots.of(area) for area in range(len(grounds))]
    lines = list(shapely.boundary(grounds))
    for ground, mine in zip(grounds, own, strict=True):
        borders = nearest_borders(mine.points, mine.part, _MARGIN_M)
        lines += list(shapely.intersection(borders, shapely.buffer(ground, _OVER_M)))
    faces = cut_faces(lines)
    of_area = most_shared(faces, grounds)
    of_hub = np.full(len(faces), -1, dtype=np.int64)
    for area, mine in enumerate(own):
        if len(mine.part):
            here = of_area == area
            of_hub[here] = nearest_label(faces[here], mine.points, mine.part)
    return faces, of_area, of_hub


def _hub_table(
    areas: gpd.GeoDataFrame, hubs: list[str], area: IntArray, hub: IntArray, shapes: Shapes
) -> gpd.GeoDataFrame:
    """One row per hub; `area` and `hub` of every location served."""
    home = np.zeros(len(hubs), dtype=np.int64)
    home[hub] = area
    columns: dict[str, object] = {
        "hub_id": hubs,
        "area_id": areas["area_id"].to_numpy()[home],
        "phase": areas["phase"].to_numpy()[home].astype(np.int64),
        "locations": np.bincount(hub, minlength=len(hubs)),
    }
    return gpd.GeoDataFrame(HUB_AREAS.build(columns, geometry=shapes, crs=areas.crs))


def _phase_table(
    areas: gpd.GeoDataFrame, area: IntArray, hub: IntArray, faces: Shapes, of_area: IntArray
) -> gpd.GeoDataFrame:
    """One row per phase; `area` and `hub` of every location served."""
    chosen = areas["chosen"].to_numpy(dtype=bool)
    phase = np.where(chosen, areas["phase"].to_numpy(dtype=float, na_value=0.0), 0.0).astype(np.int64)
    fed = np.bincount(np.unique(np.c_[hub, area], axis=0)[:, 1], minlength=len(areas))
    served = np.bincount(area, minlength=len(areas))
    table = pd.DataFrame({"phase": phase, "areas": 1, "hubs": fed, "locations": served})
    sums = table[chosen].groupby("phase").sum()
    years = dict(zip(phase[chosen].tolist(), areas["year"].to_numpy()[chosen].tolist(), strict=True))
    wanted = [int(one) for one in sums.index]
    columns: dict[str, object] = {
        "phase": wanted, "year": [int(years[one]) for one in wanted],
        **{name: sums[name].to_numpy() for name in ("areas", "hubs", "locations")},
    }  # fmt: skip
    of_phase = np.where(of_area >= 0, phase[of_area], 0)
    shapes = join_faces(faces, of_phase, wanted)
    return gpd.GeoDataFrame(PHASE_AREAS.build(columns, geometry=shapes, crs=areas.crs))

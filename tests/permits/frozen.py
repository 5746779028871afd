"""The frozen routes of `tests/permits/routes` as graph, network and inputs of their study."""

from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import shapely

from expansion.plan.graph import EDGES, RoadGraph
from expansion.plan.technology import empty_stations
from expansion.runs.loading import load_inputs
from expansion.runs.studies import read_study

ROUTES = Path(__file__).parent / "routes"
DEMOS = Path(__file__).parents[2] / "data"


def read_demo(name):
    """Study and inputs of a demo."""
    study, folder = read_study(DEMOS / name / "study.toml")
    return study, load_inputs(study, folder)


def read_frozen(name, crs):
    """Edges of the frozen graph with the spans on them, in the study's CRS to the millimeter, as inputs are read."""
    frozen = gpd.read_parquet(ROUTES / f"{name}.parquet").to_crs(crs)
    return frozen.set_geometry(shapely.transform(frozen.geometry.to_numpy(), lambda at: at.round(3)), crs=crs)


def graph_of(frozen):
    """Road graph of the frozen edges."""
    count = int(max(frozen["u"].max(), frozen["v"].max())) + 1
    first, last = (shapely.get_coordinates(shapely.get_point(frozen.geometry.to_numpy(), at)) for at in (0, -1))
    spot = np.zeros((count, 2))
    spot[frozen["u"]], spot[frozen["v"]] = first, last
    columns = [column.name for column in EDGES.columns]
    edges = EDGES.build({name: frozen[name] for name in columns}, geometry=frozen.geometry.to_numpy(), crs=frozen.crs)
    none = np.zeros(0)
    return RoadGraph(
        crs=frozen.crs, x=spot[:, 0], y=spot[:, 1],
        node_ids=np.array([f"n{row}" for row in range(count)], dtype=object), edges=edges,
        u=edges["u"].to_numpy().astype(np.int64), v=edges["v"].to_numpy().astype(np.int64),
        length_m=edges["length_m"].to_numpy(), location_node=none.astype(np.int64), drop_m=none, nearest_road_m=none,
        component=np.zeros(count, dtype=np.int64),
    )  # fmt: skip


def network_of(frozen):
    """Spans of the frozen route, one per edge that is built."""
    built = frozen[frozen["span_id"].notna()]
    spans = built.assign(edge_ids=built["edge_id"], is_existing=built["is_existing"].astype(bool))
    return SimpleNamespace(spans=spans.reset_index(drop=True), stations=empty_stations())


def build_everything(frozen):
    """Build along every edge, by turns buried, aerial, in a duct and bored, in areas of fifty edges."""
    placements = ("buried", "aerial", "duct", "bore", "aerial")
    count = range(len(frozen))
    return frozen.assign(
        span_id=[f"S-{edge}" for edge in frozen["edge_id"]], is_existing=False,
        placement=[placements[row % len(placements)] for row in count], area_id=[f"A{row // 50:03}" for row in count],
    )  # fmt: skip


def cut_out(frozen, longitude, latitude, half_m):
    """Edges that reach into a square around a place."""
    spot = gpd.GeoSeries.from_xy([longitude], [latitude], crs=4326).to_crs(frozen.crs).iloc[0]
    square = shapely.box(spot.x - half_m, spot.y - half_m, spot.x + half_m, spot.y + half_m)
    return frozen[frozen.intersects(square)].reset_index(drop=True)

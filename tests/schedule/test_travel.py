"""An area 1 m wide and a depot 200 km east: 2 x (200 km x 1.3 - 20 km) at 50 km/h are 9.6 h, 1.2 days of 8 h."""

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Transformer
from shapely import box

from expansion.schedule import schedule_build
from expansion.schedule.travel import _by_road
from tests.schedule.programs import CRS, program, study_of


def placed(east):
    longitude, latitude = Transformer.from_crs(CRS, 4326, always_xy=True).transform(east, 0.0)
    depot = {"longitude": longitude, "latitude": latitude}
    return schedule_build(**program((2027,), study=study_of(schedule={"depot": depot}))).tasks.set_index("task_id")


def test_the_way_joins_the_set_up_of_each_crews_work_and_of_nothing_else():
    near, far = placed(0.5), placed(200_000.5)
    longer = (far["duration_days"] - near["duration_days"])[near["duration_days"] > 0]
    measured = near["crew_kind"].notna() & ~near.index.to_series().str.fullmatch(r"A001-(3.9|4.4)")
    assert set(longer[measured.reindex(longer.index)]) == {1, 2}
    assert (longer[~measured.reindex(longer.index)] == 0).all()
    assert far.loc["A001-1.2", "crew_count"] == near.loc["A001-1.2", "crew_count"]


def test_without_a_depot_set_up_days_alone_count():
    tasks = schedule_build(**program((2027,))).tasks.set_index("task_id")
    assert (tasks["duration_days"] == placed(0.5)["duration_days"]).all()


# The road to the area makes a bend; another, parallel and shorter, joins the office; no road leads to the near node.
#
#   office 0 ---- 3 km ---- 1 ---- 4 km, and 5 km ---- 2 area      3 (nearer to the area, on an island of road)
def roads():
    u, v, km = np.array([0, 1, 1, 3]), np.array([1, 2, 2, 4]), np.array([3.0, 5.0, 4.0, 0.1])
    return SimpleNamespace(
        edges=pd.DataFrame({"kind": ["road"] * 4}), u=u, v=v, length_m=km * 1000, node_count=5,
        x=np.array([0.0, 0.0, 4000.0, 4010.0, 4020.0]), y=np.array([0.0, 3000.0, 3000.0, 3010.0, 3010.0]),
    )  # fmt: skip


def driven(at, detour=2.0):
    areas = SimpleNamespace(table=gpd.GeoDataFrame(geometry=[box(4000, 3000, 4020, 3020)], crs=CRS))
    sites = pd.DataFrame({"kind": ["co", "hub"], "node": [0, 2]})
    return _by_road(roads(), areas, SimpleNamespace(sites=sites), at, detour).tolist()


def test_the_way_from_the_office_is_the_shortest_by_road_to_a_place_that_roads_join_to_it():
    assert driven(None) == [7000.0]


def test_a_depot_off_the_road_drives_a_detour_to_it_first():
    assert driven((0.0, 2900.0)) == [4000.0 + 2 * 100.0]


def test_crews_of_an_office_nearby_lose_no_time_and_those_far_away_do():
    whole = program((2027,))
    graph, engineering = roads(), {"crew_local_km": 0, "crew_speed_kmh": 0.1}
    near = schedule_build(**whole, roads=graph).tasks.set_index("task_id")["duration_days"]
    slow = whole | {"rulebook": whole["rulebook"].with_engineering(engineering)}
    graph.x, graph.y = graph.x - 4000, graph.y - 3000
    far = schedule_build(**slow, roads=graph).tasks.set_index("task_id")["duration_days"]
    assert near["A001-1.2"] == schedule_build(**whole).tasks.set_index("task_id").loc["A001-1.2", "duration_days"]
    assert far["A001-1.2"] == near["A001-1.2"] + 18  # 14 km at 0.1 km/h are 140 h, 17.5 days of 8 h

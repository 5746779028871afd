"""The layers of towers and cabinets.

    N
a   |   b            T serves a from its sector 3, b from its sector 1
  \\ | /
    T
             C -- c   the cabinet C serves c
"""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from expansion.figures.stations import reach_layer, station_layer, station_reach
from tests.plans import UTM, X, Y

PLACES = {"a": (-40, 30), "b": (30, 40), "c": (260, 0)}
HOMES = {name: Point(X + x, Y + y) for name, (x, y) in PLACES.items()}
STANDS = {"T": Point(X, Y), "C": Point(X + 200, Y)}


def tables():
    served = {
        "location_id": ["a", "b", "c", "d"], "site_id": ["T", "T", "C", None], "sector": [3, 1, None, None],
        "distance_m": [50.0, 50.0, 70.0, None], "units": [2, 1, 1, 1],
    }  # fmt: skip
    stations = {
        "site_id": ["C", "T"], "kind": ["cabinet", "tower"], "structure": ["cabinet", "new_tower"], "units": [1, 3],
        "capacity": [48, 9], "sectors": [0, 2], "backhaul_fibers": [2, 2], "backhaul_m": [0.0, 120.0],
        "area_id": ["A1", "A1"],
    }  # fmt: skip
    return {
        "connections": pd.DataFrame(served).astype({"sector": "Int64"}),
        "stations": pd.DataFrame(stations),
        "sites": gpd.GeoDataFrame({"site_id": list(STANDS)}, geometry=list(STANDS.values()), crs=UTM),
        "locations": gpd.GeoDataFrame({"location_id": list(HOMES)}, geometry=list(HOMES.values()), crs=UTM),
    }


def test_each_sector_in_use_reaches_as_far_as_its_farthest_home_and_holds_it():
    reach = station_reach(tables()).set_index("reach_id")
    assert reach.index.tolist() == ["C", "T-1", "T-3"]
    assert reach.loc[["T-1", "T-3"], "farthest_m"].tolist() == [50.0, 50.0]
    assert reach.geometry["C"].length == 60
    for name, home in (("T-1", "b"), ("T-3", "a"), ("C", "c")):
        assert reach.geometry[name].distance(HOMES[home]) < 0.2
    assert reach.geometry["T-1"].area == pytest.approx(3.1416 * 2500 / 3, rel=0.002)
    assert not reach.geometry["T-1"].contains(HOMES["a"])


def test_the_reach_counts_whom_it_serves():
    reach = station_reach(tables()).set_index("reach_id")
    assert reach[["locations", "units", "capacity"]].to_numpy().tolist() == [[1, 1, 48], [1, 1, 9], [1, 2, 9]]


def test_a_plan_without_stations_has_an_empty_layer_in_its_crs():
    empty = {name: table.iloc[:0] for name, table in tables().items()}
    assert len(station_reach(empty)) == len(reach_layer(station_reach(empty)).features) == 0
    assert station_reach(empty).crs == UTM
    assert station_layer(empty["stations"], empty["sites"]).features == ()


def test_the_legend_of_the_map_counts_stations_and_reaches():
    drawn = tables()
    stations = station_layer(drawn["stations"], drawn["sites"])
    assert [(entry.label, entry.count) for entry in stations.legend] == [("new tower", 1), ("cabinet with DSL", 1)]
    reach = reach_layer(station_reach(drawn))
    assert [entry.count for entry in reach.legend] == [2, 1]
    assert "1 location" in reach.features[0]["properties"]["tip"]

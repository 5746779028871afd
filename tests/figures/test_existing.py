"""The layer of existing fiber holds each fiber once, whole, with what of it the plan uses.

CO ──F1 100 m── (1) ──F1 50 m── (2)
                 │
                 tap, new span 30 m
"""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point

from expansion.figures.existing import existing_fiber
from tests.plans import UTM, X, Y, at


def tables(existing):
    lines = [at((0, 0), (100, 0)), at((100, 0), (150, 0)), at((100, 0), (100, -30))]
    edges = {"edge_id": ["E0", "E1", "E2"], "u": [0, 1, 1], "v": [1, 2, 3], "length_m": [100.0, 50.0, 30.0]}
    spans = {"span_id": ["S0", "S1"], "plant_id": pd.array(["F1", None], dtype="str"), "length_m": [50.0, 30.0]}
    sites = {"site_id": ["tap-1", "CO", "hub"], "kind": ["fiber_tap", "co", "hub"], "node": [1, 0, 3]}
    return {
        "edges": gpd.GeoDataFrame(edges | {"existing": pd.array(existing, dtype="str")}, geometry=lines, crs=UTM),
        "spans": pd.DataFrame(spans),
        "sites": gpd.GeoDataFrame(sites, geometry=[Point(X, Y)] * 3, crs=UTM),
    }


def test_the_edges_of_a_fiber_are_one_line_with_its_sites_and_use():
    (row,) = existing_fiber(tables(["F1", "F1", None])).itertuples()
    assert (row.plant_id, row.length_m, row.used_m, row.site_ids) == ("F1", 150.0, 50.0, "CO,tap-1")
    assert row.geometry.equals(LineString([(X, Y), (X + 150, Y)]))


def test_the_order_of_edges_changes_nothing():
    first, second = tables(["F1", "F1", None]), tables(["F1", "F1", None])
    second["edges"] = second["edges"].iloc[::-1]
    assert existing_fiber(first).to_json() == existing_fiber(second).to_json()


@pytest.mark.parametrize("existing", [["", "", ""], [None, None, None]])
def test_without_existing_fiber_the_layer_is_empty(existing):
    assert len(existing_fiber(tables(existing))) == 0
    assert existing_fiber(tables(existing)).crs == UTM

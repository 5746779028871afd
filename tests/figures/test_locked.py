"""What the planner fixed is drawn where it has a place, and left out where it has none."""

import geopandas as gpd
from shapely import LineString

from expansion.figures.locked import lock_layer

EDGES = gpd.GeoDataFrame({"edge_id": ["w1-0"], "name": ["Lane"]}, geometry=[LineString([(0, 0), (9, 0)])], crs=32632)


def test_roads_sites_and_assigned_locations_are_drawn_and_classes_are_not():
    kinds = ["hub", "terminal", "hut", "no_hut", "assign", "road"]
    wishes = [("pin", "w1-0", 0.0, 0.0), ("avoid", "gone", 0.0, 0.0), *((kind, "x", 9.5, 47.1) for kind in kinds)]
    layer = lock_layer(wishes, EDGES)
    drawn = [feature["id"] for feature in layer.features]
    assert drawn == ["pin-w1-0", "hub-x", "terminal-x", "hut-x", "no_hut-x", "assign-x"]
    assert len(layer.legend) == 6

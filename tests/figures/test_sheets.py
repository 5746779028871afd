"""Large layers are cut into sheets: nothing is lost, nothing doubled, and each lies in its box."""

import json

import geopandas as gpd
import numpy as np
from shapely import LineString, points

from expansion.figures.built import route_layers
from expansion.figures.layers import MapLayer, make_features, send_layer
from expansion.figures.sheets import MOST_AT_ONCE, cut_into_sheets


def features(count):
    places = points(np.random.default_rng(1).uniform((9, 47), (10, 48), (count, 2)))
    return make_features([f"L{n}" for n in range(count)], gpd.GeoSeries(places, crs="EPSG:4326"), [0] * count)


def layer(count, **more):
    return MapLayer("points", "Points", "dot", features(count), ({},), (), **more)


def test_every_feature_is_on_one_sheet():
    sheets = cut_into_sheets(features(5000))
    ids = [one["id"] for sheet in sheets for one in json.loads(sheet.content)]
    assert sorted(ids) == sorted(f"L{n}" for n in range(5000))
    assert max(len(json.loads(sheet.content)) for sheet in sheets) <= 1000


def test_a_sheet_lies_in_its_box():
    for sheet in cut_into_sheets(features(2500)):
        west, south, east, north = sheet.box
        for one in json.loads(sheet.content):
            longitude, latitude = one["geometry"]["coordinates"]
            assert west <= longitude <= east
            assert south <= latitude <= north


def test_features_all_at_one_place_are_still_cut():
    many = make_features(list(map(str, range(3000))), gpd.GeoSeries(points([(9, 47)] * 3000), crs=4326), [0] * 3000)
    assert sum(len(json.loads(sheet.content)) for sheet in cut_into_sheets(many)) == 3000


def test_only_large_layers_are_cut():
    assert send_layer(layer(MOST_AT_ONCE)).sheets == ()
    sent = send_layer(layer(MOST_AT_ONCE + 1))
    assert sent.sheets
    assert json.loads(sent.content)["features"] == []


def test_what_can_be_chosen_is_never_cut():
    assert send_layer(layer(MOST_AT_ONCE + 1, is_selectable=True)).sheets == ()


def test_many_spans_are_merged_from_far_and_keep_their_length():
    lines = [LineString([(500_000 + n, 0), (500_001 + n, 0)]) for n in range(5001)]
    columns = {"span_id": [f"S-{n:05}" for n in range(5001)], "tier": "feeder", "area_id": "A1", "length_m": 1.0}
    columns |= {"placement": "buried", "method": "plow", "is_existing": False, "plant_id": ""}
    far, near = route_layers(gpd.GeoDataFrame(columns, geometry=lines, crs=32632))
    assert len(far.features) == 1
    assert "5.0 km" in far.features[0]["properties"]["tip"]
    assert (far.max_zoom, len(near.features)) == (near.min_zoom, 5001)

"""Layers: what reaches the map, in which projection, with which counts, and nothing that could run."""

import json

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Point, Polygon, box

from expansion.figures.built import permit_layer, phase_layer, route_layer, site_layer
from expansion.figures.ground import area_layer, land_layer, road_layer, status_layer
from expansion.figures.hexagons import count_cells, hexagon_layer
from expansion.figures.layers import bounds_of, make_features, send_layer, tip
from expansion.figures.looks import CIVIDIS, ramp
from expansion.figures.sets import cell_resolution

PAYLOADS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "${alert(1)}", "`${alert(1)}`",
    "\"><svg onload=alert(1)>",
    "'-alert(1)-'", "javascript:alert(1)", "</script><script>alert(1)</script>", "\\u003cscript\\u003e", "{{7*7}}<b>",
)  # fmt: skip


def places(*points, crs="EPSG:4326", **columns):
    return gpd.GeoDataFrame(columns, geometry=list(points), crs=crs)


def locations(*statuses):
    n = len(statuses)
    spots = [Point(9.5 + row / 1000, 47.1) for row in range(n)]
    return places(
        *spots, location_id=[f"L{row}" for row in range(n)], status=list(statuses), reason=["because"] * n,
        eligible=[True] * n, units=[1] * n,
    )  # fmt: skip


def test_features_are_in_longitude_and_latitude_to_a_decimeter():
    spot = gpd.GeoSeries([Point(540_000, 5_220_000)], crs=32632)
    (feature,) = make_features(["a"], spot, [0])
    longitude, latitude = feature["geometry"]["coordinates"]
    assert (round(longitude, 3), round(latitude, 3)) == (9.527, 47.132)
    assert longitude == round(longitude, 6)


def test_shapes_without_a_projection_are_refused():
    with pytest.raises(ValueError, match="naive"):
        make_features(["a"], gpd.GeoSeries([Point(0, 0)]), [0])


def test_empty_shapes_are_left_out():
    assert make_features(["a", "b"], gpd.GeoSeries([Point(), Point(1, 1)], crs=4326), [0, 0])[0]["id"] == "b"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_survives_in_a_tooltip(payload):
    text = tip(payload, {payload: payload}, payload)
    markup = text.replace("<b>", "").replace("</b>", "").replace('<div class="row">', "").replace("<div>", "")
    for tag in ("</div>", "<span>", "</span>"):
        markup = markup.replace(tag, "")
    assert not set("<>`$\\") & set(markup)


def test_a_tooltip_leaves_out_what_is_unknown():
    assert tip("A", {"name": None, "year": float("nan"), "units": 3}).count('class="row"') == 1


def test_the_legend_counts_each_status():
    layer = status_layer(locations("served", "unserved", "unserved"))
    assert [(entry.label, entry.count) for entry in layer.legend] == [("unserved", 2), ("served", 1)]
    assert [feature["properties"]["style"] for feature in layer.features] == [2, 0, 0]


def test_hexagons_hold_every_location_once():
    cells = count_cells(locations("served", "unserved", "underserved", "unserved"), 8)
    assert cells[["locations", "unserved", "underserved"]].sum().tolist() == [4, 2, 1]


def test_hexagons_darken_with_the_share_that_lacks_service():
    assert [ramp(share) for share in (0, 0.5, 0.99, 1)] == [0, 3, 5, 5]
    layer = hexagon_layer(locations("unserved"), 8)
    assert [feature["properties"]["style"] for feature in layer.features] == [len(CIVIDIS) - 1]


def test_hexagons_grow_with_the_study():
    near = places(Point(540_000, 5_220_000), Point(541_000, 5_221_000), crs=32632)
    far = places(Point(300_000, 5_000_000), Point(700_000, 5_400_000), crs=32632)
    assert cell_resolution(near) == 9
    assert cell_resolution(far) < 6


def test_equal_layers_are_sent_with_equal_versions():
    first, again = (send_layer(status_layer(locations("served"))) for _ in range(2))
    other = send_layer(status_layer(locations("unserved")))
    assert first == again
    assert first.version != other.version
    assert json.loads(first.content)["title"] == "Locations by status"


def test_areas_can_be_chosen_and_roads_cannot():
    area = places(box(9, 47, 9.1, 47.1), area_id=["A1"], settlement_id=["S1"], locations=[3], units=[4], unserved=[2])
    road = places(
        LineString([(9, 47), (9.1, 47)]), road_id=["w1"], highway=["primary_link"], length_m=[7600.0], crs="EPSG:4326"
    )
    assert area_layer(area.to_crs(32632)).is_selectable
    roads = road_layer(road)
    assert not roads.is_interactive
    assert [(entry.label, entry.count) for entry in roads.legend] == [("main road, km", 8)]


def test_land_that_no_route_can_meet_is_not_drawn():
    rows = places(
        Polygon([(9, 47), (9, 48), (10, 47)]),
        Point(9, 47),
        feature_id=["a", "b"],
        kind=["water", "pole"],
        name=["Rhine", None],
    )
    assert [feature["id"] for feature in land_layer(rows).features] == ["a"]


def spans():
    line = LineString([(9, 47), (9.01, 47)])
    return places(
        line, line, span_id=["s1", "s2"], tier=["feeder", "distribution"], placement=["buried", "aerial"],
        method=["plow", "aerial"], length_m=[760.0, 760.0], area_id=["A1", "A1"], is_existing=[False, False],
        plant_id=[None, None],
    )  # fmt: skip


def test_feeder_lies_above_distribution():
    layer = route_layer(spans())
    assert [feature["id"] for feature in layer.features] == ["s2", "s1"]
    assert [entry.label for entry in layer.legend] == ["feeder, 0.8 km", "distribution, 0.8 km"]


def test_terminals_are_apart_from_hubs():
    sites = places(
        Point(9, 47), Point(9, 47.1), site_id=["H", "T"], kind=["hub", "terminal"], area_id=["A1", "A1"], used=[3, 1],
        parent_site_id=[None, "H"],
    )  # fmt: skip
    assert [f["id"] for f in site_layer(sites, is_near=False).features] == ["H"]
    assert [f["id"] for f in site_layer(sites, is_near=True).features] == ["T"]


def test_areas_without_a_phase_are_named_not_chosen():
    square = box(9, 47, 9.1, 47.1)
    areas = places(
        square, square, area_id=["A1", "A2"], phase=[2, np.nan], locations=[1, 1], cost_p50=[1.0, 1.0],
        cost_p80=[2.0, 2.0], reason=["", ""],
    )  # fmt: skip
    assert [(e.label, e.count) for e in phase_layer(areas).legend] == [("phase 2", 1), ("not chosen", 1)]


def test_a_permit_stands_inside_its_place():
    square = box(9, 47, 9.1, 47.1)
    permits = places(
        square, permit_id=["P"], permit=["crossing"], rule_id=["R"], authority=[None], authority_kind=["county"],
        granted_for=["road"], lead_time_calendar_days=[30], fee=[10.0], area_ids=["A1"],
    )  # fmt: skip
    (feature,) = permit_layer(permits).features
    assert square.contains(Point(feature["geometry"]["coordinates"]))


def test_bounds_are_latitude_first_and_the_world_where_nothing_is():
    assert bounds_of([gpd.GeoSeries([Point(9, 47), Point(10, 48)], crs=4326)]) == [[47, 9], [48, 10]]
    assert bounds_of([]) == [[-60, -170], [75, 170]]


def land(kinds):
    columns = {"kind": kinds, "feature_id": list(map(str, range(len(kinds)))), "name": kinds}
    frame = gpd.GeoDataFrame(columns, geometry=[box(0, 0, 9, 9)] * len(kinds), crs="EPSG:32632")
    return land_layer(frame.astype({"kind": "str", "feature_id": "str", "name": "str"}))


def test_a_boundary_is_drawn_as_a_line_so_that_its_inside_stays_silent():
    shapes = [feature["geometry"]["type"] for feature in land(["boundary", "water"]).features]
    assert shapes == ["LineString", "Polygon"]


def test_a_study_without_land_has_an_empty_layer():
    assert land([]).features == ()

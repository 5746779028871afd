"""Features are what permits ask about, each with kind, subtype and authority."""

import json

import pytest

from expansion.sources.osm_features import sort_of
from tests.sources.small import codes, collection, extract, house, node, point, read_houses, relation, square, way


def features(folder, *elements, **inputs):
    return read_houses(folder, {"region.osm": extract(*elements)}, **inputs).features.set_index("feature_id")


@pytest.mark.parametrize(
    ("tags", "kind", "subtype"),
    [
        ({"railway": "abandoned"}, "rail", "abandoned"),
        ({"waterway": "stream"}, "water", "stream"),
        ({"natural": "water", "water": "lake"}, "water", "lake"),
        ({"natural": "wetland", "wetland": "bog"}, "wetland", "bog"),
        ({"boundary": "protected_area", "protect_class": "4"}, "protected", "4"),
        ({"leisure": "nature_reserve"}, "protected", "nature_reserve"),
        ({"boundary": "aboriginal_lands"}, "tribal", "aboriginal_lands"),
        ({"landuse": "military"}, "military", None),
        ({"power": "line", "voltage": "110000"}, "powerline", "110000 V"),
        ({"power": "pole"}, "pole", "pole"),
        ({"man_made": "utility_pole"}, "pole", "utility_pole"),
        ({"boundary": "administrative", "admin_level": "8"}, "boundary", "level 8"),
        ({"flood_prone": "yes"}, "flood", "flood_prone"),
    ],
)
def test_tags_sort_elements(tags, kind, subtype):
    assert [(sort[0], sort[1]) for sort in sort_of(tags)] == [(kind, subtype)]


@pytest.mark.parametrize("tags", [{"power": "tower"}, {"railway": "tram"}, {"historic": "no"}, {"highway": "path"}])
def test_what_no_permit_asks_about_is_no_feature(tags):
    assert sort_of(tags) == []


def test_a_feature_keeps_its_tags_and_its_owner(tmp_path):
    rail = way(30, [1, 4], railway="rail", operator="Bahn AG", usage="branch", note="x")
    row = features(tmp_path, rail).loc["w30"]
    assert (row.kind, row.authority, row.source) == ("rail", "Bahn AG", "osm")
    assert json.loads(row.attributes) == {"operator": "Bahn AG", "railway": "rail", "usage": "branch"}


def test_a_closed_way_of_a_river_is_a_line_and_of_a_lake_an_area(tmp_path):
    ring = house(100, 9.501, 47.101, building="no")
    lake = house(110, 9.505, 47.101, building="no", natural="water")
    table = features(tmp_path, ring.replace("<tag", '<tag k="waterway" v="river"/><tag', 1), lake)
    assert table.geom_type.to_dict() == {"w100": "LineString", "w110": "Polygon"}


def test_a_municipality_is_assembled_from_its_ways(tmp_path):
    """Two open ways close into the boundary of one municipality."""
    more = nodes_of_square()
    members = [(40, "outer"), (41, "outer")]
    town = relation(9, members, type="boundary", boundary="administrative", admin_level="8", name="Dorf")
    row = features(tmp_path, more, town).loc["r9"]
    assert (row.subtype, row["name"], row.geometry.geom_type) == ("level 8", "Dorf", "Polygon")


def nodes_of_square():
    corners = node(61, 9.49, 47.09) + node(62, 9.51, 47.09) + node(63, 9.51, 47.11) + node(64, 9.49, 47.11)
    return corners + way(40, [61, 62, 63]) + way(41, [63, 64, 61])


def test_a_boundary_cut_by_the_border_is_a_finding(tmp_path):
    town = relation(9, [(40, "outer"), (99, "outer")], type="boundary", boundary="administrative", admin_level="8")
    inputs = read_houses(tmp_path, {"region.osm": extract(nodes_of_square(), town)})
    assert [finding.where for finding in inputs.findings if finding.code == "W_BOUNDARY_OPEN"] == [("r9",)]


def test_an_element_of_two_kinds_is_two_features(tmp_path):
    table = features(tmp_path, way(30, [1, 4], waterway="canal", historic="canal"))
    assert table.kind.to_dict() == {"w30": "water", "w30-historic": "historic"}


#   91 ──── 92 ──── 93        a minor line; 92 is a transformer and says so, 91 a pole of two lines
#    └───── 94
MINOR = (
    node(91, 9.5001, 47.1) + node(92, 9.5006, 47.1, power="transformer") + node(93, 9.5011, 47.1)
    + node(94, 9.5006, 47.0999)
    + way(80, [91, 92, 93], power="minor_line", operator="Strom AG") + way(81, [91, 94], power="minor_line")
)  # fmt: skip


def test_nodes_of_a_minor_line_are_poles_of_its_operator(tmp_path):
    table = features(tmp_path, MINOR)
    assert table[["kind", "subtype"]].drop_duplicates().to_numpy().tolist() == [["pole", "minor_line"]]
    assert table["authority"].fillna("").to_dict() == {"n91": "Strom AG", "n93": "Strom AG", "n94": ""}
    assert table.geom_type.unique().tolist() == ["Point"]


def test_a_pole_on_a_minor_line_keeps_its_own_owner(tmp_path):
    own = node(91, 9.5001, 47.1, power="pole", operator="Telefon AG") + node(93, 9.5011, 47.1)
    row = features(tmp_path, own, way(80, [91, 93], power="minor_line", operator="Strom AG")).loc["n91"]
    assert (row.subtype, row.authority) == ("pole", "Telefon AG")


@pytest.mark.parametrize("tags", [{"power": "line"}, {"power": "minor_line", "location": "underground"}])
def test_nodes_of_transmission_and_buried_lines_are_no_poles(tags, tmp_path):
    line = node(91, 9.5001, 47.1) + node(93, 9.5011, 47.1) + way(80, [91, 93], **tags)
    assert "pole" not in set(features(tmp_path, line)["kind"])


def test_poles_come_from_a_table_of_points(tmp_path):
    files = {"poles.csv": "pole_id,longitude,latitude,owner\n01,9.501,47.1,Strom AG\n"}
    inputs = read_houses(tmp_path, files, layers=[{"kind": "pole", "file": "poles.csv"}])
    (row,) = inputs.features.itertuples()
    assert (row.feature_id, row.kind, row.authority, row.source) == ("poles.csv:01", "pole", "Strom AG", "poles.csv")


def test_a_layer_maps_its_columns_and_keeps_the_rest(tmp_path):
    files = {"wet.geojson": collection(({"WETLAND_TYPE": "bog", "acres": 3}, square(9.501, 47.101)))}
    layer = {"kind": "wetland", "file": "wet.geojson", "columns": {"name": "WETLAND_TYPE"}}
    (row,) = read_houses(tmp_path, files, layers=[layer]).features.itertuples()
    assert row.name == "bog"
    assert json.loads(row.attributes) == {"WETLAND_TYPE": "bog", "acres": "3", "name": "bog"}


def test_an_award_may_be_a_list_of_ids(tmp_path):
    files = {"rdof.csv": "location_id,name\na,RDOF\nc,RDOF\nz,RDOF\n"}
    (row,) = read_houses(tmp_path, files, layers=[{"kind": "award", "file": "rdof.csv"}]).features.itertuples()
    assert json.loads(row.attributes) == {"location_ids": ["a", "c"]}
    assert len(row.geometry.geoms) == 2


def test_features_far_from_the_roads_are_left_out(tmp_path):
    files = {"wet.geojson": collection(({}, square(9.501, 47.101)), ({}, square(12.0, 50.0)))}
    inputs = read_houses(tmp_path, files, layers=[{"kind": "wetland", "file": "wet.geojson"}])
    assert len(inputs.features) == 1
    assert "W_LAYER_CLIPPED" in codes(inputs)


def test_a_layer_of_the_wrong_shape_is_refused(tmp_path):
    files = {"b.geojson": collection(({}, point(9.5, 47.1)))}
    with pytest.raises(Exception, match="expected MultiPolygon or Polygon, found Point"):
        read_houses(tmp_path, files, layers=[{"kind": "boundary", "file": "b.geojson"}])


def test_a_nameless_ring_of_an_exclave_is_no_municipality(tmp_path):
    ring = {"building": "no", "boundary": "administrative", "admin_level": "8"}
    exclave, town = house(100, 9.501, 47.101, **ring), house(110, 9.505, 47.101, **ring, name="Dorf")
    assert list(features(tmp_path, exclave, town).index) == ["w110"]


def test_a_stream_in_a_pipe_is_water_and_no_pipeline(tmp_path):
    table = features(tmp_path, way(30, [1, 4], waterway="stream", man_made="pipeline"))
    assert table.kind.tolist() == ["water"]

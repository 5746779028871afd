import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing

import pyogrio
import pytest

from expansion.export.gpkg import write_gpkg
from expansion.export.qgis_symbols import layer_styles, renderer

SYMBOLS = {"marker": "0", "line": "1", "fill": "2"}


@pytest.fixture(scope="module")
def package(planned, tmp_path_factory):
    return write_gpkg(planned, tmp_path_factory.mktemp("gpkg") / "plan.gpkg")


def rows(package, query):
    with closing(sqlite3.connect(package)) as base:
        return base.execute(query).fetchall()


@pytest.fixture(scope="module")
def project(package):
    return ET.parse(package.with_suffix(".qgs")).getroot()


def test_the_package_is_whole_and_of_version_1_3(package):
    assert rows(package, "PRAGMA integrity_check") == [("ok",)]
    assert rows(package, "PRAGMA user_version") == [(10300,)]
    assert rows(package, "PRAGMA foreign_key_check") == []


def test_the_schema_extension_is_registered_as_the_standard_asks(package):
    found = rows(package, "SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_schema' ORDER BY 1")
    assert found == [("gpkg_data_column_constraints",), ("gpkg_data_columns",)]


def test_every_drawn_layer_has_one_style_to_open_with(package):
    found = dict(rows(package, "SELECT f_table_name, sum(useAsDefault) FROM layer_styles GROUP BY 1"))
    drawn = {name for name, kind in pyogrio.list_layers(package) if kind is not None}
    assert set(found) == drawn
    assert set(found.values()) == {1}


def test_styles_name_the_geometry_column_and_draw_its_kind(package):
    columns = dict(rows(package, "SELECT table_name, column_name FROM gpkg_geometry_columns"))
    for table, column, text in rows(package, "SELECT f_table_name, f_geometry_column, styleQML FROM layer_styles"):
        root = ET.fromstring(text)
        assert columns[table] == column
        assert {SYMBOLS[one.get("type")] for one in root.iter("symbol")} == {root.findtext("layerGeometryType")}


def test_classes_cover_what_the_layers_hold(package):
    kinds = {one for (one,) in rows(package, "SELECT DISTINCT kind FROM sites")}
    text = rows(package, "SELECT styleQML FROM layer_styles WHERE f_table_name = 'sites'")[0][0]
    assert kinds <= {one.get("value") for one in ET.fromstring(text).iter("category")}


def test_the_project_shows_each_layer_of_the_package_once(package, project):
    layers = {one.findtext("id"): one.findtext("datasource") for one in project.iter("maplayer")}
    assert list(layers) == [one.get("id") for one in project.iter("layer-tree-layer")]
    assert len(set(layers.values())) == len(layers)
    known = set(pyogrio.list_layers(package)[:, 0])
    assert {source.split("layername=")[1].split("|")[0] for source in layers.values()} <= known


def test_the_project_is_in_the_study_crs_and_framed_on_the_route(planned, project):
    assert project.findtext("projectCrs/spatialrefsys/authid") == f"EPSG:{planned.tables['spans'].crs.to_epsg()}"
    frame = {one.tag: float(one.text) for one in project.find("mapcanvas/extent")}
    west, south, east, north = planned.tables["spans"].total_bounds
    assert frame["xmin"] < west < east < frame["xmax"]
    assert frame["ymin"] < south < north < frame["ymax"]


@pytest.mark.parametrize("style", layer_styles(3), ids=lambda style: style.title)
def test_renderers_are_xml_with_a_symbol_per_look(style):
    root = ET.fromstring(renderer(style))
    assert len(root.findall("symbols/symbol")) == len(style.looks)
    assert [one.get("symbol") for one in root.iter("category")] == [
        str(place) for place in range(len(style.looks)) if style.by
    ]

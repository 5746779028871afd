import csv
import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pyogrio
import pytest
from networkx.algorithms.approximation import steiner_tree

from expansion.errors import OutputError
from expansion.export import EXPORTS, export_plan
from expansion.network.steiner.stp import read_stp
from tests.plans import saved_plan


@pytest.fixture(scope="module")
def plan():
    return saved_plan()


def hashes(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_every_format_is_written_and_byte_identical_twice(planned, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        paths = export_plan(planned, list(EXPORTS), tmp_path / name)
        assert all(path.exists() for path in paths)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


@pytest.mark.parametrize("name", sorted(set(EXPORTS) - {"stp"}))
def test_a_plan_of_nothing_is_written_too(planned, tmp_path, name):
    empty = {table: rows.iloc[:0] for table, rows in planned.tables.items()}
    portfolio = planned.document["portfolio"] | {"phases": []}
    plan = replace(planned, tables=empty, document=planned.document | {"portfolio": portfolio, "findings": []})
    (path,) = export_plan(plan, [name], tmp_path)
    assert path.exists()


def test_an_unknown_format_is_refused_before_anything_is_written(plan, tmp_path):
    with pytest.raises(OutputError) as caught:
        export_plan(plan, ["gpkg", "dwg"], tmp_path)
    assert (caught.value.code, caught.value.where) == ("E_EXPORT_FORMAT", ("dwg",))
    assert list(tmp_path.iterdir()) == []


def test_a_geopackage_holds_every_table_in_the_study_crs(plan, tmp_path):
    (path,) = export_plan(plan, ["gpkg"], tmp_path)
    layers = {"areas", "bom", "edges", "existing_fiber", "layer_styles", "locations", "plan"}
    assert set(pyogrio.list_layers(path)[:, 0]) == layers
    back = gpd.read_file(path, layer="edges")
    assert back.crs.to_epsg() == 32632
    assert back["build_cost"].tolist() == plan.tables["edges"]["build_cost"].tolist()
    assert pyogrio.read_dataframe(path, layer="bom")["cost"].tolist() == [1500.75]


def test_a_geopackage_says_what_its_columns_hold(plan, tmp_path):
    (path,) = export_plan(plan, ["gpkg"], tmp_path)
    with closing(sqlite3.connect(path)) as base:
        notes = dict(
            base.execute("SELECT column_name, description FROM gpkg_data_columns WHERE table_name = 'locations'")
        )
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert notes["drop_m"] == "Length of its drop [m]"


def test_geojson_is_in_degrees_with_unknown_values_null(plan, tmp_path):
    (folder,) = export_plan(plan, ["geojson"], tmp_path)
    features = json.loads((folder / "locations.geojson").read_text("utf-8"))["features"]
    lon, lat = features[0]["geometry"]["coordinates"]
    assert (round(lon, 2), round(lat, 2)) == (9.53, 47.13)
    assert features[1]["properties"]["outcome"] is None
    assert features[1]["properties"]["drop_m"] is None
    layers = ("areas", "edges", "existing_fiber", "locations")
    assert {path.name for path in folder.iterdir()} == {f"{name}.geojson" for name in layers}


def test_geojson_rings_turn_left(plan, tmp_path):
    (folder,) = export_plan(plan, ["geojson"], tmp_path)
    (area,) = gpd.read_file(folder / "areas.geojson").geometry
    assert area.exterior.is_ccw


def test_geoparquet_reads_back_in_degrees(plan, tmp_path):
    (folder,) = export_plan(plan, ["geoparquet"], tmp_path)
    back = gpd.read_parquet(folder / "edges.parquet")
    assert back.crs.to_epsg() == 4326
    assert np.allclose(back.to_crs(32632).length, plan.tables["edges"].length, atol=1e-6)


def test_no_csv_cell_is_a_formula(plan, tmp_path):
    (folder,) = export_plan(plan, ["csv"], tmp_path)
    with (folder / "locations.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["reason"] for row in rows] == ["'=cmd|' /C calc'!A0", "'-5 dB"]
    assert rows[0]["geometry"].startswith("POINT (9.529")
    assert pd.read_csv(folder / "bom.csv")["cost"].tolist() == [1500.75]


def test_steinlib_holds_the_task_of_the_route(plan, tmp_path):
    (folder,) = export_plan(plan, ["stp"], tmp_path)
    instance = read_stp(folder / "route.stp")
    assert (instance.node_count, len(instance.u), instance.terminals.tolist()) == (3, 2, [0, 2])
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(instance.u, instance.v, instance.cost.tolist(), strict=True))
    assert steiner_tree(graph, [0, 2]).size(weight="weight") == round(plan.document["route"]["cost"] * 100)


def test_steinlib_nodes_and_edges_are_named(plan, tmp_path):
    (folder,) = export_plan(plan, ["stp"], tmp_path)
    nodes, edges = pd.read_csv(folder / "nodes.csv"), pd.read_csv(folder / "edges.csv")
    assert nodes["node"].tolist() == [0, 1, 2]
    assert nodes["is_terminal"].tolist() == [True, False, True]
    assert nodes["longitude"].is_monotonic_increasing
    assert edges["edge_id"].tolist() == ["E0", "E1"]

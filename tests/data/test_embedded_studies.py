"""The embedded studies are what their READMEs say, and their scripts make them again byte for byte."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import h3
import numpy as np
import osmium
import pandas as pd
import pytest
import shapely
from sklearn.cluster import DBSCAN

from expansion.study import Study, parse_study

HOME = Path(__file__).resolve().parents[2] / "data"
STUDIES = ("liechtenstein", "three-rivers")
UTM = {"liechtenstein": 32632, "three-rivers": 32616}
RELIABLE = {10, 40, 50, 71, 72}
BDC_HEADER = (
    "frn,provider_id,brand_name,location_id,technology,max_advertised_download_speed,max_advertised_upload_speed,"
    "low_latency,business_residential_code,state_usps,block_geoid,h3_res8_id"
)
SYNTHETIC_FROM = 9_000_000_000
LISTED = re.compile(r"^\| (\S+) \| ([\d,]+) \| `([0-9a-f]{64})` \|$", re.MULTILINE)

each_study = pytest.mark.parametrize("name", STUDIES)


@cache
def read_study(name: str) -> Study:
    return parse_study(tomllib.loads((HOME / name / "study.toml").read_text(encoding="utf-8")))


@cache
def read_text_table(path: str) -> pd.DataFrame:
    return pd.read_csv(HOME / path, dtype=str, keep_default_na=False)


@cache
def read_shapes(path: str, epsg: int) -> gpd.GeoDataFrame:
    return gpd.read_file(HOME / path).to_crs(epsg)


@cache
def place_locations(name: str) -> gpd.GeoDataFrame:
    table = read_text_table(f"{name}/locations.csv")
    points = gpd.points_from_xy(table["longitude"].astype(float), table["latitude"].astype(float), crs=4326)
    return gpd.GeoDataFrame(table, geometry=points).to_crs(UTM[name])


def usable_offers(name: str) -> pd.DataFrame:
    if name == "liechtenstein":
        offers = read_text_table("liechtenstein/coverage.csv").assign(code="X")
    else:
        offers = read_text_table("three-rivers/bdc.csv").rename(
            columns={
                "max_advertised_download_speed": "down_mbps",
                "max_advertised_upload_speed": "up_mbps",
                "business_residential_code": "code",
            }
        )
    offers = offers.assign(down=pd.to_numeric(offers["down_mbps"]), up=pd.to_numeric(offers["up_mbps"]))
    reliable = offers["technology"].astype(int).isin(RELIABLE)
    return offers[reliable & (offers["low_latency"] == "1") & (offers["code"] != "B")]


@cache
def find_eligible(name: str) -> gpd.GeoDataFrame:
    """Locations without 100/20, outside the award, by a few lines of our own."""
    locations, offers = place_locations(name), usable_offers(name)
    served = set(offers.loc[(offers["down"] >= 100) & (offers["up"] >= 20), "location_id"])
    left = locations[~locations["location_id"].isin(served)]
    if name == "three-rivers":
        left = left[~left.within(read_shapes("three-rivers/award.geojson", 32616).union_all())]
    return left


@cache
def read_ways(name: str) -> dict[int, tuple[dict[str, str], tuple[int, ...]]]:
    file = HOME / name / read_study(name).inputs.osm.file
    return {
        way.id: (dict(way.tags), tuple(node.ref for node in way.nodes))
        for way in osmium.FileProcessor(str(file), osmium.osm.WAY)
    }


@cache
def read_positions(name: str) -> dict[int, tuple[float, float]]:
    nodes = osmium.FileProcessor(str(HOME / name / read_study(name).inputs.osm.file), osmium.osm.NODE)
    return {node.id: (round(node.location.lon, 7), round(node.location.lat, 7)) for node in nodes}


def named_files(study: Study) -> list[str]:
    inputs = study.inputs
    single = [inputs.osm, inputs.locations, inputs.plant, *inputs.layers]
    return [source.file for source in single if source] + list(inputs.coverage.files if inputs.coverage else ())


@each_study
def test_readme_lists_the_hash_of_every_input_file(name: str) -> None:
    listed = LISTED.findall((HOME / name / "README.md").read_text(encoding="utf-8"))
    found = [
        (path.name, f"{path.stat().st_size:,}", hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted((HOME / name).iterdir())
        if path.suffix not in {".md", ".toml"}
    ]
    assert listed == found


@each_study
def test_readme_gives_origin_license_and_what_is_synthetic(name: str) -> None:
    text = (HOME / name / "README.md").read_text(encoding="utf-8")
    assert "© OpenStreetMap contributors" in text
    assert "Open Database License 1.0" in text
    assert "synthetic" in text


@each_study
def test_study_file_names_only_files_of_its_folder(name: str) -> None:
    study = read_study(name)
    assert study.study.name == name
    assert all((HOME / name / file).is_file() for file in named_files(study))


@each_study
def test_yearly_budgets_add_to_the_total(name: str) -> None:
    portfolio = read_study(name).portfolio
    assert sum(budget.amount for budget in portfolio.budgets) == portfolio.total_budget


def test_embedded_studies_stay_small() -> None:
    assert sum(path.stat().st_size for path in HOME.rglob("*") if path.is_file()) < 6_000_000


@each_study
def test_every_row_of_every_csv_says_where_it_comes_from(name: str) -> None:
    allowed = {"osm", "real", "synthetic"}
    for path in sorted((HOME / name).glob("*.csv")):
        if path.name not in {"bdc.csv", "bdc_origin.csv"}:
            assert set(read_text_table(f"{name}/{path.name}")["origin"]) <= allowed


@each_study
def test_every_location_has_its_own_id(name: str) -> None:
    assert place_locations(name)["location_id"].is_unique


def test_liechtenstein_locations_are_buildings_and_addresses_of_the_extract() -> None:
    ways = read_ways("liechtenstein")
    ids = place_locations("liechtenstein")["location_id"]
    of_ways = ids[ids.str.startswith("w")].str[1:].astype(int)
    assert len(of_ways) > 3000
    assert all("building" in ways[way][0] for way in of_ways)


@pytest.mark.parametrize(("name", "least", "most"), [("liechtenstein", 800, 1500), ("three-rivers", 700, 1100)])
def test_as_many_locations_lack_service_as_promised(name: str, least: int, most: int) -> None:
    assert least <= len(find_eligible(name)) <= most


def test_liechtenstein_lacks_service_in_several_separate_settlements() -> None:
    xy = shapely.get_coordinates(find_eligible("liechtenstein").geometry.to_numpy())
    labels = DBSCAN(eps=400, min_samples=3).fit_predict(xy)
    assert np.sum(np.bincount(labels[labels >= 0]) >= 50) >= 5


@each_study
def test_unserved_and_underserved_both_occur(name: str) -> None:
    left, offers = find_eligible(name), usable_offers(name)
    underserved = set(offers.loc[(offers["down"] >= 25) & (offers["up"] >= 3), "location_id"])
    share = left["location_id"].isin(underserved).mean()
    assert 0.2 < share < 0.8


@each_study
def test_fewer_than_a_fifth_of_the_eligible_stand_near_plant(name: str) -> None:
    plant = read_shapes(f"{name}/plant.geojson", UTM[name])
    near = plant[plant["kind"].isin(["co", "hub", "fiber", "duct"])].union_all()
    assert (find_eligible(name).distance(near) <= 100).mean() < 0.2


def test_copper_gets_slower_away_from_its_cabinet() -> None:
    copper = read_text_table("liechtenstein/coverage.csv").query("technology == '10'").set_index("location_id")
    locations = place_locations("liechtenstein").set_index("location_id").loc[copper.index]
    plant = read_shapes("liechtenstein/plant.geojson", 32632)
    away = locations.distance(plant[plant["kind"] == "cabinet"].union_all())
    speed = copper["down_mbps"].astype(float)
    assert speed[away < 200].median() > speed[away.between(500, 800)].median() > speed[away > 2000].median()


@each_study
def test_fiber_follows_road_edges_vertex_by_vertex(name: str) -> None:
    where = read_positions(name)
    edges = {
        frozenset((where[a], where[b]))
        for tags, nodes in read_ways(name).values()
        if "highway" in tags
        for a, b in pairwise(nodes)
        if a in where and b in where
    }
    lines = [item for item in plant_features(name) if item["properties"]["kind"] in {"fiber", "duct"}]
    for line in lines:
        spots = [tuple(spot) for spot in line["geometry"]["coordinates"]]
        assert all(frozenset(pair) in edges for pair in pairwise(spots))


def plant_features(name: str) -> list[dict[str, Any]]:
    document = json.loads((HOME / name / "plant.geojson").read_text(encoding="utf-8"))
    features: list[dict[str, Any]] = document["features"]
    return features


@each_study
def test_fiber_starts_at_the_office_and_has_few_spare_strands(name: str) -> None:
    features = plant_features(name)
    office = next(item for item in features if item["properties"]["kind"] == "co")
    for item in features:
        if item["properties"]["kind"] == "fiber":
            assert item["geometry"]["coordinates"][0] == office["geometry"]["coordinates"]
            assert 12 <= item["properties"]["capacity"] <= 48


@each_study
def test_poles_of_two_owners_stand_beside_roads(name: str) -> None:
    poles = read_text_table(f"{name}/poles.csv")
    where, epsg = read_positions(name), UTM[name]
    ways = [nodes for tags, nodes in read_ways(name).values() if "highway" in tags]
    lines = [shapely.LineString([where[node] for node in nodes]) for nodes in ways if len(nodes) > 1]
    roads = gpd.GeoSeries(lines, crs=4326).to_crs(epsg)
    xy = gpd.points_from_xy(poles["longitude"].astype(float), poles["latitude"].astype(float), crs=4326).to_crs(epsg)
    _, away = roads.sindex.nearest(xy, return_all=False, return_distance=True)
    assert poles["owner"].nunique() == 2
    assert np.quantile(away, [0.1, 0.9]) == pytest.approx([8, 8], abs=2.2)


def test_availability_has_the_exact_header_of_the_fcc() -> None:
    with (HOME / "three-rivers/bdc.csv").open(encoding="utf-8") as stream:
        assert stream.readline().rstrip("\n") == BDC_HEADER


def test_availability_has_the_cases_that_trip_importers() -> None:
    offers = read_text_table("three-rivers/bdc.csv")
    assert (offers["business_residential_code"] == "B").any()
    assert (offers["low_latency"] == "0").any()
    assert (offers["max_advertised_download_speed"] == "").any()
    assert offers["frn"].str.fullmatch(r"0\d{9}").all()
    assert offers.groupby("location_id")["technology"].nunique().max() >= 4


def test_location_ids_and_blocks_look_like_the_fccs() -> None:
    offers = read_text_table("three-rivers/bdc.csv")
    assert place_locations("three-rivers")["location_id"].str.fullmatch(r"\d{10}").all()
    assert offers["block_geoid"].str.fullmatch(r"(26149|26027)\d{10}").all()
    assert offers["block_geoid"].str[:5].nunique() == 2


def test_every_h3_cell_is_the_cell_of_its_location() -> None:
    offers = read_text_table("three-rivers/bdc.csv").drop_duplicates("location_id")
    places = read_text_table("three-rivers/locations.csv").set_index("location_id").loc[offers["location_id"]]
    cells = [
        h3.latlng_to_cell(float(lat), float(lon), 8)
        for lat, lon in zip(places["latitude"], places["longitude"], strict=True)
    ]
    assert cells == offers["h3_res8_id"].tolist()


def test_award_takes_some_locations_out() -> None:
    award = read_shapes("three-rivers/award.geojson", 32616).union_all()
    assert 50 < place_locations("three-rivers").within(award).sum() < 400


def test_synthetic_ways_carry_high_ids_and_say_so() -> None:
    for way, (tags, _) in read_ways("three-rivers").items():
        assert (tags.get("origin") == "synthetic") == (way >= SYNTHETIC_FROM)


def test_township_joins_the_town_at_shared_nodes() -> None:
    roads = [(way, set(nodes)) for way, (tags, nodes) in read_ways("three-rivers").items() if "highway" in tags]
    real = set().union(*(nodes for way, nodes in roads if way < SYNTHETIC_FROM))
    synthetic = set().union(*(nodes for way, nodes in roads if way >= SYNTHETIC_FROM))
    assert len(real & synthetic) == 5


def test_township_has_what_makes_permits_and_gravel() -> None:
    tags = [tags for way, (tags, _) in read_ways("three-rivers").items() if way >= SYNTHETIC_FROM]
    assert any(tag.get("railway") == "rail" for tag in tags)
    assert any(tag.get("waterway") == "river" for tag in tags)
    assert sum(tag.get("bridge") == "yes" for tag in tags) >= 5
    assert sum(tag.get("surface") == "gravel" and "service" not in tag for tag in tags) >= 15
    assert any(tag.get("ref") == "M 60" for tag in tags)


def test_houses_of_the_township_keep_realistic_distances_to_the_road() -> None:
    locations = place_locations("three-rivers").query("origin == 'synthetic'")
    where = read_positions("three-rivers")
    ways = [nodes for tags, nodes in read_ways("three-rivers").values() if "highway" in tags and "service" not in tags]
    roads = gpd.GeoSeries([shapely.LineString([where[node] for node in nodes]) for nodes in ways], crs=4326)
    _, away = roads.to_crs(32616).sindex.nearest(locations.geometry, return_all=False, return_distance=True)
    assert away.min() > 12
    assert 15 < np.median(away) < 60
    assert 150 < away.max() <= 300


@pytest.mark.parametrize(
    ("name", "script"), [("liechtenstein", "make_liechtenstein.py"), ("three-rivers", "make_three_rivers.py")]
)
def test_script_makes_the_study_again_byte_for_byte(name: str, script: str, tmp_path: Path) -> None:
    shutil.copytree(HOME, tmp_path / "data", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (tmp_path / "data" / name).glob("*.csv"):
        path.unlink()
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, tmp_path / "data" / script], check=True, env=environment)
    for path in sorted((HOME / name).iterdir()):
        assert (tmp_path / "data" / name / path.name).read_bytes() == path.read_bytes(), path.name


def test_csv_files_end_their_lines_the_unix_way() -> None:
    for path in sorted(HOME.rglob("*.csv")):
        content = path.read_bytes()
        assert b"\r" not in content
        rows = list(csv.reader(content.decode("utf-8").splitlines()))
        assert {len(row) for row in rows} == {len(rows[0])}

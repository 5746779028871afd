"""The same three houses come out of every format."""

import io
import sqlite3
import zipfile

import geopandas as gpd
import osmium
import pandas as pd
import pytest

from tests.sources.small import HOUSES, extract, hashes, read_houses


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return hashes(read_houses(tmp_path_factory.mktemp("csv")))["locations"]


def table(crs=4326):
    rows = pd.read_csv(io.StringIO(HOUSES))
    points = gpd.points_from_xy(rows.longitude, rows.latitude)
    return gpd.GeoDataFrame(rows[["location_id"]], geometry=points, crs=4326).to_crs(crs)


def zipped(folder, *paths):
    with zipfile.ZipFile(folder / "out.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, path.name)
    return (folder / "out.zip").read_bytes()


def kml():
    marks = "".join(
        f"<Placemark><ExtendedData><Data name='location_id'><value>{name}</value></Data></ExtendedData>"
        f"<Point><coordinates>{x},{y},0</coordinates></Point></Placemark>"
        for name, x, y in (row.split(",") for row in HOUSES.splitlines()[1:])
    )
    return f"<kml xmlns='http://www.opengis.net/kml/2.2'><Document><Folder>{marks}</Folder></Document></kml>"


def make(folder, name):
    """Write the houses in the format that `name` says and return its bytes."""
    path = folder / f"made-{name}"
    if name == "h.geojson":
        table().to_file(path, driver="GeoJSON")
    elif name == "h.gpkg":
        table(3857).to_file(path, driver="GPKG")
    elif name == "h.shp.zip":
        table().rename(columns={"location_id": "location_i"}).to_file(folder / "h.shp")
        return zipped(folder, *sorted(folder.glob("h.*")))
    elif name == "h.parquet":
        table().to_parquet(path)
    elif name == "h.csv.zip":
        (folder / "h.csv").write_text(HOUSES)
        return zipped(folder, folder / "h.csv")
    elif name == "h.kml":
        return kml().encode()
    return path.read_bytes()


@pytest.mark.parametrize("name", ["h.geojson", "h.gpkg", "h.shp.zip", "h.parquet", "h.csv.zip", "h.kml"])
def test_every_format_gives_the_same_table(tmp_path, name, reference):
    inputs = read_houses(tmp_path, {name: make(tmp_path, name)}, locations={"file": name})
    assert hashes(inputs)["locations"] == reference


@pytest.mark.parametrize("suffix", ["osm.pbf", "osm.gz"])
def test_every_osm_format_gives_the_same_roads(tmp_path, suffix):
    plain = hashes(read_houses(tmp_path))["roads"]
    (tmp_path / "plain.osm").write_text(extract())
    with osmium.SimpleWriter(str(tmp_path / f"r.{suffix}")) as writer:
        for element in osmium.FileProcessor(str(tmp_path / "plain.osm")):
            writer.add(element)
    assert hashes(read_houses(tmp_path, osm={"file": f"r.{suffix}"}))["roads"] == plain


def test_the_layer_of_a_geopackage_is_chosen_by_name(tmp_path, reference):
    path = tmp_path / "two.gpkg"
    for layer in ("homes", "barns"):
        table().to_file(path, driver="GPKG", layer=layer)
    inputs = read_houses(tmp_path, locations={"file": "two.gpkg", "layer": "homes"})
    assert hashes(inputs)["locations"] == reference


def test_reading_leaves_a_geopackage_as_it_was(tmp_path):
    path = tmp_path / "h.gpkg"
    table().to_file(path, driver="GPKG")
    with sqlite3.connect(path) as database:
        database.execute("CREATE TRIGGER t AFTER UPDATE ON gpkg_contents BEGIN DELETE FROM gpkg_contents; END")
    before = path.read_bytes()
    read_houses(tmp_path, locations={"file": "h.gpkg"})
    assert path.read_bytes() == before


def test_semicolons_and_tabs_separate_too(tmp_path, reference):
    inputs = read_houses(tmp_path, {"houses.csv": HOUSES.replace(",", ";")})
    assert hashes(inputs)["locations"] == reference

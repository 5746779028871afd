import csv

import geopandas as gpd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from expansion.export.shp import NAME_LIMIT, TEXT_LIMIT, cut_text, short_names, write_shp

WORDS = st.lists(st.text("aeioubcdfg_XY", min_size=1, max_size=30).filter(lambda name: name.strip("_")), unique=True)


@pytest.fixture(scope="module")
def folder(planned, tmp_path_factory):
    return write_shp(planned, tmp_path_factory.mktemp("shp") / "shp")


@pytest.fixture(scope="module")
def key(folder):
    with (folder / "fields.csv").open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@given(WORDS)
def test_short_names_fit_and_differ_whatever_their_case(columns):
    names = short_names(columns)
    assert list(names) == columns
    assert all(0 < len(name) <= NAME_LIMIT for name in names.values())
    assert len({name.lower() for name in names.values()}) == len(columns)


def test_names_that_fit_stay():
    assert short_names(["area_id", "hub_ids"]) == {"area_id": "area_id", "hub_ids": "hub_ids"}


@given(st.text())
def test_a_cut_text_fits_and_is_a_beginning(text):
    cut = cut_text(text.encode("utf-8", errors="ignore").decode())
    assert len(cut.encode()) <= TEXT_LIMIT
    assert text.encode("utf-8", errors="ignore").decode().startswith(cut)


def test_the_key_names_every_field_of_every_file(folder, key):
    listed = {(row["file"], row["field"]) for row in key}
    for path in folder.glob("*.dbf"):
        assert {(path.stem, field) for field in pyogrio.read_info(path)["fields"]} == {
            pair for pair in listed if pair[0] == path.stem
        }


def test_layers_say_their_encoding_and_crs(folder):
    for path in folder.glob("*.shp"):
        assert path.with_suffix(".cpg").read_text() == "UTF-8"
        assert pyogrio.read_info(path)["crs"] == "EPSG:4326"


def test_spans_come_back_where_they_were(folder, planned, key):
    back = gpd.read_file(folder / "spans.shp")
    field = next(row["field"] for row in key if (row["file"], row["column"]) == ("spans", "build_cost"))
    assert back[field].tolist() == planned.tables["spans"]["build_cost"].tolist()
    there = planned.tables["spans"].to_crs(4326).geometry
    assert shapely.equals_exact(back.geometry.to_numpy(), there.to_numpy(), tolerance=1e-9).all()


def test_permits_are_parted_by_kind_of_geometry(folder, planned):
    parts = [pyogrio.read_info(folder / f"permits_{kind}.shp")["features"] for kind in ("point", "line", "polygon")]
    assert sum(parts) == len(planned.tables["permits"])


def test_long_texts_are_cut_between_letters_and_counted(folder, planned, key):
    long = planned.tables["permits"]["span_ids"].str.len() > TEXT_LIMIT
    listed = [int(row["cut"]) for row in key if row["column"] == "span_ids" and row["file"].startswith("permits_")]
    assert sum(listed) == int(long.sum()) > 0

"""A drawing read back by GDAL, which shares no code with the writer."""

import re

import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import CRS

from expansion.errors import OutputError
from expansion.export import export_plan
from expansion.export.dxf_text import attribute_texts, dxf_text
from tests.export.hostile import hostile


@pytest.fixture
def gdal():
    wanted = {"DXF_INLINE_BLOCKS": "FALSE", "DXF_INCLUDE_RAW_CODE_VALUES": "TRUE"}
    pyogrio.set_gdal_config_options(wanted)
    yield lambda path: pyogrio.read_dataframe(path, layer="entities")
    pyogrio.set_gdal_config_options(dict.fromkeys(wanted))


@pytest.fixture(scope="module")
def drawn(planned, tmp_path_factory):
    return export_plan(planned, ["dxf"], tmp_path_factory.mktemp("dxf"))[0]


def attributes(row):
    """Columns of a block, by name."""
    return {text.partition(" ")[0].lower(): text.partition(" ")[2] for text in row.BlockAttributes}


def extended(row):
    """Columns of a line, by name."""
    return dict(text[5:].split("=", 1) for text in row.RawCodeValues if text.startswith("1000 "))


def test_spans_lie_where_they_are_in_meters_on_the_layer_of_their_placement(drawn, planned, gdal):
    read = gdal(drawn)
    found = {extended(row)["span_id"]: row for row in read[read["Layer"].str.startswith("SPANS-")].itertuples()}
    spans = planned.tables["spans"]
    assert set(found) == set(spans["span_id"])
    for span in spans.itertuples():
        row = found[span.span_id]
        assert shapely.hausdorff_distance(shapely.force_2d(row.geometry), span.geometry) < 1e-6
        assert row.Layer == ("SPANS-EXISTING" if span.is_existing else f"SPANS-{span.placement.upper()}")


def test_every_site_is_a_block_with_its_columns(drawn, planned, gdal):
    read = gdal(drawn)
    found = {attributes(row)["site_id"]: row for row in read[read["Layer"].str.startswith("SITES-")].itertuples()}
    sites = planned.tables["sites"]
    assert set(found) == set(sites["site_id"])
    for site in sites.itertuples():
        row = found[site.site_id]
        assert (row.BlockName, attributes(row)["used"]) == (site.kind.upper(), str(site.used))
        assert shapely.force_2d(row.geometry).distance(site.geometry) < 1e-6


def test_cables_drops_poles_locations_and_crossings_have_their_layers(drawn, planned, gdal):
    read = gdal(drawn)
    counts = read.groupby("Layer").size()
    tables = planned.tables
    tiers = tables["cables"]["tier"].value_counts()
    assert counts["CABLES-FEEDER"] == tiers["feeder"]
    assert counts["CABLES-DISTRIBUTION"] == tiers["distribution"]
    assert counts["DROPS"] == len(tables["drops"])
    assert counts["LOCATIONS"] == tables["locations"]["eligible"].sum()
    assert counts["POLES"] == tables["spans"]["pole_count"].sum()
    crossed = read[read["Layer"] == "CROSSINGS"]
    assert {"rail", "water"} <= {
        attributes(row)["layer"] for row in crossed.itertuples() if isinstance(row.BlockName, str)
    }


def test_the_unit_is_the_meter_and_the_crs_lies_beside_it(drawn, planned):
    text = drawn.read_text("utf-8")
    assert re.search(r"\$INSUNITS\n\s*70\n6\n", text)
    assert CRS.from_wkt(drawn.with_suffix(".prj").read_text()).equals(
        CRS.from_wkt(planned.tables["spans"].crs.to_wkt("WKT1_ESRI"))
    )


def test_labels_read_from_below(drawn):
    turns = [float(turn) for turn in re.findall(r"AcDbText\n(?:.*\n){1,10}? 50\n(.*)\n", drawn.read_text("utf-8"))]
    assert all(-90 < turn <= 90 for turn in turns)


def test_texts_of_strangers_stay_one_line_of_text(planned, tmp_path, gdal):
    (path,) = export_plan(hostile(planned), ["dxf"], tmp_path)
    read = gdal(path)
    assert len(read) > 50
    texts = np.concatenate([row.BlockAttributes for row in read.itertuples() if isinstance(row.BlockName, str)])
    assert any("pwned" in text for text in texts)
    assert all(re.fullmatch(r"[A-Z0-9-]+", layer.replace("_", "-")) for layer in read["Layer"].unique())


@pytest.mark.parametrize(
    ("value", "text"),
    [("a\nb\x00\t c", "a b c"), ("%%d", "％％d"), ("^J{\\P}", "＾J｛＼P｝"), (float("nan"), ""), (3, "3")],
)
def test_marks_that_programs_run_are_plain_letters(value, text):
    assert dxf_text(value) == text


def test_a_long_text_is_cut_below_the_limit_between_letters():
    (text,) = attribute_texts({"reason": "é" * 400})
    assert 200 < len(text.encode("utf-8")) <= 255


def test_without_its_package_it_says_what_to_install(planned, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ezdxf", None)
    with pytest.raises(OutputError, match="reports") as caught:
        export_plan(planned, ["dxf"], tmp_path)
    assert caught.value.code == "E_EXPORT_EXTRA"

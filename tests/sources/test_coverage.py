"""Offers meet locations by id, by H3 cell, by census block or by area, and the join rate is said."""

import h3
import pytest

from expansion.errors import SourceError
from tests.sources.small import HOUSES, collection, read_houses, square

HEADER = (
    "frn,provider_id,brand_name,location_id,technology,max_advertised_download_speed,max_advertised_upload_speed,"
    "low_latency,business_residential_code,state_usps,block_geoid,h3_res8_id\n"
)
CELL = h3.latlng_to_cell(47.1001, 9.5005, 8)


def offer(location="a", technology=50, down="100", block="500110102002027", cell=CELL):
    return f"0003768165,130317,Xfinity,{location},{technology},{down},20,1,X,VT,{block},{cell}\n"


def bdc(folder, *rows, join="location_id", houses=HOUSES, name="bdc.csv"):
    files = {"houses.csv": houses, name: HEADER + "".join(rows)}
    return read_houses(folder, files, coverage={"kind": "bdc", "files": [name], "join": join})


def test_bdc_rows_meet_locations_by_id(tmp_path):
    row = bdc(tmp_path, offer("b"), offer("elsewhere")).coverage.iloc[0]
    assert row[["location_id", "technology", "down_mbps", "provider", "row"]].tolist() == [
        "b",
        50,
        100.0,
        "Xfinity",
        "bdc.csv:2",
    ]


def test_leading_zeros_and_empty_speeds_stay(tmp_path):
    houses = "location_id,longitude,latitude\n0001,9.5005,47.1001\n"
    row = bdc(tmp_path, offer("0001", down=""), houses=houses).coverage.iloc[0]
    assert row.location_id == "0001"
    assert row.isna()["down_mbps"]


def test_bdc_rows_spread_over_their_h3_cell(tmp_path):
    """Houses a, b and c lie within 250 m, in one cell of about 0.7 km2 or in two."""
    table = bdc(tmp_path, offer("unknown"), join="h3").coverage
    same = [name for name, y, x in (("a", 47.1001, 9.5005), ("b", 47.1002, 9.503), ("c", 47.1015, 9.5021))
            if h3.latlng_to_cell(y, x, 8) == CELL]  # fmt: skip
    assert table.location_id.tolist() == same


def test_bdc_rows_spread_over_their_census_block(tmp_path):
    houses = (
        "location_id,longitude,latitude,block_geoid\na,9.5005,47.1001,007\nb,9.503,47.1002,007\nc,9.5021,47.1015,008\n"
    )
    assert bdc(tmp_path, offer("?", block="007"), join="block", houses=houses).coverage.location_id.tolist() == [
        "a",
        "b",
    ]


def test_a_join_by_block_needs_blocks(tmp_path):
    with pytest.raises(SourceError, match="no location has one"):
        bdc(tmp_path, offer(), join="block")


def test_the_join_rate_is_said(tmp_path):
    inputs = bdc(tmp_path, offer("a"), offer("x"), offer("y"))
    (finding,) = [finding for finding in inputs.findings if finding.code == "W_JOIN_RATE"]
    assert finding.severity == "warning"
    assert finding.amount == pytest.approx(1 / 3, abs=1e-6)
    assert "2 of 3 offers met no location" in finding.message


def test_several_files_are_one_table_in_canonical_order(tmp_path):
    files = {"1.csv": HEADER + offer("c"), "2.csv": HEADER + offer("a", 10) + offer("a", 50)}
    table = read_houses(tmp_path, files, coverage={"kind": "bdc", "files": ["1.csv", "2.csv"]}).coverage
    assert table[["location_id", "technology"]].to_numpy().tolist() == [["a", 10], ["a", 50], ["c", 50]]


def test_areas_of_coverage_reach_what_lies_in_them(tmp_path):
    cells = {"technology": 70, "down_mbps": 30, "up_mbps": 5, "low_latency": True}
    files = {"c.geojson": collection((cells, square(9.4995, 47.0995, side=0.002)))}
    table = read_houses(tmp_path, files, coverage={"kind": "generic", "files": ["c.geojson"]}).coverage
    assert table[["location_id", "technology", "low_latency", "customers"]].to_numpy().tolist() == [
        ["a", 70, True, "X"]
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (offer(down="-1"), "E_RANGE"),
        (offer(down="NaN"), "E_NONFINITE"),
        (offer(down="fast"), "E_NUMBER"),
        (offer(technology=""), "E_COVERAGE"),
        (offer(location=""), "E_MISSING_ID"),
        (offer().replace(",X,", ",Q,"), "E_RANGE"),
    ],
)
def test_a_wrong_cell_is_named_by_row(tmp_path, row, code):
    with pytest.raises(SourceError) as caught:
        bdc(tmp_path, offer("b"), row)
    assert (caught.value.code, caught.value.where) == (code, ("bdc.csv:3",))


def test_another_header_is_refused(tmp_path):
    files = {"bdc.csv": "location_id,technology\na,50\n"}
    with pytest.raises(SourceError, match="columns missing: frn"):
        read_houses(tmp_path, files, coverage={"kind": "bdc", "files": ["bdc.csv"]})

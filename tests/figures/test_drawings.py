"""Technical drawings: well-formed, inside the sheet, each port and site once, nothing invented."""

import re
import xml.etree.ElementTree as ET
from collections import Counter

import pandas as pd
import pytest

from expansion.figures.drawing import SHEET_WIDTH, fit
from expansion.figures.drawing_set import DrawingSet
from expansion.figures.hub_schematic import ranges
from tests.figures import plant_tables

SVG = "{http://www.w3.org/2000/svg}"


def drawings(tables=None, **network):
    return DrawingSet(plant_tables.document(), {"network": network}, tables or plant_tables.tables())


def texts(svg):
    return [one.text for one in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.fixture(scope="module")
def sheets():
    return list(drawings(fill_target=0.8, split_ratio=8).sheets())


def test_there_is_one_sheet_for_the_network_one_per_hub_and_lines_per_source(sheets):
    assert [(one.kind, one.site_id) for one in sheets] == [("network", ""), ("hub", "H"), ("line", "O"), ("line", "H")]


def test_sheets_are_a3_wide_and_carry_plan_and_number(sheets):
    for sheet in sheets:
        root = ET.fromstring(sheet.svg)
        assert root.get("width") == "420mm"
        assert {"Sheet 1 of 1", "Plan 0123456789ab", "drawn"} <= set(texts(sheet.svg))


def test_nothing_stands_outside_the_sheet(sheets):
    for sheet in sheets:
        root = ET.fromstring(sheet.svg)
        _, _, wide, tall = map(float, root.get("viewBox").split())
        for one in root.iter(f"{SVG}rect"):
            assert float(one.get("x")) + float(one.get("width")) <= wide
        ends = [float(one.get("y")) for one in root.iter(f"{SVG}text")]
        assert max(ends) <= tall
        assert wide == SHEET_WIDTH


def test_a_hub_shows_every_location_at_its_terminal_and_every_free_port(sheets):
    words = texts(sheets[1].svg)
    assert [sum(word == name for word in words) for name in ("a", "b", "c ×2", "d")] == [1, 1, 1, 1]
    assert sheets[1].svg.count('stroke-dasharray="3 3"') == 12 - 5 + 1  # free ports, and one in the legend
    assert "2 of 4 ports · fibers 3–4" in words


def test_a_hub_shows_splitters_feeder_and_fill(sheets):
    words = texts(sheets[1].svg)
    assert {"5 of 144 ports in use (3%)", "target 80%", "Splitter 1 · 1:8", "5 of 8 out", "F1"} <= set(words)


def test_a_location_with_many_units_takes_ports_side_by_side_over_lines():
    tables = plant_tables.tables()
    tables["paths"]["units"] = [1, 1, 11, 1]
    tables["sites"].loc[tables["sites"]["site_id"] == "H-T2", "capacity"] = 12
    svg = drawings(tables).draw_hub("H").svg
    assert texts(svg).count("c ×11") == 2


def test_a_building_of_ten_thousand_units_is_one_cell():
    tables = plant_tables.tables()
    tables["paths"]["units"] = [1, 1, 10_000, 1]
    svg = drawings(tables).draw_hub("H").svg
    assert texts(svg).count("c ×10000") == 1
    assert len(svg) < 40_000


def test_a_line_shows_chainage_roads_sites_and_crossings(sheets):
    words = texts(sheets[3].svg)
    assert {"H", "C1", "T1", "T2", "T3", "Main Street", "End Lane", "Side Street"} <= set(words)
    assert {"rail Valley Railway · RAIL-1", "flood AE", "200"} <= set(words)


def test_signs_on_a_line_stand_at_their_share_of_the_way(sheets):
    root = ET.fromstring(sheets[3].svg)
    ticks = {one.text: float(one.get("x")) for one in root.iter(f"{SVG}text") if re.fullmatch(r"\d+", one.text)}
    per_m = (ticks["200"] - ticks["0"]) / 200
    rail = next(float(d) for d in re.findall(r'd="M([\d.]+) [\d.]+v22', sheets[3].svg))
    assert rail == pytest.approx(ticks["0"] + 125 * per_m, abs=0.2)


def test_a_long_route_goes_on_over_lines_and_sheets():
    tables = plant_tables.tables()
    tables["spans"]["length_m"] = 60_000.0
    found = drawings(tables).draw_lines("H")
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert len(found) > 1
    names = Counter(word for one in found for word in texts(one.svg))
    assert (names["T1"], names["T2"], names["T3"]) == (1, 1, 1)


def test_labels_that_would_meet_stand_in_lanes():
    tables = plant_tables.tables()
    tables["spans"]["length_m"] = tables["spans"]["span_id"].map({"S1": 3000.0}).fillna(6.0)
    root = ET.fromstring(drawings(tables).draw_lines("H")[0].svg)
    feet = {one.text: float(one.get("y")) for one in root.iter(f"{SVG}text") if one.text in ("C1", "T1", "T2")}
    assert len(set(feet.values())) == len(feet)


def test_an_empty_plan_draws_an_empty_network():
    tables = {name: table.iloc[:0] for name, table in plant_tables.tables().items()}
    assert [one.kind for one in drawings(tables).sheets()] == ["network"]


@pytest.mark.parametrize(("numbers", "words"), [([], "–"), ([4], "4"), ([1, 2, 3, 7], "1–3, 7"), ([2, 1, 2], "1–2")])
def test_numbers_are_written_as_ranges(numbers, words):
    assert ranges(numbers) == words


def test_a_text_that_does_not_fit_keeps_both_ends():
    assert fit("w900000012345-17", 60, 10) == "w9000…5-17"
    assert fit("short", 60, 10) == "short"


def test_strands_give_a_terminal_the_fibers_of_its_cable_with_their_colors():
    strands = pd.DataFrame(
        {
            "cable_id": "H-K1", "sheath": 1, "tube": 1, "tube_color": "blue", "fiber": [11, 12, 1],
            "fiber_color": ["rose", "aqua", "blue"], "use": ["in use", "in use", "dead"], "to_site": "H-T1",
        }
    )  # fmt: skip
    svg = drawings(plant_tables.tables() | {"strands": strands}).draw_hub("H").svg
    assert "2 of 4 ports · fibers 11–12" in texts(svg)
    assert "fiber 12: aqua in the blue tube" in svg


def test_in_a_cascade_an_output_of_the_hub_feeds_a_splitter():
    tables = plant_tables.tables()
    tables["paths"] = tables["paths"].assign(splitter2_input=1, splitter_output=[1, 1, 2, 3])
    svg = drawings(tables, architecture="cascaded", cascade=[4, 8], split_ratio=32).draw_hub("H").svg
    assert {"Splitter 1 · 1:4", "3 of 4 out"} <= set(texts(svg))
    assert any("ports, 1:8 · fiber" in word for word in texts(svg))

"""Map and Gantt chart as SVG: well-formed, inside their frame, in the right place, nothing invented.

A frame of 1000 m x 1000 m at 10 units a pixel; (0, 0) is the south-west corner, y points north, SVG's y down.
"""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon

from expansion.figures.svg_gantt import draw_gantt
from expansion.figures.svg_map import DrawnLayer, draw_map
from expansion.figures.svg_paths import Frame, area_path, dot_path, fit_frame, line_path

FRAME = Frame(west=0.0, north=1000.0, meters_per_unit=1.0, width=1000, height=1000)
NUMBERS = st.floats(-1e6, 1e6)


def shapes(*ones):
    return np.array(ones, dtype=object)


def test_a_line_starts_at_its_place_and_goes_by_steps():
    assert line_path(shapes(LineString([(100, 900), (200, 900), (200, 800)])), FRAME) == "M100 100l100 0 0 100"


def test_what_lies_outside_is_clipped():
    assert line_path(shapes(LineString([(-500, 500), (500, 500)])), FRAME) == "M0 500l500 0"
    assert line_path(shapes(LineString([(-500, 500), (-100, 500)])), FRAME) == ""
    assert dot_path(shapes(Point(-1, 5), Point(5, 5)), FRAME) == "M5 995h0"


def test_an_area_closes_and_keeps_its_hole():
    ring = [(100, 100), (300, 100), (300, 300), (100, 300)]
    hole = [(150, 150), (250, 150), (250, 250), (150, 250)]
    path = area_path(shapes(Polygon(ring, [hole])), FRAME)
    assert (path.count("M"), path.count("z")) == (2, 2)


def test_nothing_gives_nothing():
    empty = shapes()
    assert (line_path(empty, FRAME), area_path(empty, FRAME), dot_path(empty, FRAME)) == ("", "", "")


@given(NUMBERS, NUMBERS, st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_frame_holds_its_bounds(west, south, wide, tall):
    frame = fit_frame((west, south, west + wide, south + tall), width_px=1200, tallest_px=1100)
    left, bottom, right, top = frame.bounds
    slack = 1e-6 + 1e-9 * abs(west) + 1e-9 * abs(south)
    assert left <= west + slack
    assert bottom <= south + slack
    assert right >= west + wide - slack
    assert top >= south + tall - slack
    assert frame.width <= 12_000
    assert frame.height <= 11_000


def test_a_map_is_xml_with_its_layers_and_a_scale_bar_of_true_length():
    root = ET.fromstring(draw_map((DrawnLayer("a", "A", 1, "", '<path d="M0 0l1 1"/>'),), FRAME, title="<x>"))
    assert root.get("aria-label") == "<x>"
    assert [one.get("class") for one in root.iter("{http://www.w3.org/2000/svg}g")][1] == "layer layer-a"
    bar = root.find(".//{http://www.w3.org/2000/svg}g[@class='furniture']/{http://www.w3.org/2000/svg}path")
    words = root.findtext(".//{http://www.w3.org/2000/svg}g[@class='furniture']/{http://www.w3.org/2000/svg}text")
    assert int(re.search(r"h(\d+)", bar.get("d"))[1]) * FRAME.meters_per_unit == int(words.split()[0])


def task(area, work, start, finish, *, critical=False):
    """Dates are months and days of 2027."""
    days = {"start": f"2027-{start}", "finish": f"2027-{finish}"}
    return {"task_id": f"{area}-{start}", "area_id": area, "wbs_phase": work, "is_critical": critical} | days


def chart(*rows, areas=(("A1", 1, 2027),), finish_p80=None):
    tasks = pd.DataFrame(rows, columns=["task_id", "area_id", "wbs_phase", "start", "finish", "is_critical"])
    table = pd.DataFrame(areas, columns=["area_id", "phase", "year"])
    return draw_gantt(tasks, table, finish_p80=finish_p80, title="x")


def bars(text):
    return [
        one for one in ET.fromstring(text).iter("{http://www.w3.org/2000/svg}rect") if one.get("rx") == "2" and len(one)
    ]


def test_nothing_scheduled_draws_nothing():
    assert chart() == ""


def test_bars_are_as_long_as_their_days():
    drawn = bars(chart(task("A1", "planning", "01-01", "01-10"), task("A1", "execution", "02-01", "02-20")))
    first, second = (float(one.get("width")) for one in drawn)
    assert second / first == pytest.approx(2, rel=0.01)
    assert float(drawn[1].get("x")) > float(drawn[0].get("x")) + first


def test_a_phase_of_work_is_one_bar_with_its_dates_in_words():
    text = chart(task("A1", "planning", "01-01", "01-10"), task("A1", "planning", "01-05", "03-01"))
    assert len(bars(text)) == 1
    assert "A1, planning: 2027-01-01 to 2027-03-01, 2 tasks" in text


def test_critical_work_is_underlined_and_the_p80_marked():
    text = chart(task("A1", "planning", "01-01", "01-10", critical=True), finish_p80="2027-06-01")
    assert text.count('height="2"') == 1
    assert "P80 finish 2027-06-01" in text


def test_areas_stand_by_phase_then_by_first_day():
    text = chart(
        task("A1", "planning", "02-01", "02-10"),
        task("A2", "planning", "01-01", "01-10"),
        task("A3", "planning", "01-01", "01-10"),
        areas=(("A1", 1, 2027), ("A2", 1, 2027), ("A3", 2, 2028)),
    )
    labels = re.findall(r">(A\d|Phase \d · \d{4})<", text)
    assert labels == ["Phase 1 · 2027", "A2", "A1", "Phase 2 · 2028", "A3"]

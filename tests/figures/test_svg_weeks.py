"""Crews per week are a row of bars each, red where more is needed than there is."""

import pandas as pd
import pytest

from expansion.figures.paper import CRITICAL
from expansion.figures.svg_weeks import draw_weeks

WEEKS = pd.DataFrame(
    [("2027-03-01", "buried", 5.0, 10.0), ("2027-03-08", "buried", 12.0, 10.0), ("2027-03-08", "bore", 2.0, 5.0),
     ("2027-03-08", "aerial", 0.0, 15.0)],
    columns=["week", "resource", "demand", "capacity"],
).assign(unit="crew-days")  # fmt: skip


def test_a_bar_per_week_that_needs_a_crew_and_red_above_what_there_is():
    drawing = draw_weeks(WEEKS, title="t")
    assert drawing.count("<rect") == 3
    assert drawing.count(f'fill="{CRITICAL}"') == 1
    assert "buried, week of 2027-03-08: 12.0 of 10.0" in drawing
    assert "aerial" not in drawing


def test_the_crew_that_is_shortest_stands_first():
    drawing = draw_weeks(WEEKS, title="t")
    assert drawing.index(">buried<") < drawing.index(">bore<")


@pytest.mark.parametrize("names", ["<b>", "a&b"])
def test_names_are_escaped(names):
    assert f">{names}<" not in draw_weeks(WEEKS.assign(resource=names), title="t")


def test_no_demand_no_figure():
    assert draw_weeks(WEEKS.assign(demand=0.0), title="t") == ""

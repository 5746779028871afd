"""How far areas are by the end of a month.

A1  planning 01-04 .. 02-10 | execution 02-15 .. 03-20 | G3 04-02
A2  planning 03-05 ..
A3  not chosen
"""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from expansion.figures.gantt import crew_bars, phase_bars
from expansion.figures.months import STATES, area_states, month_layer, plan_months

TASKS = pd.DataFrame(
    [("A1-1", "A1", "planning", "2027-01-04", "2027-02-10", None),
     ("A1-2", "A1", "execution", "2027-02-15", "2027-03-20", "buried"),
     ("A2-1", "A2", "planning", "2027-03-05", "2027-04-30", "survey")],
    columns=["task_id", "area_id", "wbs_phase", "start", "finish", "crew_kind"],
).assign(is_critical=False)  # fmt: skip
AREAS = gpd.GeoDataFrame(
    {"area_id": ["A1", "A2", "A3"], "chosen": [True, True, False], "locations": [5, 6, 7], "phase": [1, 2, None],
     "year": [2027, 2028, None], "reason": ["near", "far", "dear"]},
    geometry=[box(place, 0, place + 1, 1) for place in (0, 2, 4)], crs=4326,
)  # fmt: skip
GATES = pd.DataFrame({"gate": ["G0", "G3"], "area_id": ["A1", "A1"], "date": ["2027-01-06", "2027-04-02"]})
TABLES = {"areas": AREAS, "tasks": TASKS, "gates": GATES}


def test_months_run_from_the_first_task_to_the_last():
    assert plan_months(TASKS) == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]
    assert plan_months(TASKS.iloc[:0]) == []


@pytest.mark.parametrize(
    ("day", "states"),
    [
        ("2027-01-31", ("planning", "waiting")),
        ("2027-02-28", ("building", "waiting")),
        ("2027-03-31", ("building", "planning")),
        ("2027-04-30", ("serving", "planning")),
    ],
)
def test_an_area_goes_from_planning_over_construction_to_service(day, states):
    assert tuple(area_states(TABLES, day)) == (*states, "left")


def test_the_layer_colors_each_area_by_its_state():
    layer = month_layer(TABLES, "2027-02-28")
    order = list(STATES)
    assert [order[one["properties"]["style"]] for one in layer.features] == ["building", "waiting", "left"]
    assert "dear" in str(layer.features[2]["properties"])


def test_bars_stand_by_phase_or_by_crew():
    assert set(phase_bars(TASKS, AREAS)["row"]) == {"phase 1 · 2027", "phase 2 · 2028"}
    assert crew_bars(TASKS)["row"].tolist() == ["buried", "survey"]

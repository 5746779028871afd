"""Authorities that handle only so many applications at a time.

Three permits of 90 days at one office of railways, one at another: with one at a time the three follow one another.
"""

import datetime as dt
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from expansion.plan.plan import Permits
from expansion.schedule import schedule_build
from expansion.schedule.readback import read_back
from tests.schedule.checker import Checker
from tests.schedule.programs import permits_of, program, study_of

RAIL = "Office of RAIL"
ROWS = [(f"p{number}", "RAIL", "A001", 90) for number in (1, 2, 3)] + [("p4", "ROAD", "A001", 90)]


def built(*limits, **changes):
    study = study_of(schedule={"agencies": list(limits)})
    table = permits_of(*ROWS).table
    table = table.assign(**{key: pd.array(value, dtype="str") for key, value in changes.items()})
    return study, schedule_build(**program((2028,), study=study) | {"permits": Permits(table, ())})


def spans(schedule):
    tasks = schedule.tasks.set_index("task_id")
    days = {
        name: tuple(map(dt.date.fromisoformat, tasks.loc[f"permit-{name}", ["start", "finish"]])) for name, *_ in ROWS
    }
    return days, tasks


def apart(days, names):
    turns = sorted(days[name] for name in names)
    return all(one[1] < other[0] for one, other in pairwise(turns))


@pytest.mark.parametrize("limit", [{"name": RAIL, "count": 1}, {"kind": "road owner", "count": 1}])
def test_permits_queue_at_an_agency_by_name_or_kind_and_each_agency_by_itself(limit):
    study, schedule = built(limit)
    days, tasks = spans(schedule)
    assert apart(days, ("p1", "p2", "p3"))
    assert not apart(days, ("p1", "p4")) or not apart(days, ("p2", "p4")) or not apart(days, ("p3", "p4"))
    assert set(tasks.loc[["permit-p1", "permit-p2", "permit-p3"], "crews"]) == {"1"}
    told = schedule.resources.set_index("resource_id").loc[RAIL]
    assert (told["count"], told["peak"], told["crew_days"]) == (1, 1, 270.0)
    assert Checker(study, schedule).breaches() == []


def test_an_agency_without_a_row_handles_any_number():
    _, schedule = built({"name": "Nobody", "count": 1})
    days, tasks = spans(schedule)
    assert days["p1"] == days["p2"] == days["p3"]
    assert tasks["crews"].isna()["permit-p1"]
    assert [one.where for one in schedule.findings if one.code == "W_AGENCY"] == [("Nobody",)]


def test_its_own_row_comes_before_that_of_its_kind():
    _, schedule = built({"name": RAIL, "count": 3}, {"kind": "road owner", "count": 1})
    days, _ = spans(schedule)
    assert days["p1"] == days["p2"] == days["p3"]


def test_what_was_filed_before_has_its_place_and_others_wait_for_it():
    _, schedule = built(
        {"name": RAIL, "count": 1}, state=["filed", "filed", "needed", "needed"],
        filed=["2027-02-19", "2027-02-19", None, None],
    )  # fmt: skip
    days, tasks = spans(schedule)
    assert days["p1"] == days["p2"] == (dt.date(2027, 3, 1), dt.date(2027, 5, 19))
    assert days["p3"][0] >= dt.date(2027, 5, 20)
    assert tasks["crews"].isna()["permit-p1"]


def test_the_order_at_an_agency_stays_when_the_schedule_is_read_back():
    study, schedule = built({"name": RAIL, "count": 1})
    days, tasks = spans(schedule)
    rows = {name: place for place, name in enumerate(tasks.index)}
    graph, _ = read_back(study, schedule, schedule.tasks["duration_days"].to_numpy(dtype=np.int64))
    first, second, third = (rows[f"permit-{name}"] for name in sorted(("p1", "p2", "p3"), key=lambda name: days[name]))
    links = {(int(a), int(b)) for a, b, *_ in graph.links}
    assert {(first, second), (second, third)} <= links

"""Calendars by name, against days counted by hand."""

import datetime as dt
from itertools import pairwise

import pandas as pd
import pytest

from expansion.export.mspdi_work import availability
from expansion.export.work_calendars import plan_calendars
from expansion.plan.saved import SavedPlan

WINTER = {"from": "12-01", "to": "02-29", "methods": ["buried"]}


def plan(*names, winter=WINTER, crews=()):
    tasks = pd.DataFrame({"calendar": ["workdays", *names], "finish": ["2028-06-30"] * (len(names) + 1)})
    calendar = {"workdays": [1, 2, 3, 4, 5], "holidays": ["2027-12-24", "2027-07-05"], "winter_closure": winter}
    study = {"study": {"start": "2027-03-01"}, "schedule": {"calendar": calendar, "crews": list(crews)}}
    return SavedPlan({}, {"study": study}, {"tasks": tasks, "resources": tasks}, {})


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("name", "text", "is_open"),
    [
        ("calendar", "2027-12-25", True), ("workdays", "2027-12-24", False), ("workdays", "2027-12-27", True),
        ("buried", "2027-11-30", True), ("buried", "2027-12-01", False), ("buried", "2028-02-29", False),
        ("buried", "2028-03-01", True), ("aerial", "2027-12-01", True), ("aerial", "2027-07-05", False),
        ("aerial 04-15/11-15", "2027-04-14", False), ("aerial 04-15/11-15", "2027-04-15", True),
        ("buried 10-01/04-30", "2027-11-30", True), ("buried 10-01/04-30", "2027-12-01", False),
        ("buried 10-01/04-30", "2027-05-03", False),
    ],
)  # fmt: skip
def test_a_day_is_open_or_closed(name, text, is_open):
    assert plan_calendars(plan(name))[name].is_open(day(text)) == is_open


def test_closures_ascend_and_none_overlaps_another():
    found = plan_calendars(plan("buried 10-01/04-30"))["buried 10-01/04-30"].closures
    assert all(one.last < other.first for one, other in pairwise(found))
    assert {one.name for one in found} == {"Winter closure", "Out of season"}


def test_a_name_that_holds_no_season_is_a_calendar_of_workdays():
    assert plan_calendars(plan("crew of 12-01"))["crew of 12-01"].is_open(day("2027-12-01"))


def test_crews_that_change_are_available_from_day_to_day():
    crew = {"kind": "buried", "count": 2, "changes": [{"from": "2028-01-10", "count": 3}]}
    first, last = availability(plan(crews=[crew, {"kind": "bore", "count": 1}]))["buried"]
    assert "<AvailableTo>2028-01-09T23:59:00</AvailableTo><AvailableUnits>2" in first
    assert "<AvailableFrom>2028-01-10T00:00:00</AvailableFrom>" in last
    assert "<AvailableUnits>3" in last

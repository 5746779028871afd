"""Days are counted by hand: March 1, 2027 is a Monday."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from expansion.audit.bounds import is_overloaded
from expansion.audit.calendars import make_calendar, worked_days
from expansion.audit.program import Link, Program, earliest_start, finish_point, latest_start, topological
from expansion.errors import SourceError

MONDAY = dt.date(2027, 3, 1)
RULES = {"workdays": [1, 2, 3, 4, 5], "holidays": ["2027-03-03"], "winter_closure": None}
WINTER = {"from": "12-15", "to": "03-05", "methods": ["buried"]}


def week(kind="workdays", **changes):
    return worked_days(RULES | changes, kind, MONDAY, 9).astype(int).tolist()


def test_weekends_and_holidays_are_not_worked():
    assert week() == [1, 1, 0, 1, 1, 0, 0, 1, 1]


def test_a_closure_over_the_new_year_holds_to_its_last_day():
    assert week("buried", winter_closure=WINTER) == [0, 0, 0, 0, 0, 0, 0, 1, 1]


def test_a_closure_stops_only_the_methods_that_it_names():
    assert week("aerial", winter_closure=WINTER) == week()


def test_a_calendar_counts_and_finds_worked_days():
    calendar = make_calendar(np.array(week(), dtype=bool))
    assert calendar.count(0, 6) == 4
    assert calendar.next_worked(5) == 7
    assert calendar.days(1, 3).tolist() == [1, 3, 4]


def closed(kind):
    """Every day is worked, but for the closure of buried work from day 9 to day 50."""
    winter = {"from": "03-10", "to": "04-20", "methods": ["buried"]}
    return make_calendar(
        worked_days({"workdays": [*range(1, 8)], "holidays": [], "winter_closure": winter}, kind, MONDAY, 99)
    )


@pytest.mark.parametrize(("days", "overloaded"), [(42, False), (43, True)])
def test_a_task_that_pauses_with_its_season_takes_no_crew_meanwhile(days, overloaded):
    """X works on days 6 to 8 and 51 to 53, as it must; Y has the crew from day 9 on, 42 days and no more."""
    tasks = program([6, days], [])
    tasks = replace(tasks, calendar=[closed("buried"), closed("splice")])
    early, late_finish, one = np.array([6, 9]), np.array([54, 9 + days]), np.array([1, 1])
    assert is_overloaded(tasks, [0, 1], closed("splice"), early, late_finish, one, 1) is overloaded


def program(durations, links, start=None):
    """Tasks on workdays, links as (before, after, kind, lag)."""
    calendar = make_calendar(worked_days(RULES | {"holidays": []}, "workdays", MONDAY, 100))
    made = [Link(*link) for link in links]
    rows = range(len(durations))
    return Program(
        MONDAY,
        [f"t{row}" for row in rows],
        np.array(start or [0] * len(durations)),
        np.zeros(len(durations), dtype=np.int64),
        np.array(durations),
        [calendar] * len(durations),
        np.zeros(len(durations), dtype=np.int64),
        {row: [link for link in made if link.after == row] for row in rows},
        {row: [link for link in made if link.before == row] for row in rows},
    )


@pytest.mark.parametrize(
    ("kind", "lag", "day"),
    [
        ("FS", 0, 7),  # finishes on Friday, the next starts on Monday
        ("FS", 8, 14),  # Saturday is point 5; 8 calendar days later is Sunday
        ("SS", 2, 2),
        ("FF", 0, 3),  # two days that end with the predecessor on Friday
        ("SF", 8, 4),  # Friday and Monday: its finish point is Tuesday, day 8
    ],
)
def test_links_compare_points_in_calendar_days(kind, lag, day):
    tasks = program([5, 2], [(0, 1, kind, lag)])
    points = np.array([0, 0]), np.array([5, 0])
    assert earliest_start(tasks, 1, *points) == day


def test_a_milestone_after_friday_stands_on_monday():
    tasks = program([5, 0], [(0, 1, "FS", 0)])
    assert earliest_start(tasks, 1, np.array([0, 0]), np.array([5, 0])) == 7
    assert finish_point(tasks, 1, 7) == 7


@pytest.mark.parametrize(("kind", "lag", "day"), [("FS", 0, 7), ("FS", 3, 2), ("SS", 0, 10), ("FF", 1, 8)])
def test_the_latest_start_leaves_room_for_what_follows(kind, lag, day):
    tasks = program([3, 2], [(0, 1, kind, lag)])
    points = np.array([0, 10]), np.array([0, 12])
    assert latest_start(tasks, 0, *points, 60) == day


def test_there_is_no_latest_start_before_the_first_day():
    tasks = program([5, 2], [(0, 1, "FS", 0)])
    assert latest_start(tasks, 0, np.array([0, 2]), np.array([0, 4]), 60) is None


def test_a_circle_of_links_is_named():
    with pytest.raises(SourceError, match="circle"):
        topological(program([1, 1], [(0, 1, "FS", 0), (1, 0, "FS", 0)]))

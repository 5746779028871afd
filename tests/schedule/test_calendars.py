"""Working days: weekends, holidays, and closures over the new year."""

import datetime as dt

import numpy as np
import pytest

from expansion.errors import InfeasibleError
from expansion.schedule.calendars import enough_days, make_calendars
from tests.schedule.programs import study_of


def worked(study, name, horizon=800):
    calendars = make_calendars(study, horizon)
    row = calendars.place(name)
    return {calendars.date(day) for day in calendars.days[row] if day < horizon}


def calendar(**rules):
    return study_of(schedule={"calendar": rules})


def test_weekends_are_not_worked():
    days = worked(study_of(), "survey")
    assert "2027-03-05" in days
    assert not {"2027-03-06", "2027-03-07"} & days


def test_permits_wait_every_day():
    assert {"2027-03-06", "2027-03-07"} <= worked(study_of(), "calendar")


def test_holidays_stop_every_crew():
    study = calendar(holidays=[dt.date(2027, 3, 10)])
    assert "2027-03-10" not in worked(study, "aerial")
    assert "2027-03-10" not in worked(study, "workdays")


@pytest.mark.parametrize(
    ("date", "is_open"),
    [("2027-12-14", True), ("2027-12-15", False), ("2028-02-29", False), ("2028-03-01", False), ("2028-03-02", True)],
)
def test_winter_closure_runs_over_the_new_year_with_both_ends(date, is_open):
    study = calendar(winter_closure={"from": "12-15", "to": "03-01", "methods": ["buried"]})
    assert (date in worked(study, "buried")) is is_open
    assert date in worked(study, "aerial")


def test_a_closure_within_the_year_stays_within_it():
    study = calendar(winter_closure={"from": "06-01", "to": "06-30", "methods": ["bore"]})
    days = worked(study, "bore")
    assert "2027-06-15" not in days
    assert {"2027-05-31", "2027-07-01"} <= days


def test_index_points_at_the_first_working_day_on_or_after():
    calendars = make_calendars(study_of(), 60)
    row = calendars.place("workdays")
    saturday = calendars.day("2027-03-06")
    assert calendars.date(calendars.days[row, calendars.index[row, saturday]]) == "2027-03-08"


def test_the_index_counts_the_days_before():
    calendars = make_calendars(study_of(), 40)
    for row in range(len(calendars.names)):
        found = [int((calendars.days[row] < day).sum()) for day in range(40)]
        assert np.array_equal(calendars.index[row, :40], found)


def test_a_crew_that_never_works_is_named():
    study = calendar(winter_closure={"from": "01-01", "to": "12-31", "methods": ["bore"]})
    with pytest.raises(InfeasibleError, match="bore") as caught:
        enough_days(study, {"bore": 3, "aerial": 2}, 0)
    assert caught.value.code == "E_CALENDAR"


def test_the_horizon_holds_all_work_in_a_row():
    study = calendar(winter_closure={"from": "02-01", "to": "12-15", "methods": ["bore"]}, workdays=[1])
    horizon = enough_days(study, {"bore": 40, "aerial": 100}, 70)
    calendars = make_calendars(study, horizon)
    for name, days in (("bore", 40), ("aerial", 140)):
        assert calendars.days[calendars.place(name), days + 10] < horizon

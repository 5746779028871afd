"""Initiatives as tasks: training (20 days, two crews' work) before the build of two areas, the second year's money."""

from dataclasses import replace

import pytest

from expansion.errors import InfeasibleError
from expansion.plan.selection import ChosenInitiative, Selection
from expansion.schedule import schedule_build
from tests.schedule.checker import Checker
from tests.schedule.programs import portfolio_of, program, study_of

YEARS = (2027, 2028)


def built(after=(), **asked):
    row = {"id": "crm", "name": "Customer software", "cost_per_year": 1200.5, "years": 2, "duration_days": 250} | asked
    study = study_of(portfolio={"initiatives": [row | {"staff": {"install": 30, "trainer": 260}}]})
    known = ChosenInitiative(
        "crm", row["name"], "other", 2027, 2, row["duration_days"], (("install", 30.0), ("trainer", 260.0)),
        ("A001", "A002"), after,
    )  # fmt: skip
    portfolio = replace(portfolio_of(YEARS), selection=Selection(carried_out=(known,), years=YEARS))
    return study, schedule_build(**program(YEARS, study=study) | {"portfolio": portfolio})


@pytest.fixture(scope="module")
def crm():
    return built()


def row(schedule, name):
    return schedule.tasks.set_index("task_id").loc[name]


def test_a_year_has_its_workdays_less_the_holidays_on_them():
    rules = study_of(schedule={"calendar": {"holidays": ["2027-01-01", "2027-01-02", "2028-05-01"]}}).schedule.calendar
    assert (rules.days_in(2027), rules.days_in(2028), rules.days_in(2029)) == (260, 259, 261)  # 2 January is a Saturday


def test_an_initiative_is_tasks_with_people_money_and_a_milestone(crm):
    tasks = crm[1].tasks.set_index("task_id")
    mine = tasks[(tasks["initiative_id"] == "crm").to_numpy(dtype=bool)]
    told = mine[["wbs", "duration_days", "crew_count", "role", "cost"]].to_dict("index")
    assert {name: tuple(values.values()) for name, values in told.items()} == {
        "initiative-crm": ("1.3", 250, 0, "PMO", 1200.5),
        "initiative-crm.p1": ("1.4", 30, 1, "install", 0.0),
        "initiative-crm.p2": ("1.5", 130, 2, "trainer", 0.0),
        "initiative-crm.ready": ("1.6", 0, 0, "PMO", 0.0),
        "initiative-crm.2028": ("1.7", 260, 0, "PMO", 1200.5),
        "initiative-crm.2028.p1": ("1.8", 30, 1, "install", 0.0),
        "initiative-crm.2028.p2": ("1.9", 260, 1, "trainer", 0.0),
    }
    assert mine.loc["initiative-crm.p1", "crews"] == "1"
    assert mine.loc["initiative-crm.2028", "start"] >= "2028-01-01"


def test_build_waits_for_it_and_the_limit_is_named(crm):
    ready = row(crm[1], "initiative-crm.ready")["start"]
    assert ready > "2028-01-01"
    held = crm[1].links.query("predecessor_id == 'initiative-crm.ready'")["successor_id"]
    assert set(held) == {"A001-2.6", "A001-2.7", "A002-2.6", "A002-2.7"}
    assert row(crm[1], "A001-2.6")["start"] == ready
    found = {one.code: one for one in crm[1].findings}
    assert found["W_INITIATIVE"].where == ("crm",)
    assert found["W_INITIATIVE"].amount > 365


def test_the_whole_keeps_dates_links_and_crews(crm):
    study, schedule = crm
    schedule = replace(schedule, tasks=schedule.tasks.assign(crew_count=schedule.tasks["crew_count"].where(
        schedule.tasks["crew_kind"].notna(), 0)))  # fmt: skip
    assert Checker(study, schedule).breaches() == []
    assert Checker(study, schedule).movable() == []


def test_what_it_holds_back_is_the_studys_word():
    _, schedule = built(holds="installs", duration_days=20)
    held = schedule.links.query("predecessor_id == 'initiative-crm.ready'")["successor_id"]
    assert set(held) == {"A001-5.2", "A002-5.2"}


def test_an_initiative_that_waits_for_the_area_that_it_holds_back_is_refused():
    with pytest.raises(InfeasibleError, match="initiatives hold back areas") as error:
        built(after=("A001",))
    assert error.value.code == "E_RULES"

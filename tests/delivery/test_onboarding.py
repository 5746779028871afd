"""Waves keep to what crews and support can do; money, weeks and duties add up."""

import datetime as dt

import numpy as np
import pytest

from expansion.delivery import identify_risks, plan_delivery
from expansion.delivery.counting import count_work
from expansion.delivery.days import task_days
from expansion.delivery.waves import plan_waves
from expansion.errors import InfeasibleError, PlanningErrors, StudyError
from expansion.governing import Governance
from expansion.plan.uncertainty import FORECAST_DRAWS, FORECASTS, Forecast, ForecastCurve
from expansion.rulebook.own_governance import with_governance
from expansion.schedule import schedule_build
from tests.schedule.programs import program, rules, study_of


@pytest.fixture(scope="module")
def case():
    arguments = program((2027, 2027, 2028))
    schedule = schedule_build(**arguments)
    return arguments, schedule


@pytest.fixture(scope="module")
def delivery(case):
    arguments, schedule = case
    risks = identify_risks(**arguments, resources=schedule.resources)
    return plan_delivery(**arguments, schedule=schedule, risks=risks)


def waves_with(case, **engineering):
    arguments = case[0]
    book = arguments["rulebook"].with_engineering(engineering)
    schedule = schedule_build(**arguments | {"rulebook": book})
    work = count_work(book, *(arguments[n] for n in ("areas", "portfolio", "network", "permits", "cost")))
    days = task_days(arguments["study"], book, schedule.tasks)
    return plan_waves(arguments["study"], book, work, schedule.tasks, days)


# Three orders a day by one crew; an agent closes 15 tickets a day, a customer makes 10: 1.5 customers a day.
#   crews alone   |===10 days===|             30 orders of area A003
#   with support  |===10 days===|===10 days===|
def test_support_that_is_slower_than_a_crew_stretches_waves_and_says_so(case):
    short = waves_with(case, support_agents=1, support_tickets=10)
    mine = short.waves[(short.waves["area_id"] == "A003").to_numpy()]
    assert mine["bottleneck"].to_list() == ["support", "support"]
    assert mine["expected_orders"].to_list() == [15.0, 15.0]
    assert short.findings[0].code == "W_SUPPORT_SHORT"
    assert "A003" in short.findings[0].where


def test_enough_support_leaves_the_pace_to_the_crews(case):
    ample = waves_with(case, support_agents=100)
    assert set(ample.waves["bottleneck"]) == {"install"}
    assert ample.findings == ()


def test_no_support_at_all_is_an_error_that_names_the_value(case):
    with pytest.raises(InfeasibleError, match="support_agents") as caught:
        waves_with(case, support_agents=0)
    assert caught.value.code == "E_SUPPORT"


def test_money_by_month_ends_with_the_bill_for_program_phases_and_areas(case, delivery):
    cost, curve = case[0]["cost"], delivery.tables["s_curve"]
    ends = curve.groupby(["scope", "id"]).tail(1).set_index(["scope", "id"])
    base = cost.per_area.set_index("area_id")["base"]
    assert ends.loc[("program", "program"), ["cumulative", "cumulative_paid"]].to_list() == [cost.base] * 2
    for area in ("A001", "A002", "A003"):
        assert ends.loc[("area", area), ["cumulative", "cumulative_paid"]].to_list() == [base[area]] * 2
    assert ends.loc[("phase", "2"), "cumulative"] == base["A003"]


def test_percentiles_by_month_are_those_of_the_draws_and_go_on_until_they_rest(case):
    arguments, schedule = case
    months = (
        "2027-03-31",
        "2027-04-30",
        *(f"2028-{month:02d}-28" for month in range(1, 13)),
        "2029-01-31",
        "2029-02-28",
    )
    rising = np.minimum(np.arange(len(months), dtype=float), len(months) - 2)[None, :]
    curve = ForecastCurve(months, (("program", "program"),), rising, rising * 2)
    told = s_curve_of(arguments, schedule, curve)
    program = told[(told["scope"] == "program").to_numpy()]
    assert program["date"].iloc[-1] == "2029-01-31"
    assert program[["p50", "p80"]].to_numpy().tolist()[-1] == [14.0, 28.0]
    assert told.loc[(told["scope"] == "area").to_numpy(), "p80"].isna().all()


def s_curve_of(arguments, schedule, curve):
    risks = identify_risks(**arguments, resources=schedule.resources)
    told = Forecast(FORECASTS.empty(), FORECAST_DRAWS.empty(), curve)
    return plan_delivery(**arguments, schedule=schedule, risks=risks, told=told).tables["s_curve"]


def test_crew_weeks_hold_the_crew_days_of_the_tasks(case, delivery):
    weeks = delivery.tables["resource_weeks"]
    sums = weeks[(weeks["kind"] == "crew").to_numpy()].groupby("resource")["demand"].sum()
    tasks = case[1].tasks.dropna(subset="crew_kind")
    wanted = (tasks["duration_days"] * tasks["crew_count"]).groupby(tasks["crew_kind"]).sum()
    assert sums.round(3).to_dict() == wanted.astype(float).to_dict()
    assert not weeks["is_overload"].any()


def test_one_is_accountable_for_each_package(delivery):
    raci = delivery.tables["raci"]
    assert (raci[(raci["letter"] == "A").to_numpy()].groupby("wbs").size() == 1).all()
    assert set(raci["wbs"]) == set(raci[(raci["letter"] == "A").to_numpy()]["wbs"])


@pytest.mark.parametrize(("pmo", "days"), [("supportive", 30), ("controlling", 14), ("directive", 7)])
def test_reports_follow_the_kind_of_office(case, pmo, days):
    arguments, schedule = case
    arguments = arguments | {"study": study_of(governance={"pmo": pmo})}
    told = plan_delivery(
        **arguments, schedule=schedule, risks=identify_risks(**arguments, resources=schedule.resources)
    )
    report = told.tables["communications"].set_index("message_id").loc["status_report"]
    assert (report["every_days"], report["next_date"]) == (
        days, (dt.date(2027, 3, 1) + dt.timedelta(days=days)).isoformat(),
    )  # fmt: skip
    shares = {"supportive": 0, "controlling": 12, "directive": 120}  # of 120 splices
    splices = told.quality.set_index("check_row_id").loc["Q08-A001"]
    assert (splices["audits"], splices["holds_payment"]) == (shares[pmo], pmo == "directive")


def test_a_study_changes_rules_and_gates_of_its_own_office_only():
    asked = Governance(rules={"reporting": 10, "crews": "by lot"}, gates={"G2": {"approver_role": "Board"}})
    book = with_governance(rules(), asked.pmo, asked.rules, asked.gate_changes())
    found = {(row.pmo, row.topic): row for row in book.governance}
    assert (found["controlling", "reporting"].value, found["controlling", "crews"].rule) == (10.0, "by lot")
    assert found["directive", "reporting"].value == 7
    gates = {(row.pmo, row.gate): row.approver_role for row in book.gates}
    assert (gates["controlling", "G2"], gates["directive", "G2"]) == ("Board", "PMO director")


@pytest.mark.parametrize(("asked", "gates"), [({"crew": "x"}, {}), ({"crews": 3}, {}), ({}, {"G9": {}})])
def test_governance_that_nothing_follows_is_refused(asked, gates):
    with pytest.raises((StudyError, PlanningErrors)) as caught:
        with_governance(rules(), "controlling", asked, gates)
    assert "E_RULE_UNKNOWN" in str(getattr(caught.value, "code", caught.value))

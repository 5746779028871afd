"""Drawn dates: distributions, order of percentiles, and agreement with the schedule where nothing varies."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.plan.plan import Draws
from expansion.plan.uncertainty import Events
from expansion.schedule import draw_dates, schedule_build
from expansion.schedule.delays import delayed_tasks
from expansion.schedule.durations import draw_durations, kinds_of_work, typical_days
from expansion.schedule.triangle import triangular
from tests.schedule.programs import draws_of, program, risks_of, study_of

CALM = study_of(risks={"weather": "none"})


def factors(scores):
    return dict.fromkeys(("permits", "labor", "material"), scores)


@pytest.fixture(scope="module")
def case():
    arguments = program((2027, 2027, 2028))
    return arguments, schedule_build(**arguments)


def both(case, draws, *risks, fired=None, study=CALM):
    """Schedule and dates; risks are (rule, area, days), which happen in every draw unless `fired` says otherwise."""
    arguments, schedule = case
    count = len(draws.scores["permits"])
    happens = np.ones((len(risks), count), dtype=bool) if fired is None else fired
    table = risks_of(*risks)
    events = Events(np.arange(count), tuple(table["risk_id"]), happens)
    return draw_dates(study, arguments["rulebook"], schedule, arguments["permits"], draws, table, events)


def drawn(case, draws, **options):
    return both(case, draws, **options)[0]


def certain(count=3):
    """Draws in which every lead time and every crew is at its median."""
    return Draws(factors(np.zeros(count)))


def test_planned_durations_give_the_scheduled_finish_and_its_critical_tasks(case):
    """Production at its median is that planned; with all permits granted and no ranges of days nothing else varies."""
    arguments, schedule = case
    granted = replace(arguments["permits"], table=arguments["permits"].table.assign(state="approved"))
    book = replace(arguments["rulebook"], ranges=())
    arguments = arguments | {"permits": granted, "rulebook": book}
    schedule = schedule_build(**arguments)
    found, dates = both((arguments, schedule), certain())
    assert (dates.program == schedule.makespan_days).all()
    assert (found.tasks["criticality"] == schedule.tasks["is_critical"]).all()


def test_a_risk_moves_the_end_and_taking_it_out_moves_it_back(case):
    calm, late = both(case, certain())[1], both(case, certain(), ("R21", None, 200))[1]
    assert (late.program > calm.program).all()
    assert (late.without[0] == calm.program).all()


def test_a_risk_that_does_not_happen_moves_nothing(case):
    quiet = both(case, certain(), ("R21", None, 60), fired=np.zeros((1, 3), dtype=bool))[1]
    assert (quiet.program == both(case, certain())[1].program).all()
    assert (quiet.without == quiet.program).all()


def test_taking_one_risk_out_leaves_what_the_others_do(case):
    """But where crews then take tasks by turns that end later: they could also go on as they did."""
    risks = [("R21", None, 40), ("R10", None, 30), ("R06", "A003", 20), ("R13", "A003", 15)]
    whole = both(case, draws_of(60), *risks)[1]
    for number in range(len(risks)):
        rest = both(case, draws_of(60), *risks[:number], *risks[number + 1 :])[1]
        assert (whole.without[number] == np.minimum(rest.program, whole.program)).mean() > 0.9
    assert (whole.without <= whole.program).all()


def test_a_late_permit_is_late_or_long_but_not_both(case):
    """p1 takes 90 days; at its median draw it takes longer, and a delay of 5 days is within that already."""
    calm, short, long = (both(case, certain(), ("R01", "A001", days))[1] for days in (0, 5, 300))
    assert (short.areas[0] == calm.areas[0]).all()
    assert (long.areas[0] > calm.areas[0]).all()


def test_weather_takes_days_from_crews_and_none_where_the_study_leaves_it_out(case):
    stormy, calm = (both(case, draws_of(100), study=study)[1] for study in (study_of(), CALM))
    assert (stormy.program >= calm.program).all()
    assert stormy.program.mean() > calm.program.mean()


def test_seasons_of_the_south_come_six_months_later(case):
    north, south = (
        both(case, draws_of(50), study=study_of(risks={"weather": name}))[1] for name in ("northern", "southern")
    )
    assert (north.areas != south.areas).any()


def test_risks_find_their_tasks_by_permit_crew_and_work_package(case):
    arguments, schedule = case
    risks = risks_of(("R01", "A001", 9), ("R06", "A002", 9), ("R10", None, 9), ("R17", None, 9), ("R11", None, 9))
    rows = delayed_tasks(arguments["rulebook"], schedule.tasks, arguments["permits"].table, risks)
    ids = schedule.tasks["task_id"].to_numpy()
    assert [ids[found].tolist() for found in rows[:3]] == [
        ["permit-p1"], ["A002-3.2"], ["A001-2.5", "A002-2.5", "A003-2.5"],
    ]  # fmt: skip
    assert len(rows[3]) == 1  # one survey crew starts once
    assert len(rows[4]) == 0


def test_half_of_the_draws_end_before_eighty_of_a_hundred(case):
    found = drawn(case, draws_of(500))
    assert found.finish_p50 <= found.finish_p80
    assert found.finish_p80 > found.finish


def test_the_same_draws_give_the_same_dates(case):
    first, again = (drawn(case, draws_of(300)) for _ in range(2))
    assert (first.finish_p50, first.finish_p80) == (again.finish_p50, again.finish_p80)


def test_slow_crews_and_late_permits_move_the_finish(case):
    late, early = Draws(factors(np.full(100, 3.0))), Draws(factors(np.full(100, -3.0)))
    assert drawn(case, early).finish_p80 < drawn(case, late).finish_p50


def test_permits_are_drawn_between_their_shortest_and_longest_lead(case):
    arguments, schedule = case
    scores = np.random.default_rng(1).standard_normal(400)
    table = arguments["permits"].table
    durations = draw_durations(arguments["study"], arguments["rulebook"], schedule.tasks, table, factors(scores))
    found = durations[schedule.tasks["permit_id"].to_numpy() == "p1"][0]
    assert 45 <= found.min() < 70
    assert 200 < found.max() <= 270


def test_office_work_deliveries_and_crews_vary_but_not_the_wait_for_the_review(case):
    arguments, schedule = case
    book, tasks = arguments["rulebook"], schedule.tasks
    scores = factors(np.random.default_rng(1).standard_normal(400))
    days = draw_durations(arguments["study"], book, tasks, arguments["permits"].table, scores)
    kinds, planned = np.array(kinds_of_work(book, tasks)), tasks["duration_days"].to_numpy()
    times = days[planned > 20].mean(axis=1) / planned[planned > 20]
    of = kinds[planned > 20]
    assert times[of == "delivery"] == pytest.approx(1.0, abs=0.02)
    assert times[of == "office"] == pytest.approx((0.85 + 1 + 1.4) / 3, abs=0.02)
    wait = tasks["wbs"].str.endswith((".6.5", ".6.6")).to_numpy()
    assert (days[wait] == 45).all()
    typical = typical_days(book, tasks)
    assert (typical[kinds == "delivery"] == planned[kinds == "delivery"]).all()
    assert (typical[(kinds == "office") | (kinds == "crew")] == -1).all()


def test_an_empty_schedule_stays_empty():
    arguments = program((-1,))
    schedule = schedule_build(**arguments)
    assert drawn((arguments, schedule), draws_of()) is schedule


@settings(max_examples=50)
@given(st.lists(st.integers(0, 300), min_size=3, max_size=3).map(sorted), st.floats(0, 1))
def test_triangular_values_stay_between_their_ends(ends, share):
    value = triangular(np.array([share]), *map(float, ends))[0]
    assert ends[0] - 1e-9 <= value <= ends[2] + 1e-9


def test_triangular_quantiles_by_hand():
    """Between 0 and 4 with its peak at 2: a half lies below 2, an eighth below 1."""
    assert triangular(np.array([0.5, 0.125, 0.875]), 0.0, 2.0, 4.0) == pytest.approx([2.0, 1.0, 3.0])


def test_no_draw_starts_work_before_its_crews_are_there():
    """Of one crew there are three from July 3 on, and the plowing takes all three, however soon it could begin."""
    later = {"kind": "buried", "count": 1, "changes": [{"from": "2028-07-03", "count": 3}]}
    study = study_of(risks={"weather": "none"}, schedule={"crews": [later]})
    arguments = program((2027,), [], study=study, plow_m=80_120.0)
    schedule = schedule_build(**arguments)
    tasks = schedule.tasks.assign(duration_days=np.minimum(schedule.tasks["duration_days"], 1))
    _, dates = both((arguments, replace(schedule, tasks=tasks)), certain(), study=study)
    assert dates.program.min() > (np.datetime64("2028-07-03") - np.datetime64("2027-03-01")).astype(int)

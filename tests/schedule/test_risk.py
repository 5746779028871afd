"""Drawn dates: distributions, order of percentiles, and agreement with the schedule where nothing varies."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from expansion.plan.plan import Draws
from expansion.schedule import draw_dates, schedule_build
from expansion.schedule.readback import read_back
from expansion.schedule.risk import draw_durations, finish_points, triangular
from tests.schedule.programs import draws_of, program


@pytest.fixture(scope="module")
def case():
    arguments = program((2027, 2027, 2028))
    return arguments, schedule_build(**arguments)


def drawn(case, draws, **changes):
    arguments, schedule = case
    arguments = arguments | changes
    return draw_dates(arguments["study"], arguments["rulebook"], schedule, arguments["permits"], draws)


def test_planned_durations_give_the_scheduled_finish(case):
    arguments, schedule = case
    planned = np.repeat(schedule.tasks["duration_days"].to_numpy()[:, None], 3, axis=1)
    graph, placed = read_back(arguments["study"], schedule, planned.max(axis=1))
    assert (finish_points(graph, planned).max(axis=0) == schedule.makespan_days).all()
    assert (finish_points(graph, planned)[:, 0] <= placed.finish).all()


def test_half_of_the_draws_end_before_eighty_of_a_hundred(case):
    found = drawn(case, draws_of(500))
    assert found.finish_p50 <= found.finish_p80
    assert found.finish_p80 > found.finish


def test_the_same_draws_give_the_same_dates(case):
    first, again = (drawn(case, draws_of(300)) for _ in range(2))
    assert (first.finish_p50, first.finish_p80) == (again.finish_p50, again.finish_p80)


def test_slow_crews_and_late_permits_move_the_finish(case):
    late = Draws({"permits": np.full(100, 3.0), "labor": np.full(100, -3.0)})
    early = Draws({"permits": np.full(100, -3.0), "labor": np.full(100, 3.0)})
    assert drawn(case, early).finish_p80 < drawn(case, late).finish_p50


def test_permits_are_drawn_between_their_shortest_and_longest_lead(case):
    arguments, schedule = case
    scores = np.random.default_rng(1).standard_normal(400)
    table = arguments["permits"].table
    durations = draw_durations(arguments["study"], arguments["rulebook"], schedule.tasks, table, scores, scores)
    found = durations[schedule.tasks["permit_id"].to_numpy() == "p1"][0]
    assert 45 <= found.min() < 70
    assert 200 < found.max() <= 270


def test_an_empty_schedule_stays_empty():
    arguments = program((-1,))
    schedule = schedule_build(**arguments)
    assert drawn((arguments, schedule), draws_of()) is schedule


@settings(max_examples=50)
@given(st.lists(st.integers(0, 300), min_size=3, max_size=3).map(sorted), st.floats(-6, 6))
def test_triangular_values_stay_between_their_ends(ends, score):
    value = triangular(np.array([score]), *map(float, ends))[0]
    assert ends[0] - 1e-9 <= value <= ends[2] + 1e-9


def test_triangular_quantiles_by_hand():
    """Between 0 and 4 with its peak at 2: a half lies below 2, an eighth below 1."""
    scores = np.array([ndtri(0.5), ndtri(0.125), ndtri(0.875)])
    assert triangular(scores, 0.0, 2.0, 4.0) == pytest.approx([2.0, 1.0, 3.0])


def test_more_draws_than_a_thousand_are_thinned_evenly(case):
    scores = draws_of(1000).scores
    doubled = Draws({name: np.repeat(values, 3) for name, values in scores.items()})
    assert drawn(case, doubled).finish_p50 <= drawn(case, doubled).finish_p80
    assert replace(drawn(case, doubled), finish_p50="", finish_p80="").status == case[1].status

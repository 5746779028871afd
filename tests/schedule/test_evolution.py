"""Crossing schedules never loses the best one, and repeats itself."""

import numpy as np
import pytest

from expansion.schedule.evolution import Population, Ties, ends_at_limit
from expansion.schedule.placing import place_by_priority
from expansion.schedule.workgraph import make_graph
from tests.schedule.networks import graph_of, study_with
from tests.schedule.test_leveling import is_valid

STUDY = study_with(crews=[("buried", 2), ("splice", 1)])
TASKS = [(n * 7 % 5 + 1, ("buried", "splice")[n % 3 == 0], 1, n % 4) for n in range(24)]
LINKS = [(n, n + 6, "FS", n % 2) for n in range(18)]


def graph():
    return graph_of(STUDY, TASKS, LINKS)


def population(made, seed=3):
    keys = np.random.default_rng(seed).random((8, made.count))
    return Population(made, np.ones(made.count, dtype=np.int64), 100, keys, seed)


def test_the_best_score_never_rises_and_is_that_of_the_best_schedule():
    made = graph()
    bred = population(made)
    scores = [bred.score, *(bred.advance(2) for _ in range(5))]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < scores[0]
    assert scores[-1] == 100 * bred.best.finish.max() + bred.best.finish.sum()
    assert is_valid(made, bred.best.start.tolist())


def test_equal_seeds_give_equal_schedules():
    first, second = population(graph()), population(graph())
    first.advance(4), second.advance(2), second.advance(2)
    assert np.array_equal(first.best.start, second.best.start)


def test_crews_that_never_come_are_refused():
    made = graph()
    nobody = np.zeros_like(made.room)
    idle = make_graph(made.calendars, made.duration, made.calendar, made.demand, made.earliest, nobody, made.links)
    with pytest.raises(ValueError, match="never finds its crews"):
        place_by_priority(idle, np.zeros(made.count))


def test_work_waits_for_crews_that_come_later():
    """One buried crew from day 10 on: two tasks of 2 and 3 days stand on days 10 to 14."""
    made = graph_of(
        study_with(crews=[("buried", 1)], workdays=[1, 2, 3, 4, 5, 6, 7]),
        [(2, "buried", 1, 0), (3, "buried", 1, 0)],
        [],
    )
    room = made.room.copy()
    room[:, :10] = 0
    later = make_graph(made.calendars, made.duration, made.calendar, made.demand, made.earliest, room, made.links)
    assert place_by_priority(later, np.zeros(2)).start.tolist() == [10, 12]


def test_tasks_that_hold_up_the_end_by_links_alone_are_counted():
    """Finishes 3, 5 and 6, after which links ask for 4, 0 and 1 days: the first and the last lead to day 7."""
    assert ends_at_limit(np.array([3, 5, 6]), np.array([4, 0, 1])) == 2


def test_ties_never_outweigh_a_day_of_makespan():
    made = graph()
    none = np.zeros(made.count, dtype=np.int64)
    keys = np.random.default_rng(3).random((8, made.count))
    bred = Population(made, none, 1, keys, 3, Ties(none, none, made.count + 1))
    assert bred.advance(6) // (made.count + 1) == bred.best.finish.max()

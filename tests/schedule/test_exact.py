"""Constraint programming finds the best order of some tasks, and leaves the others where they are."""

from itertools import permutations

import numpy as np
from hypothesis import given, settings

from expansion.schedule.exact import Effort, order_anew
from expansion.schedule.placing import place_by_priority
from expansion.schedule.workgraph import make_graph
from tests.schedule.networks import CLOSURE, graph_of, networks, study_with
from tests.schedule.test_leveling import is_valid

STUDY = study_with(crews=[("buried", 2), ("splice", 2)], workdays=[1, 2, 3, 4, 5], winter_closure=CLOSURE)
EVERY_DAY = study_with(crews=[("buried", 2), ("splice", 2)], workdays=[1, 2, 3, 4, 5, 6, 7])
WORK = Effort(work=1.0)


def first_schedule(graph):
    return place_by_priority(graph, -np.arange(graph.count, dtype=np.float64))


def anew(graph, free, span_weight=1):
    return order_anew(graph, first_schedule(graph), free, np.ones(graph.count, dtype=np.int64), span_weight, WORK)


def settled(graph, order):
    return place_by_priority(graph, order.start.astype(np.float64))


def value(placed, span_weight=1):
    return int(placed.finish.max()) * span_weight + int(placed.finish.sum())


def least_of_all_orders(graph):
    orders = permutations(range(graph.count))
    return min(value(place_by_priority(graph, np.array(order, dtype=np.float64))) for order in orders)


@settings(max_examples=15)
@given(networks(most=5, kinds=("FS", "SS")))
def test_where_every_day_is_worked_the_model_is_exact_and_its_order_the_best(case):
    graph = graph_of(EVERY_DAY, *case)
    found = anew(graph, np.arange(graph.count))
    assert found.is_proven
    assert found.floor == value(settled(graph, found)) == least_of_all_orders(graph)


@settings(max_examples=15)
@given(networks(most=6))
def test_the_order_gives_a_schedule_that_holds_and_other_tasks_stay(case):
    graph = graph_of(STUDY, *case)
    placed, free = first_schedule(graph), np.arange(0, graph.count, 2)
    found = anew(graph, free)
    fixed = np.setdiff1d(np.arange(graph.count), free)
    assert np.array_equal(found.start[fixed], placed.start[fixed])
    assert is_valid(graph, settled(graph, found).start.tolist())


def test_a_task_of_a_shorter_season_goes_first_where_that_saves_its_pause():
    """One splice crew; Monday 2027-03-01 is day 0. X works every weekday, Y by the buried calendar (shut March 10 on).

        0 1 2 3 4 | 7 8 (9 closed ...)
    Y   Y Y Y                      3 days, first: a start on day 8 would last over the closure
    X         X X | X X X X        6 days
    """
    study = study_with(crews=[("splice", 1), ("buried", 1)], workdays=[1, 2, 3, 4, 5], winter_closure=CLOSURE)
    graph = graph_of(study, [(6, "splice", 1, 0), (3, "buried", 1, 0)], [])
    demand = np.zeros_like(graph.demand)
    demand[:, graph.calendars.place("splice")] = 1
    shared = make_graph(
        graph.calendars, graph.duration, graph.calendar, demand, graph.earliest, graph.room, graph.links
    )
    late = place_by_priority(shared, np.array([0.0, 1.0]))
    order = order_anew(shared, late, np.arange(2), np.zeros(2, dtype=np.int64), 1, WORK)
    assert settled(shared, order).start.tolist() == [3, 0]

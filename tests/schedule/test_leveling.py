"""Leveled schedules keep links and crews, are left-justified, and never beat the bound."""

from itertools import permutations

import numpy as np
from hypothesis import given, settings

from expansion.schedule.bounds import makespan_bound
from expansion.schedule.crews import assign_crews, crew_links
from expansion.schedule.late import total_float
from expansion.schedule.leveling import Goal, Work, level
from expansion.schedule.placing import place_by_priority
from expansion.schedule.workgraph import make_graph, with_links
from tests.schedule.networks import CLOSURE, graph_of, holds, incoming, networks, span, study_with

STUDY = study_with(crews=[("buried", 2), ("splice", 2)], workdays=[1, 2, 3, 4, 5], winter_closure=CLOSURE)


SHORT = Work(placements=20_000, rounds=2, group=6, each=0.05)


def leveled(graph, work=SHORT):
    goal = Goal(np.ones(graph.count, dtype=np.int64), 1_000 * graph.count)
    return level(graph, goal, np.arange(graph.count) % 3, work, 7)


def busy(graph, task, first):
    """Working days of a task that starts on `first`."""
    days = graph.calendars.days[graph.calendar[task]]
    begin = int(np.searchsorted(days, first))
    return days[begin : begin + graph.duration[task]].tolist()


def is_valid(graph, starts):
    """Check links and crews day by day."""
    points = [span(graph, task, int(day)) for task, day in enumerate(starts)]
    for task in range(graph.count):
        if starts[task] < graph.earliest[task]:
            return False
        if not all(
            holds(graph.kind[k], graph.lag[k], points[graph.before[k]], points[task]) for k in incoming(graph, task)
        ):
            return False
    load = {}
    for task in range(graph.count):
        for kind in np.flatnonzero(graph.demand[task]).tolist():
            for day in busy(graph, task, starts[task]):
                load[kind, day] = load.get((kind, day), 0) + int(graph.demand[task, kind])
    return all(used <= graph.room[kind, 0] for (kind, _), used in load.items())


@settings(max_examples=80)
@given(networks(most=9))
def test_no_link_is_broken_and_no_crew_is_over_its_number(case):
    graph = graph_of(STUDY, *case)
    assert is_valid(graph, leveled(graph).placed.start.tolist())


@settings(max_examples=80)
@given(networks(most=9))
def test_no_task_could_start_a_day_earlier(case):
    graph = graph_of(STUDY, *case)
    placed = leveled(graph).placed
    for task in range(graph.count):
        if placed.place[task] > 0:
            sooner = placed.start.tolist()
            sooner[task] = int(graph.calendars.days[graph.calendar[task], placed.place[task] - 1])
            assert not is_valid(graph, sooner)


@settings(max_examples=40)
@given(networks(most=5, kinds=("FS", "SS")))
def test_bound_optimum_makespan_are_in_order(case):
    graph = graph_of(STUDY, *case)
    found = leveled(graph)
    orders = permutations(range(graph.count))
    optimum = min(int(place_by_priority(graph, np.array(order, dtype=float)).finish.max()) for order in orders)
    assert found.lower_bound <= optimum <= found.makespan
    assert found.makespan == optimum


@settings(max_examples=60)
@given(networks(most=9))
def test_crews_do_one_thing_at_a_time_and_floats_are_not_negative(case):
    graph = graph_of(STUDY, *case)
    placed = leveled(graph).placed
    crews = assign_crews(graph, placed)
    assert [len(numbers) for numbers in crews] == graph.demand.sum(axis=1).tolist()
    work = [
        (int(graph.calendar[t]), crew, day)
        for t in range(graph.count)
        for crew in crews[t]
        for day in busy(graph, t, placed.start[t])
    ]
    assert len(work) == len(set(work))
    tied = with_links(graph, crew_links(graph, placed, crews))
    assert total_float(tied, placed).min() >= 0


def test_two_jobs_for_one_crew_by_hand():
    """One bore crew, two jobs of 3 and 4 days, Monday 2027-03-01 is day 0.

        0 1 2 3 4 | 5 6 | 7 8 9
    X   X X X                      the longer tail (10 days of testing) goes first
    Y         Y Y         Y Y
    T         test for 10 days, to day 17
    """
    study = study_with(crews=[("bore", 1), ("test", 1)])
    tasks = [(4, "bore", 1, 0), (3, "bore", 1, 0), (10, "test", 1, 0)]
    graph = graph_of(study, tasks, [(1, 2, "FS", 0)])
    found = leveled(graph)
    assert found.placed.start.tolist() == [3, 0, 3]
    assert found.makespan == 17
    assert found.lower_bound == 17


def test_load_lifts_the_bound_above_the_critical_path():
    graph = graph_of(study_with(crews=[("bore", 1)]), [(5, "bore", 1, 0)] * 3, [])
    found = leveled(graph)
    assert place_by_priority(graph, np.zeros(3), crews=False).finish.max() == 5
    assert found.lower_bound == found.makespan == 19


def shared_crew(tasks, links=()):
    """One splice crew for all tasks, some of which pause with the buried calendar; Monday 2027-03-01 is day 0."""
    study = study_with(crews=[("splice", 1), ("buried", 1)], workdays=list(range(1, 8)), winter_closure=CLOSURE)
    graph = graph_of(study, tasks, links)
    splice = graph.calendars.place("splice")
    demand = np.zeros_like(graph.demand)
    demand[:, splice] = [task[2] > 0 for task in tasks]
    return make_graph(
        graph.calendars, graph.duration, graph.calendar, demand, graph.earliest, graph.room, graph.links,
        np.full(len(graph.calendars.names), splice),
    )  # fmt: skip


def test_a_task_that_pauses_with_its_season_leaves_its_crew_to_others_meanwhile():
    """One crew; X works 3 days before the closure of March 10 (day 9) and 3 days after it (day 51), Y in between.

        0 ... 6 7 8 | 9 ... 50 | 51 52 53
    X         X X X |          | X  X  X
    Y               | Y (42)   |
    Z (no crew)                | Z  Z  Z          after Y

    Counted in days of the crew, half of X would seem to lie in the closure, beside Y.
    """
    graph = shared_crew([(6, "buried", 1, 6), (42, "splice", 1, 9), (3, "calendar", 0, 0)], [(1, 2, "FS", 0)])
    early = place_by_priority(graph, np.zeros(3), crews=False)
    assert place_by_priority(graph, np.zeros(3)).finish.tolist() == [54, 51, 54]
    assert makespan_bound(graph, early, 80) == 54


@settings(max_examples=60)
@given(networks(most=5, kinds=("FS", "SS")))
def test_the_bound_holds_where_tasks_of_several_seasons_share_a_crew(case):
    tasks, links = case
    graph = shared_crew(
        [(days, "buried" if name == "buried" else "splice", 1, on) for days, name, _, on in tasks], links
    )
    orders = [np.array(order, dtype=float) for order in permutations(range(graph.count))]
    optimum = min(int(place_by_priority(graph, order).finish.max()) for order in orders)
    early = place_by_priority(graph, np.zeros(graph.count), crews=False)
    assert makespan_bound(graph, early, optimum + 60) <= optimum


def test_the_same_schedule_comes_back_each_time():
    graph = graph_of(
        STUDY, [(n % 5 + 1, "buried", 1, n % 3) for n in range(20)], [(n, n + 5, "FS", 1) for n in range(15)]
    )
    assert np.array_equal(leveled(graph).placed.start, leveled(graph).placed.start)

"""Early and late dates and floats equal those found by trying every day."""

import numpy as np
import pytest
from hypothesis import given, settings

from expansion.schedule.late import free_float, late_places, total_float
from expansion.schedule.placing import place_by_priority
from expansion.schedule.workgraph import with_links
from tests.schedule.networks import (
    CLOSURE,
    brute_early,
    brute_late,
    graph_of,
    holds,
    networks,
    outgoing,
    span,
    study_with,
)

STUDY = study_with(workdays=[1, 2, 3, 4], winter_closure=CLOSURE)


def early(graph):
    return place_by_priority(graph, np.zeros(graph.count), crews=False)


@settings(max_examples=150)
@given(networks())
def test_early_dates_equal_brute_force(case):
    graph = graph_of(STUDY, *case)
    placed = early(graph)
    assert list(zip(placed.start.tolist(), placed.finish.tolist(), strict=True)) == brute_early(graph)


@settings(max_examples=100)
@given(networks())
def test_late_dates_equal_brute_force(case):
    graph = graph_of(STUDY, *case)
    deadline = int(early(graph).finish.max())
    late = late_places(graph, deadline)
    assert list(zip(late.start.tolist(), late.finish.tolist(), strict=True)) == brute_late(graph, deadline)


@settings(max_examples=100)
@given(networks())
def test_total_float_is_never_negative_and_zero_somewhere(case):
    graph = graph_of(STUDY, *case)
    found = total_float(graph, early(graph))
    assert found.min() >= 0
    assert (found >= free_float(graph, early(graph))).all()


@settings(max_examples=100)
@given(networks(most=5))
def test_free_float_is_the_largest_slip_that_breaks_no_link(case):
    graph = graph_of(STUDY, *case)
    placed = early(graph)
    for task, slip in enumerate(free_float(graph, placed).tolist()):
        assert fits(graph, placed, task, slip)
        assert not fits(graph, placed, task, slip + 1)


def fits(graph, placed, task, slip):
    days = graph.calendars.days[graph.calendar[task]]
    mine = span(graph, task, int(days[placed.place[task] + slip]))
    points = list(zip(placed.start.tolist(), placed.finish.tolist(), strict=True))
    kept = (holds(graph.kind[k], graph.lag[k], mine, points[graph.after[k]]) for k in outgoing(graph, task))
    return mine[1] <= placed.finish.max() and all(kept)


def test_hand_computed_week():
    """Monday 2027-03-01 is day 0; weekends 5, 6 and 12, 13 are off.

        0 1 2 3 4 | 5 6 | 7 8 9 10 11 | 12 13 | 14
    A   A A A
    B         B B         B                            B after A: 3 days over the weekend, finish point 8
    M                       M                          milestone at the start of day 8
    C                       C C                        C on the same day as M
    P         P P   P P                                4 calendar days after A, finish point 7, float to day 8
    """
    tasks = [
        (3, "workdays", 0, 0),
        (3, "workdays", 0, 0),
        (0, "workdays", 0, 0),
        (2, "workdays", 0, 0),
        (4, "calendar", 0, 0),
    ]
    links = [(0, 1, "FS", 0), (1, 2, "FS", 0), (2, 3, "FS", 0), (0, 4, "FS", 0), (4, 3, "FS", 0)]
    graph = graph_of(study_with(), tasks, links)
    placed = early(graph)
    assert placed.start.tolist() == [0, 3, 8, 8, 3]
    assert placed.finish.tolist() == [3, 8, 8, 10, 7]
    assert total_float(graph, placed).tolist() == [0, 0, 0, 0, 1]
    assert free_float(graph, placed).tolist() == [0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("kind", "lag", "start"),
    [("FS", 0, 3), ("FS", 2, 7), ("SS", 1, 1), ("SS", 5, 7), ("FF", 0, 1), ("FF", 3, 4), ("SF", 4, 2)],
)
def test_links_of_all_kinds_over_a_weekend(kind, lag, start):
    """Days 0-2 are worked by the first task; the second lasts two days; days 5 and 6 are a weekend."""
    graph = graph_of(study_with(), [(3, "workdays", 0, 0), (2, "workdays", 0, 0)], [(0, 1, kind, lag)])
    assert early(graph).start[1] == start


def test_a_closure_interrupts_a_task():
    """Buried work stops from March 10 (day 9) to April 20 (day 50); Friday-free weeks start on day 0."""
    study = study_with(winter_closure=CLOSURE)
    graph = graph_of(study, [(4, "buried", 1, 7)], [])
    placed = early(graph)
    assert placed.start[0] == 7
    assert placed.finish[0] == 53  # March 8, 9, April 21, 22


def test_a_circle_is_refused():
    graph = graph_of(study_with(), [(1, "workdays", 0, 0)] * 2, [(0, 1, "FS", 0)])
    circle = np.array([(0, 1, 0, 0), (1, 0, 0, 0)])
    with pytest.raises(ValueError, match="circle"):
        with_links(graph, circle)

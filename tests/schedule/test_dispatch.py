"""Who works when in a draw, by hand: tasks of some days on crews that they share, days counted from 0."""

import datetime as dt

import numpy as np

from expansion.schedule.calendars import Calendars
from expansion.schedule.dispatch import NEVER, Crews
from expansion.schedule.passes import Chances, Worth, place_draws
from expansion.schedule.weather import Clocks
from expansion.schedule.workgraph import make_graph

DAYS = 90
EVERY_DAY = np.arange(DAYS + 1, dtype=np.int64)[None, :]
CALENDARS = Calendars(dt.date(2027, 1, 1), ("calendar",), EVERY_DAY, EVERY_DAY.copy(), DAYS)


def ints(values):
    return np.array(values, dtype=np.int64)


def last_days(days, links=(), crews=(0,), leaves=(NEVER,), need=None, risk=None, filed=None):
    """Last day of each task, then the program's end with and without the risk (tasks, days); 0 crews needed is none.

    Links are (before, after), finish to start; turns are as the tasks stand here.
    """
    count = len(days)
    need = ints([1] * count if need is None else need)
    filed = ints([-1] * count if filed is None else filed)
    none = np.zeros(count, dtype=np.int64)
    links = ints([(a, b, 0, 0) for a, b in links]).reshape(-1, 4)
    graph = make_graph(CALENDARS, ints(days), none, none[:, None], none, ints([-1]), links)
    shared = Crews(np.where(need > 0, 0, -1), need, np.arange(count), ints([crews]), ints([leaves]), filed)
    clocks = Clocks(none, ints([0]), ints([[0, DAYS]]), np.zeros((1, 1, 1), dtype=np.int64))
    tasks, late = risk or ([0], 0)
    happens = np.array([[risk is not None]])
    chances = Chances(ints(days)[:, None], none - 1, happens, ints([late]), ints([0, len(tasks)]), ints(tasks))
    nothing = Worth(ints([]), ints([]), np.zeros(0), EVERY_DAY[0] * 0, ints([DAYS]))
    found = place_draws(graph, shared, clocks, chances, np.arange(count), nothing)
    return [*found.last[:, 0].tolist(), found.end.tolist()[0], found.without[0].tolist()[0]]


def test_a_crew_does_not_wait_for_a_late_permit_while_other_work_is_ready():
    """Permit 0-19; build A, planned first, waits for it; B is ready on day 0 and takes the crew.

    ::

        permit  ====================
        A                           =====
        B       =====
    """
    assert last_days([20, 5, 5], [(0, 1)], need=[0, 1, 1]) == [19, 24, 4, 25, 25]


def test_of_what_is_ready_the_crew_takes_what_the_plan_has_first():
    assert last_days([3, 2, 4])[:3] == [2, 4, 8]


def test_two_crews_take_the_next_task_as_they_become_free():
    assert last_days([3, 6, 2, 2], crews=(0, 0))[:4] == [2, 5, 4, 6]


def test_a_task_of_two_crews_waits_for_both():
    assert last_days([3, 6, 2], crews=(0, 0), need=[1, 1, 2])[:3] == [2, 5, 7]


def test_a_crew_that_comes_later_takes_work_from_its_day_on():
    assert last_days([8, 4], crews=(0, 5))[:2] == [7, 8]


def test_a_crew_that_leaves_ends_what_it_has_begun_and_takes_no_more():
    """Of two crews one leaves on day 4: it ends the task of days 0 to 5, and the last two tasks share the other."""
    assert last_days([6, 7, 3, 3], crews=(0, 0), leaves=(4,))[:4] == [5, 6, 9, 12]


def test_applications_filed_before_hold_their_desks_first():
    """Of two desks one is taken up to day 9, so that the others go over the second until then."""
    assert last_days([10, 6, 6, 2], crews=(0, 0), need=[0, 1, 1, 1], filed=[0, -1, -1, -1])[1:4] == [5, 11, 11]


def test_without_a_risk_the_end_is_that_of_the_draw_without_it():
    assert last_days([5, 5], risk=([0], 7))[2:] == [17, 10]


def test_taking_a_risk_out_never_moves_the_end_back():
    """Graham (1969): with every task a day shorter, turns on three crews end on day 13, not 12 as before."""
    days, links = [2, 1, 1, 1, 3, 3, 3, 3, 8], [(0, 8), (3, 4), (3, 5), (3, 6), (3, 7)]
    assert last_days(days, links, crews=(0, 0, 0))[-1] == 13
    assert last_days(days, links, crews=(0, 0, 0), risk=(range(9), 1))[-2:] == [12, 12]

"""Words of bits say of every day what counting crew by crew says."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from expansion.schedule.calendars import Calendars
from expansion.schedule.packing import pack_crews
from expansion.schedule.workgraph import make_graph

DAYS = 3
ROOMS = st.lists(st.integers(0, 5) | st.integers(2**30, 2**31), min_size=1, max_size=9)


def graph_with(room, demand):
    every_day = np.arange(DAYS + 1, dtype=np.int64)[None, :]
    calendars = Calendars(None, ("calendar",), every_day, every_day.copy(), DAYS)
    none = np.zeros(len(demand), dtype=np.int64)
    return make_graph(calendars, none + 1, none, demand, none, room, np.zeros((0, 4), dtype=np.int64))


def fits(packed, task, day):
    """Whether the words of a day leave all guard bits when a task takes its crews."""
    needs = range(packed.need_start[task], packed.need_start[task + 1])
    words = [(packed.need_word[need], packed.need_units[need]) for need in needs]
    return all((packed.room[word, day] - units) & packed.guard[word] == packed.guard[word] for word, units in words)


@given(ROOMS, st.data())
def test_a_task_fits_where_there_are_crews_of_each_kind(room, data):
    most = st.sampled_from([0, 1, 2, 5, 2**30, 2**31 + 1])
    demand = np.array(data.draw(st.lists(st.tuples(*[most] * len(room)), min_size=1, max_size=3)))
    packed = pack_crews(graph_with(np.array(room), demand))
    for task, taken in enumerate(demand):
        assert fits(packed, task, 1) == (taken <= room).all()


def test_two_kinds_share_a_word_by_hand():
    """Of 3 and 4 crews a task that takes 2 and 5 lacks one of the second kind; with 4 it fits.

    left   1 100 | 1 11      widths 3 and 2, above each its guard bit
    """
    packed = pack_crews(graph_with(np.array([3, 4]), np.array([[2, 5], [2, 4]])))
    assert packed.room.tolist() == [[0b1_100_1_11] * (DAYS + 1)]
    assert packed.need_units.tolist() == [0b101_0_10, 0b100_0_10]
    assert [fits(packed, task, 0) for task in range(2)] == [False, True]


def test_an_unlimited_kind_is_never_short():
    packed = pack_crews(graph_with(np.array([-1]), np.array([[7], [9]])))
    assert fits(packed, 0, 0)
    assert fits(packed, 1, 0)

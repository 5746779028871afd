"""Compile the loops of the schedule ahead of time."""

from __future__ import annotations

import datetime as dt

import numpy as np

from expansion.schedule.bounds import makespan_bound
from expansion.schedule.calendars import Calendars
from expansion.schedule.dispatch import NEVER, Crews
from expansion.schedule.evolution import Population
from expansion.schedule.passes import Chances, Worth, place_draws
from expansion.schedule.placing import place_by_priority
from expansion.schedule.weather import Clocks
from expansion.schedule.workgraph import make_graph

_HORIZON = 40


def warm() -> None:
    """Compile, or load from the cache on disk, by scheduling three tasks that share a crew."""
    every_day = np.arange(_HORIZON + 1, dtype=np.int64)[None, :]
    calendars = Calendars(dt.date(2027, 1, 1), ("calendar",), every_day, every_day.copy(), _HORIZON)
    days, none = np.array([3, 2, 2], dtype=np.int64), np.zeros(3, dtype=np.int64)
    links = np.array([[0, 1, 0, 0]], dtype=np.int64)
    graph = make_graph(calendars, days, none, np.ones((3, 1), dtype=np.int64), none, np.array([1]), links)
    early = place_by_priority(graph, np.zeros(3), crews=False)
    placed = place_by_priority(graph, np.zeros(3))
    Population(graph, np.ones(3, dtype=np.int64), 1, np.zeros((2, 3)), 1).advance(1)
    makespan_bound(graph, early, int(placed.finish.max()) + 1)
    month = np.array([[0, _HORIZON]], dtype=np.int64)
    clocks = Clocks(none, np.zeros(1, dtype=np.int64), month, np.zeros((1, 1, 1), dtype=np.int64))
    one = np.zeros(1, dtype=np.int64)
    risk = (np.zeros((1, 1), dtype=np.bool_), one, np.array([0, 1], dtype=np.int64), one)
    worth = Worth(one, one, np.ones(1), every_day[0] * 0, np.array([_HORIZON], dtype=np.int64))
    crews = Crews(none, none + 1, np.arange(3), days[None, :1] * 0, one[None, :] + NEVER, none - 1)
    place_draws(graph, crews, clocks, Chances(days[:, None].copy(), none - 1, *risk), none, worth)

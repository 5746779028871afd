"""Random small networks for the oracles: tasks, links and calendars, with a brute-force critical path."""

import numpy as np
from hypothesis import strategies as st

from expansion.schedule.calendars import enough_days, make_calendars
from expansion.schedule.workgraph import by_kind, make_graph
from tests.schedule.programs import study_of

KIND = {"FS": 0, "SS": 1, "FF": 2, "SF": 3}
NAMES = ("calendar", "workdays", "buried", "splice")
CLOSURE = {"from": "03-10", "to": "04-20", "methods": ["buried"]}


def study_with(crews=(), **rules):
    return study_of(schedule={"crews": [{"kind": kind, "count": count} for kind, count in crews], "calendar": rules})


def graph_of(study, tasks, links):
    """Tasks are (duration, calendar, crews, first day); links (before, after, kind, lag)."""
    work = {}
    for days, name, _, _ in tasks:
        work[name] = work.get(name, 0) + max(days, 1)
    horizon = enough_days(study, work, max(task[3] for task in tasks) + sum(link[3] for link in links))
    calendars = make_calendars(study, horizon)
    counts = study.schedule.crew_counts()
    columns = [[task[k] for task in tasks] for k in (0, 2, 3)]
    duration, demand, earliest = (np.array(column, dtype=np.int64) for column in columns)
    calendar = np.array([calendars.place(task[1]) for task in tasks], dtype=np.int64)
    capacity = np.array([counts.get(name, -1) for name in calendars.names], dtype=np.int64)
    table = np.array([(a, b, KIND[kind], lag) for a, b, kind, lag in links], dtype=np.int64).reshape(-1, 4)
    crews = by_kind(calendar, demand, calendars)
    return make_graph(calendars, duration, calendar, crews, earliest, capacity, table)


@st.composite
def networks(draw, most=7, kinds=("FS", "SS", "FF", "SF")):
    """Tasks and links that run from lower to higher rows."""
    count = draw(st.integers(1, most))
    tasks = []
    for _ in range(count):
        name = draw(st.sampled_from(NAMES))
        days = draw(st.integers(0, 9)) if name in NAMES[:2] else draw(st.integers(1, 9))
        tasks.append((days, name, draw(st.integers(1, 2)) if name in NAMES[2:] else 0, draw(st.integers(0, 20))))
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    picked = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=9)) if pairs else []
    links = [(a, b, draw(st.sampled_from(kinds)), draw(st.integers(0, 6))) for a, b in picked]
    return tasks, links


def worked_days(graph, task):
    return graph.calendars.days[graph.calendar[task]][:260].tolist()


def span(graph, task, first):
    """Start and finish point of a task that starts on working day `first`, day by day."""
    days = worked_days(graph, task)
    length = int(graph.duration[task])
    begin = days.index(first)
    return first, days[begin + length - 1] + 1 if length else first


def holds(kind, lag, before, after):
    """Whether a link between two (start, finish) points is kept."""
    left = before[0] if kind in (1, 3) else before[1]
    right = after[0] if kind in (0, 1) else after[1]
    return right >= left + lag


def incoming(graph, task):
    return [link for link in range(len(graph.after)) if graph.after[link] == task]


def outgoing(graph, task):
    return [link for link in range(len(graph.before)) if graph.before[link] == task]


def brute_early(graph):
    """Earliest points by trying every working day in turn."""
    points = []
    for task in range(graph.count):
        for day in worked_days(graph, task):
            mine = span(graph, task, day)
            kept = (holds(graph.kind[k], graph.lag[k], points[graph.before[k]], mine) for k in incoming(graph, task))
            if day >= graph.earliest[task] and all(kept):
                points.append(mine)
                break
    return points


def brute_late(graph, deadline):
    """Latest points by trying every working day from the deadline back."""
    points = [None] * graph.count
    for task in reversed(range(graph.count)):
        for day in reversed([day for day in worked_days(graph, task) if day <= deadline]):
            mine = span(graph, task, day)
            kept = (holds(graph.kind[k], graph.lag[k], mine, points[graph.after[k]]) for k in outgoing(graph, task))
            if mine[1] <= deadline and all(kept):
                points[task] = mine
                break
    return points

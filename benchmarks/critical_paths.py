"""Compare early dates, late dates and floats with those of an independent tool, longpath, on drawn networks.

``python -m benchmarks.critical_paths [--networks N] [--seed K] [PLAN…]``

Networks have links of all four kinds, lags in calendar days, weekends, holidays and a winter closure. longpath counts
time as worked: the end of Friday and the start of Monday are one moment to it, two to us. So every second network works
every day, and in the others a link reaches a finish only of a task worked every day. A PLAN is a saved plan; its
tasks, links and order of crews are compared as they are. Free float is not compared where a link leaves the start of a
task that pauses. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from longpath import cpm
from longpath import model as lp
from longpath.calendars import WorkCalendar
from numpy.typing import NDArray

from expansion.plan.plan import Schedule
from expansion.schedule.calendars import Calendars, enough_days, make_calendars
from expansion.schedule.late import free_float, late_places
from expansion.schedule.placing import place_by_priority
from expansion.schedule.readback import read_back
from expansion.schedule.workgraph import KINDS, WorkGraph, make_graph
from expansion.study import Study, parse_study

IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]

DAY = [(0, 24 * 60)]  # a working day is worked around the clock, so that a finish point is the midnight after it
CLOSURE = {"from": "12-15", "to": "03-01", "methods": ["buried"]}
NAMES = ("calendar", "workdays", "buried", "splice")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison; return 1 where a figure differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.critical_paths", description=__doc__)
    parser.add_argument("plans", nargs="*", type=Path, metavar="PLAN", help="folders of saved plans")
    parser.add_argument("--networks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    told: dict[str, Any] = {"networks": options.networks, "tasks": 0, "different": 0, "first": []}
    for graph in [*drawn_networks(options.networks, options.seed), *map(graph_of_plan, options.plans)]:
        found = differences(graph)
        told["tasks"] += graph.count
        told["different"] += len(found)
        told["first"] = (told["first"] + found)[:5]
    told["plans"] = len(options.plans)
    print(json.dumps(told))
    return 1 if told["different"] else 0


def drawn_networks(count: int, seed: int) -> Iterator[WorkGraph]:
    """Draw networks of 5 to 60 tasks on four calendars."""
    random = np.random.default_rng(seed)
    study = parse_study(
        {
            "study": {"name": "drawn", "start": "2027-03-01"},
            "inputs": {"osm": {"file": "none.osm"}},
            "schedule": {"calendar": {"holidays": ["2027-05-06", "2027-12-24"], "winter_closure": CLOSURE}},
        }
    )
    for number in range(count):
        yield _drawn(study, random, NAMES if number % 2 else NAMES[:1])


def _drawn(study: Study, random: np.random.Generator, known: tuple[str, ...]) -> WorkGraph:
    """Draw one network; links run from lower to higher rows."""
    tasks = int(random.integers(5, 61))
    names = [known[number] for number in random.integers(0, len(known), tasks)]
    pauses = [name != NAMES[0] for name in names]
    duration = random.integers(0, 26, tasks).astype(np.int64)
    pairs = {tuple(sorted(pair)) for pair in random.integers(0, tasks, (2 * tasks, 2)).tolist() if pair[0] != pair[1]}
    links = [
        (a, b, _kind(random, pauses[b] and bool(duration[b])), int(random.integers(0, 8))) for a, b in sorted(pairs)
    ]
    work = {name: int(sum(d for d, own in zip(duration, names, strict=True) if own == name)) + tasks for name in NAMES}
    calendars = make_calendars(study, enough_days(study, work, 60 + 8 * len(links)))
    calendar = np.array([calendars.place(name) for name in names], dtype=np.int64)
    earliest = (random.integers(0, 60, tasks) * (random.random(tasks) < 0.3)).astype(np.int64)
    demand = np.zeros((tasks, len(calendars.names)), dtype=np.int64)
    table = np.array(links, dtype=np.int64).reshape(-1, 4)
    limits = np.full(len(calendars.names), -1, dtype=np.int64)
    return make_graph(calendars, duration, calendar, demand, earliest, limits, table)


def _kind(random: np.random.Generator, pauses: bool) -> int:
    """Draw a kind of link that both count alike into a task whose calendar pauses or does not."""
    kinds = [kind for kind, name in enumerate(KINDS) if not (name[1] == "F" and pauses)]
    return int(random.choice(kinds))


def graph_of_plan(folder: Path) -> WorkGraph:
    """Read tasks, links and the order of crews of a saved plan."""
    tasks, links = (pd.read_parquet(folder / "tables" / f"{name}.parquet") for name in ("tasks", "task_links"))
    study = Study.model_validate(json.loads((folder / "study.json").read_text(encoding="utf-8"))["study"])
    schedule = Schedule(tasks, links, tasks.iloc[:0], "", "", "", "", "", 0, 0, 0.0, "", ())
    return read_back(study, schedule, tasks["duration_days"].to_numpy(dtype=np.int64))[0]


def differences(graph: WorkGraph) -> list[str]:
    """Say where early points, late points, total or free float differ from longpath's."""
    early = place_by_priority(graph, np.zeros(graph.count), crews=False)
    end = int(early.finish.max(initial=0))
    late = late_places(graph, end)
    result = cpm.run(*_written(graph, end), cpm.CpmOptions(float_type="start", lag_calendar="24h"))
    found = []
    by_first_day = set(graph.before[(graph.kind % 2 == 1) & _pauses(graph)[graph.before]].tolist())
    slack, free = late.place - early.place, free_float(graph, early)
    for task in range(graph.count):
        own = {"start": int(early.start[task]), "finish": int(early.finish[task]), "total float": int(slack[task])}
        own["free float"] = int(free[task])
        theirs = _theirs(result, graph, task)
        found += [
            f"task {task}: {name} {own[name]}, longpath {theirs[name]}"
            for name in theirs
            if own[name] != theirs[name] and not (name == "free float" and task in by_first_day)
        ]
    return found


def _theirs(result: cpm.CpmResult, graph: WorkGraph, task: int) -> dict[str, int]:
    """Read what longpath says of a task, in our points and days."""
    name, start = str(task), graph.calendars.start
    first = cpm.to_min(dt.datetime.combine(start, dt.time()))
    return {
        "start": (result.es[name] - first) // 1440,
        "finish": (result.ef[name] - first) // 1440 if graph.duration[task] else (result.es[name] - first) // 1440,
        "total float": round(result.tf_h[name] / 24),
        "free float": round(min(result.ff_h[name], result.tf_h[name]) / 24),
    }


def _written(graph: WorkGraph, end: int) -> tuple[lp.Project, dict[str, WorkCalendar]]:
    """Write a graph as longpath's project, hours of 24-hour working days.

    A milestone of a calendar that pauses is written as the day at whose start it lies, and the first day of a task that
    pauses as a task of its own where another start waits for it: links then leave the end of a worked day, which both
    tools count alike.
    """
    start = dt.datetime.combine(graph.calendars.start, dt.time())
    project = lp.Project("p", "p", "p", data_date=start, must_finish=start + dt.timedelta(days=end + 1))
    is_day = (graph.duration == 0) & _pauses(graph)
    for task in range(graph.count):
        days = 1 if is_day[task] else int(graph.duration[task])
        activity = _activity(str(task), int(graph.calendar[task]), days)
        if graph.earliest[task]:
            activity.cstr_type, activity.cstr_date = lp.SNET, start + dt.timedelta(days=int(graph.earliest[task]))
        activity.cstr_type2, activity.cstr_date2 = lp.FNLT, start + dt.timedelta(days=end + int(is_day[task]))
        project.activities[activity.uid] = activity
    for before, after, kind, lag in graph.links.tolist():
        _add_link(project, graph, is_day, (before, after, KINDS[kind], lag))
    return project, _calendars(graph.calendars)


def _activity(name: str, calendar: int, days: int) -> lp.Activity:
    activity = lp.Activity(name, name, name, calendar_id=str(calendar))
    activity.orig_dur_h = activity.rem_dur_h = 24.0 * days
    activity.type = lp.TASK if days else lp.START_MS
    return activity


def _add_link(project: lp.Project, graph: WorkGraph, is_day: Mask, link: tuple[int, int, str, int]) -> None:
    """Write a link; from a start that pauses by way of its first day."""
    before, after, kind, lag = link
    leaves, reaches = kind
    if is_day[after]:
        reaches = "S"
    source = str(before)
    if is_day[before]:
        leaves, lag = "F", lag - 1
    elif leaves == "S" and _pauses(graph)[before]:
        source = f"{before} first day"
        project.activities[source] = _activity(source, int(graph.calendar[before]), 1)
        project.relationships.append(lp.Relationship(str(before), source, "SS", 0.0))
        leaves, lag = "F", lag - 1
    project.relationships.append(lp.Relationship(source, str(after), leaves + reaches, 24.0 * lag))


def _pauses(graph: WorkGraph) -> Mask:
    """Whether each task's calendar has days that are not worked."""
    every_day = graph.calendars.index[:, -1] == graph.calendars.horizon
    return np.asarray(~every_day[graph.calendar])


def _calendars(calendars: Calendars) -> dict[str, WorkCalendar]:
    """Every day of each calendar as an exception of longpath's week; before and after all days are worked."""
    made = {}
    for row, name in enumerate(calendars.names):
        worked = np.diff(calendars.index[row]).astype(bool)
        closed = {calendars.start + dt.timedelta(days=int(day)): [] for day in np.flatnonzero(~worked)}
        made[str(row)] = WorkCalendar(str(row), name, [list(DAY)] * 7, closed, hours_per_day=24.0)
    return made


if __name__ == "__main__":
    sys.exit(main())

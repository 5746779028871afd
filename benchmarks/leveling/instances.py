"""Read published project-scheduling instances: PSPLIB ``.sm`` and Patterson ``.rcp`` or ``.txt``."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from expansion.schedule.calendars import Calendars
from expansion.schedule.workgraph import WorkGraph, make_graph

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Instance:
    """Activities with the first as source and the last as sink, every day worked.

    Attributes
    ----------
    name
        Of the file.
    duration
        Days per activity.
    demand
        Units of each resource, shape ``(activities, resources)``.
    room
        Units that there are.
    links
        Pairs of predecessor and successor, finish to start.
    """

    name: str
    duration: IntArray
    demand: IntArray
    room: IntArray
    links: IntArray


def read_instance(path: Path) -> Instance:
    """Read an instance by its content.

    Raises
    ------
    ValueError
        If the file is neither, or says of an activity what cannot be.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    instance = _psplib(path.name, text) if "PRECEDENCE RELATIONS" in text else _patterson(path.name, text)
    count = len(instance.duration)
    if count == 0 or (instance.duration < 0).any() or (instance.demand < 0).any():
        raise ValueError(f"{path.name}: no activities, or a duration or demand below 0")
    if len(instance.links) and not ((instance.links >= 0) & (instance.links < count)).all():
        raise ValueError(f"{path.name}: a successor that is no activity")
    if (instance.demand.max(axis=0, initial=0) > instance.room).any():
        raise ValueError(f"{path.name}: an activity asks for more of a resource than there is")
    return instance


def _patterson(name: str, text: str) -> Instance:
    """Activities and resources; what there is; per activity duration, demands, number of successors, successors."""
    try:
        numbers = [int(word) for word in text.split()]
        count, kinds = numbers[:2]
        room, at = numbers[2 : 2 + kinds], 2 + kinds
        duration, demand, links = [], [], []
        for activity in range(count):
            duration.append(numbers[at])
            demand.append(numbers[at + 1 : at + 1 + kinds])
            after = at + 1 + kinds
            links += [(activity, other - 1) for other in numbers[after + 1 : after + 1 + numbers[after]]]
            at = after + 1 + numbers[after]
    except (ValueError, IndexError) as error:
        raise ValueError(f"{name}: not a Patterson file") from error
    return _instance(name, duration, demand, room, links)


def _psplib(name: str, text: str) -> Instance:
    """Sections of a PSPLIB file, each a table of numbers under its head."""
    successors = _rows(text, "PRECEDENCE RELATIONS")
    requests = _rows(text, "REQUESTS/DURATIONS")
    room = _rows(text, "RESOURCEAVAILABILITIES")
    if not successors or len(successors) != len(requests) or len(room) != 1:
        raise ValueError(f"{name}: not a PSPLIB single-mode file")
    links = [(row[0] - 1, other - 1) for row in successors for other in row[3:]]
    return _instance(name, [row[2] for row in requests], [row[3:] for row in requests], room[0], links)


def _rows(text: str, section: str) -> list[list[int]]:
    """Rows of whole numbers that follow the head of a section."""
    found = []
    for line in text[text.find(section) :].splitlines()[1:] if section in text else ():
        if line.startswith("*"):
            break
        if re.fullmatch(r"[\d\s]+", line):
            found.append([int(word) for word in line.split()])
    return found


def _instance(
    name: str, duration: list[int], demand: list[list[int]], room: list[int], links: list[tuple[int, int]]
) -> Instance:
    return Instance(
        name,
        np.array(duration, dtype=np.int64),
        np.array(demand, dtype=np.int64).reshape(len(duration), len(room)),
        np.array(room, dtype=np.int64),
        np.array(links, dtype=np.int64).reshape(-1, 2),
    )


def graph_of(instance: Instance) -> WorkGraph:
    """Lay an instance on a calendar of which every day is worked, long enough for twice all work."""
    horizon = 2 * int(instance.duration.sum()) + 2
    every_day = np.arange(horizon + 1, dtype=np.int64)[None, :]
    calendars = Calendars(dt.date(2027, 1, 1), ("calendar",), every_day, every_day.copy(), horizon)
    none = np.zeros(len(instance.duration), dtype=np.int64)
    links = np.hstack([instance.links, np.zeros_like(instance.links)])
    return make_graph(calendars, instance.duration, none, instance.demand, none, instance.room, links)

"""Spread the bill of materials over the tasks, so that the tasks of an area add to its base cost to the cent."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from expansion.plan.bill import split_cents
from expansion.schedule.tasks import START, Task


def spend_on_tasks(tasks: list[Task], bom: pd.DataFrame, permits: pd.DataFrame) -> list[float]:
    """Give each task its share of the cost.

    A line goes to the packages of its area that name its item, else to those that name its category; several share it
    by crew-days (permits by fee, which the calls of one permit share). What nobody names goes to the area's first task;
    lines of areas without tasks go to the start of the program. Tasks of initiatives have their own money.

    Parameters
    ----------
    tasks
        All tasks, in canonical order.
    bom
        Area, category, item and cost of each line.
    permits
        Fee per permit.

    Returns
    -------
    list of float
        Cost per task, whole cents.
    """
    calls = Counter(task.permit_id for task in tasks)
    fees = {
        str(name): round(float(fee) * 100_000) // max(calls[str(name)], 1)
        for name, fee in zip(permits["permit_id"], permits["fee"], strict=True)
    }
    of_area: dict[str, list[int]] = {}
    for number, task in enumerate(tasks):
        of_area.setdefault(task.area_id, []).append(number)
    program = [number for number, task in enumerate(tasks) if task.task_id == START]
    cents = [task.cents for task in tasks]
    for (area, category, item), amount in _lines(bom):
        inside = of_area.get(area) if area else None
        takers = _takers(tasks, inside, item, category) if inside else program
        weights = [_weight(tasks[number], fees) for number in takers]
        for number, share in zip(takers, split_cents(amount, weights), strict=True):
            cents[number] += share
    return [amount / 100 for amount in cents]


def _lines(bom: pd.DataFrame) -> list[tuple[tuple[str, str, str], int]]:
    """Cents per area, category and item, ascending."""
    found: dict[tuple[str, str, str], int] = {}
    for area, category, item, cost in zip(bom["area_id"], bom["category"], bom["item"], bom["cost"], strict=True):
        key = (str(area), str(category), str(item))
        found[key] = found.get(key, 0) + round(float(cost) * 100)
    return sorted(found.items())


def _takers(tasks: list[Task], inside: list[int], item: str, category: str) -> list[int]:
    """Tasks that a line is spent on."""
    by_item = [n for n in inside if any(_names(token, item) for token in tasks[n].costs)]
    by_category = [n for n in inside if category in tasks[n].costs]
    return by_item or by_category or inside[:1]


def _names(token: str, item: str) -> bool:
    return item.startswith(token[:-1]) if token.endswith("*") else item == token


def _weight(task: Task, fees: dict[str, int]) -> int:
    return fees.get(task.permit_id, 0) if task.permit_id else task.duration * max(task.crew_count, 1)

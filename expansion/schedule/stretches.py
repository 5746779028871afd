"""Part long deliveries at the days on which who buys asks how far they are."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from expansion.rulebook import Rulebook
from expansion.schedule.tasks import Draft, Task

MARK = "-W"
"""Before the number of each stretch but the last, which keeps the id of the delivery."""


def part_deliveries(draft: Draft, rulebook: Rulebook) -> None:
    """Part each delivery that lasts longer than ``follow_up_days`` into equal stretches, one after another.

    What it waits for is waited for by the first stretch; what waits for it waits for the last.
    """
    most = max(int(rulebook.engineering_value("follow_up_days")), 1)
    firsts: dict[str, str] = {}
    made: list[Task] = []
    for task in draft.tasks:
        parts = _stretches(task, most) if task.is_delivery else [task]
        firsts[task.task_id] = parts[0].task_id
        made += parts
        for before, after in pairwise(parts):
            draft.links[before.task_id, after.task_id, "FS"] = 0
    chained = {part.task_id for part in made} - set(firsts)
    links = list(draft.links.items())
    draft.links.clear()
    for (one, other, kind), lag in links:
        start = other if kind.endswith("F") or one in chained else firsts.get(other, other)
        draft.links[one, start, kind] = lag
    draft.tasks = made


def _stretches(task: Task, most: int) -> list[Task]:
    """Part a task into the fewest stretches of at most so many days, the longer ones first."""
    count = max(-(-task.duration // most), 1)
    if count == 1:
        return [task]
    days, longer = divmod(task.duration, count)
    made = [
        replace(
            task, task_id=f"{task.task_id}{MARK}{number}", wbs=f"{task.wbs}.{number}",
            duration=days + (number <= longer), name=f"{task.name}, stretch {number} of {count}", costs=(),
        )
        for number in range(1, count + 1)
    ]  # fmt: skip
    return [*made[:-1], replace(made[-1], task_id=task.task_id, costs=task.costs)]

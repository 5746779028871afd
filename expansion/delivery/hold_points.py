"""What waits for a hold point: the task that ends in its gate, and whether links make it wait."""

from __future__ import annotations

import pandas as pd

from expansion.plan.findings import Finding, find

Preceding = dict[str, list[str]]


class Waiting:
    """Which task ends in a gate of an area, and which tasks links finish before it.

    Parameters
    ----------
    gates
        After `GATES`.
    links
        Of the schedule: a task is finished before another where a way of links leads there, each of which begins in a
        finish.
    """

    def __init__(self, gates: pd.DataFrame, links: pd.DataFrame) -> None:
        rows = zip(*(gates[name].to_list() for name in ("area_id", "gate", "task_id")), strict=True)
        self._ends = {(str(area), str(gate)): str(task) for area, gate, task in rows if isinstance(task, str)}
        self._before: Preceding = {}
        for first, second, kind in zip(
            *(links[name].to_list() for name in ("predecessor_id", "successor_id", "kind")), strict=True
        ):
            if kind in ("FS", "FF"):
                self._before.setdefault(str(second), []).append(str(first))
        self._known: dict[str, set[str]] = {}

    def task(self, area_id: str, gate: str) -> str | None:
        """Find the task of an area that ends in a gate."""
        return self._ends.get((area_id, gate))

    def is_held(self, task: str, by: str) -> bool:
        """Whether a task cannot end before another has."""
        if task not in self._known:
            found, waiting = {task}, [task]
            while waiting:
                for other in self._before.get(waiting.pop(), ()):
                    if other not in found:
                        found.add(other)
                        waiting.append(other)
            self._known[task] = found
        return by in self._known[task]


def loose_holds(quality: pd.DataFrame, waiting: Waiting) -> list[Finding]:
    """Tell of hold points that nothing waits for: no link leads from their task to the one that ends in their gate."""
    held = quality[quality["holds_task_id"].notna().to_numpy()]
    columns = (held[name].to_list() for name in ("check_row_id", "task_id", "holds_task_id"))
    loose = [str(name) for name, task, end in zip(*columns, strict=True) if not waiting.is_held(str(end), str(task))]
    message = "hold points do not hold: their task is not linked to the one that ends in their gate"
    repair = "link the work packages, or name another one or another gate for the check"
    return [find("W_HOLD_POINT", "warning", message, loose, repair=repair)] if loose else []

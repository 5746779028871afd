"""Decisions from charter to closure, per area, under the study's kind of project management office."""

from __future__ import annotations

import pandas as pd

from expansion.delivery.counting import AreaWork
from expansion.delivery.tables import make_table
from expansion.plan.specs_delivery import GATES
from expansion.rulebook import Gate, Rulebook
from expansion.study import Study

Ends = dict[tuple[str, str], list[tuple[str, str]]]
"""Last days and ids of the tasks that end in a gate, by area and gate, the first to end first."""


def plan_gates(study: Study, rulebook: Rulebook, work: list[AreaWork], tasks: pd.DataFrame) -> pd.DataFrame:
    """Date every gate of every area by the last task that ends in it.

    A gate that no task of an area ends in (an area without build has no readiness review) falls on the day of the
    next gate that has one.

    Parameters
    ----------
    study, rulebook
        Kind of PMO; gates with approver and mode for it.
    work
        Chosen areas.
    tasks
        Tasks of the schedule with the gate that each ends in.
    """
    gates = sorted((gate for gate in rulebook.gates if gate.pmo == study.governance.pmo), key=lambda gate: gate.gate)
    marked = tasks[tasks["gate"].notna().to_numpy()].sort_values(["finish", "task_id"])
    ends: Ends = {}
    columns = (marked[name].to_list() for name in ("area_id", "gate", "finish", "task_id"))
    for area, gate, finish, task_id in zip(*columns, strict=True):
        ends.setdefault((str(area), str(gate)), []).append((str(finish), str(task_id)))
    rows = [_row(gate, area.area_id, *_dated(gate, gates, area.area_id, ends)) for area in work for gate in gates]
    return make_table(GATES, rows)


def _dated(gate: Gate, gates: list[Gate], area_id: str, ends: Ends) -> tuple[str, str, int, str | None]:
    """Last and first date of a gate, how many tasks end in it, and the last; the next gate's date where none does."""
    mine = ends.get((area_id, gate.gate))
    if mine:
        return mine[-1][0], mine[0][0], len(mine), mine[-1][1]
    later = [ends[area_id, other.gate] for other in gates if other.gate > gate.gate and (area_id, other.gate) in ends]
    day = later[0][-1][0] if later else ""
    return day, day, 0, None


def _row(gate: Gate, area_id: str, date: str, first: str, count: int, task_id: str | None) -> tuple[object, ...]:
    return (
        f"{gate.gate}-{area_id}", gate.gate, gate.name, area_id, date, first, count, task_id, gate.approver_role,
        gate.mode, gate.artifacts,
    )  # fmt: skip

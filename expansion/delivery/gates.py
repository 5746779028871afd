"""Decisions from charter to closure, per area, under the study's kind of project management office."""

from __future__ import annotations

import pandas as pd

from expansion.delivery.counting import AreaWork
from expansion.delivery.tables import make_table
from expansion.plan.specs_delivery import GATES
from expansion.rulebook import Gate, Rulebook
from expansion.study import Study


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
    last = {
        (str(area), str(gate)): (str(finish), str(task_id))
        for area, gate, finish, task_id in zip(
            marked["area_id"], marked["gate"], marked["finish"], marked["task_id"], strict=True
        )
    }
    rows = [_row(gate, area.area_id, *_dated(gate, gates, area.area_id, last)) for area in work for gate in gates]
    return make_table(GATES, rows)


def _dated(
    gate: Gate, gates: list[Gate], area_id: str, last: dict[tuple[str, str], tuple[str, str]]
) -> tuple[str, str | None]:
    """Date of a gate and the task that ends in it; the next gate's date and no task where none does."""
    if (area_id, gate.gate) in last:
        return last[area_id, gate.gate]
    later = [
        last[area_id, other.gate][0] for other in gates if other.gate > gate.gate and (area_id, other.gate) in last
    ]
    return (later[0] if later else ""), None


def _row(gate: Gate, area_id: str, date: str, task_id: str | None) -> tuple[object, ...]:
    return (
        f"{gate.gate}-{area_id}", gate.gate, gate.name, area_id, date, task_id, gate.approver_role, gate.mode,
        gate.artifacts,
    )  # fmt: skip

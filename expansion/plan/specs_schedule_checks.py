"""Declared table of the self-audit of the schedule."""

from __future__ import annotations

from expansion.plan.origins import SOURCE, STATUS
from expansion.tables import Column, TableSpec

VERDICTS = ("pass", "fail", "not_applicable")

SCHEDULE_CHECKS = TableSpec(
    name="schedule_checks",
    key="check_id",
    geometry="",
    about="The schedule's audit of itself, in the form of the DCMA 14 points.",
    columns=(
        Column("check_id", "text", "Row of the schedule checks of the rule book"),
        Column("name", "text", "What is looked at"),
        Column("threshold", "number", "Value up to or from which it passes"),
        Column(
            "better",
            "text",
            "Whether it passes up to the threshold or from it on",
            among=frozenset({"lower", "higher"}),
        ),
        Column("unit", "text", "Of value and threshold"),
        Column("value", "number", "What was found; empty where it does not apply", nullable=True),
        Column("checked", "integer", "Tasks or links looked at", least=0),
        Column("found", "integer", "Tasks that offend, or stand at links that do", least=0),
        Column("verdict", "text", "Outcome", among=frozenset(VERDICTS)),
        Column("reason", "text", "Why, in words"),
        Column("task_ids", "text", "The first twenty of these tasks, joined by commas", nullable=True),
        SOURCE,
        STATUS,
    ),
)

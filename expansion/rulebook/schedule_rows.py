"""Rows on how a schedule is judged."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from expansion.rulebook.rows import Row


class ScheduleCheck(Row):
    """One point of the self-audit of a schedule."""

    check_id: Literal[
        "logic", "leads", "lags", "relationship_types", "hard_constraints", "high_float", "negative_float",
        "high_duration", "invalid_dates", "resources", "missed_tasks", "critical_path_test", "cpli", "bei",
    ] = Field(description="What is looked at")  # fmt: skip
    name: str = Field(min_length=1, max_length=60, description="In words")
    threshold: float = Field(ge=0, le=1, allow_inf_nan=False, description="Value up to or from which it passes")
    unit: str = Field(min_length=1, description="Of value and threshold")
    better: Literal["lower", "higher"] = Field(description="Whether a value passes up to the threshold or from it on")
    days: int | None = Field(None, ge=1, le=2000, description="Working days that a float, duration or delay is held to")
    about: str = Field(min_length=1, description="What is counted")

"""What a tool that does a job hands back, and how its time is taken."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")

ENOUGH_SECONDS = 1.0
"""A job that takes less than this in all is done again, up to `MOST_TIMES`; its least time counts."""
MOST_TIMES = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one tool.

    Attributes
    ----------
    value
        What the job wants small: cents of a route or a design, meters to the road, locations without a place.
    cpu_seconds
        Of the job itself, without reading the case or building the tool's own graph object.
    prepare_seconds
        CPU seconds to bring the arrays of the case into the tool's own form.
    bound
        No answer can be less than this; 0 where nothing is proven.
    note
        Figures beside, in words; or what is wrong with the answer if it does not do the job.
    is_right
        The answer does the job.
    """

    value: float
    cpu_seconds: float
    prepare_seconds: float = 0.0
    bound: float = 0.0
    note: str = ""
    is_right: bool = True


def timed(work: Callable[[], Result], *, times: int = MOST_TIMES) -> tuple[Result, float]:
    """Do a job, a short one up to `times` times, and return the last result with the least CPU seconds."""
    least, total = float("inf"), 0.0
    for _ in range(times):
        began = time.process_time()
        result = work()
        seconds = time.process_time() - began
        least, total = min(least, seconds), total + seconds
        if total > ENOUGH_SECONDS:
            break
    return result, least

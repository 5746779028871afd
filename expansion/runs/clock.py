"""Time and memory of a run: the only place that reads the clock."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run is: `done` of `total` stages, the one that begins now, seconds since the run began."""

    stage: str
    done: int
    total: int
    seconds: float


Report = Callable[[Step], None]


@dataclass(slots=True)
class Stopwatch:
    """Seconds per stage of one run, each stage lasting until the next one begins.

    Attributes
    ----------
    report
        Called when a stage begins, and once at the end.
    total
        Number of stages of the run; grown where more are named.
    """

    report: Report | None = None
    total: int = 0
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    _began: float = field(default_factory=time.perf_counter)
    _stages: list[tuple[str, float]] = field(default_factory=list)

    def stage(self, name: str) -> None:
        """Begin the stage `name`."""
        now = time.perf_counter() - self._began
        self._stages.append((name, now))
        self.total = max(self.total, len(self._stages))
        if self.report is not None:
            self.report(Step(name, len(self._stages) - 1, self.total, now))

    def follow(self, name: str, done: int, total: int) -> None:
        """Begin the stage `name` of a pipeline that has done `done` of its `total` stages."""
        self.total = max(self.total, len(self._stages) + total - done + 1)
        self.stage(name)

    def finish(self) -> dict[str, Any]:
        """End the run and say how long its stages took, in seconds, and the most memory it held, in MB."""
        end = time.perf_counter() - self._began
        if self.report is not None:
            self.report(Step("done", len(self._stages), len(self._stages), end))
        times = [begin for _, begin in self._stages] + [end]
        stages: dict[str, float] = {}
        for (name, begin), after in zip(self._stages, times[1:], strict=True):
            stages[name] = round(stages.get(name, 0.0) + after - begin, 3)
        return {"stages": stages, "total_seconds": round(end, 3), "peak_rss_mb": peak_rss_mb()}


def peak_rss_mb() -> float:
    """Most memory that this process or one of its ended children held, in MB."""
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round(max(own, children) / unit, 1)


def now_text() -> str:
    """Date and time in UTC, to the second, as ISO text."""
    return datetime.now(UTC).isoformat(timespec="seconds")

"""Check how much each agency is asked to do."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.ledger import Ledger
from expansion.audit.program import Program


def check_agency_rows(ledger: Ledger, saved: SavedPlan, program: Program, rows: Any) -> None:
    """Count the days of permits at each agency again: in all, most at once, and over the days between."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row, agency in enumerate(texts(saved.table("tasks"), "agency")):
        if agency and program.duration[row]:
            name = f"agency {agency}" if agency in saved.study["crews"] else agency
            spans[name].append((int(program.start[row]), int(program.last[row])))
    names = texts(rows, "resource_id")
    ledger.nothing(sorted(set(names) ^ set(spans)), "resources do not list every agency at work once", len(spans))
    ledger.that(len(set(names)) == len(names), "agencies stand twice in resources")
    found = np.array([_measure(spans[name]) if spans[name] else (0, 0, 0.0) for name in names], dtype=np.float64)
    days, peak, share = found.reshape(-1, 3).T
    ledger.none(numbers(rows, "crew_days") != days, names, "resources.crew_days of agencies")
    ledger.none(integers(rows, "peak") != peak, names, "resources.peak of agencies")
    ledger.none(integers(rows, "count") != peak, names, "resources.count of agencies")
    ledger.none(np.abs(numbers(rows, "utilization") - share) > 2e-6, names, "resources.utilization of agencies")
    ledger.none([name != "calendar" for name in texts(rows, "calendar")], names, "resources.calendar of agencies")


def _measure(spans: list[tuple[int, int]]) -> tuple[int, int, float]:
    """Days of all permits, most of them at once, and the share that they take of that number between first and last."""
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    at_once = np.zeros(last - first + 1, dtype=np.int64)
    for start, end in spans:
        at_once[start - first : end - first + 1] += 1
    days, peak = int(at_once.sum()), int(at_once.max())
    return days, peak, days / (peak * len(at_once))

"""Check the onboarding waves: everyone is invited once, within the installs, one wave after another."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.ledger import Ledger
from expansion.audit.measured_work import connected
from expansion.audit.rules import engineering

Span = tuple[str, str]


def check_waves(ledger: Ledger, saved: SavedPlan, phase: dict[str, int]) -> None:
    """Check numbers, days and names of all waves against drops and install tasks."""
    waves = saved.table("waves")
    installs = _installs(saved)
    of = texts(waves, "area_id")
    ledger.nothing(sorted(set(installs) ^ set(of)), "areas with installs and areas with waves differ", len(of))
    _check_numbers(ledger, saved, waves, installs)
    _check_days(ledger, waves, installs)
    _check_names(ledger, waves)
    _check_marketing(ledger, saved, waves)
    strange = [phase.get(area) != number for area, number in zip(of, integers(waves, "phase"), strict=True)]
    ledger.none(strange, texts(waves, "wave_id"), "waves of another phase than their area")


def _installs(saved: SavedPlan) -> dict[str, Span]:
    """First and last day of the install task of each area."""
    tasks = saved.table("tasks")
    columns = [texts(tasks, name) for name in ("area_id", "crew_kind", "start", "finish")]
    return {area: (start, finish) for area, kind, start, finish in zip(*columns, strict=True) if kind == "install"}


def _check_numbers(ledger: Ledger, saved: SavedPlan, waves: Any, installs: dict[str, Span]) -> None:
    """Check that the waves of an area invite its connected locations, and expect the orders of its take rate."""
    homes = connected(saved)
    take = engineering(saved, "take_rate")
    invited: dict[str, int] = defaultdict(int)
    orders: dict[str, float] = defaultdict(float)
    columns = (texts(waves, "area_id"), integers(waves, "locations"), numbers(waves, "expected_orders"))
    for area, count, expected in zip(*columns, strict=True):
        invited[area] += int(count)
        orders[area] += float(expected)
    left_out = [area for area in installs if invited[area] != homes[area]]
    ledger.nothing(left_out, "waves do not invite every location", len(installs))
    wanted = {area: math.ceil(round(homes[area] * take, 6)) for area in installs}
    wrong = [area for area in installs if abs(orders[area] - wanted[area]) > 0.01]
    ledger.nothing(wrong, "waves differ in orders", len(installs))


def _check_days(ledger: Ledger, waves: Any, installs: dict[str, Span]) -> None:
    """Check that waves lie within the installs of their area, begin with them, and do not overlap."""
    ids, of = texts(waves, "wave_id"), texts(waves, "area_id")
    starts, ends = texts(waves, "start"), texts(waves, "finish")
    spans = [installs.get(area, ("9", "0")) for area in of]
    outside = [not a <= s <= f <= b for (a, b), s, f in zip(spans, starts, ends, strict=True)]
    ledger.none(outside, ids, "waves lie outside their area's installs")
    turns = sorted(zip(of, starts, ends, ids, strict=True))
    late = [after[3] for before, after in pairwise(turns) if before[0] == after[0] and after[1] <= before[2]]
    ledger.nothing(late, "waves of an area overlap", len(ids))
    first: dict[str, str] = {}
    for area, start, _, _ in turns:
        first.setdefault(area, start)
    idle = [area for area, (begin, _) in installs.items() if first.get(area) != begin]
    ledger.nothing(idle, "the first wave does not begin with the installs", len(installs))


def _check_names(ledger: Ledger, waves: Any) -> None:
    """Check that waves are numbered from 1 in every area, in the order of their days."""
    rows = sorted(zip(*(texts(waves, name) for name in ("area_id", "start", "wave_id")), strict=True))
    place = Counter[str]()
    misnamed = []
    for area, _, name in rows:
        place[area] += 1
        misnamed += [name] if name != f"{area}-W{place[area]:02d}" else []
    ledger.nothing(misnamed, "wave ids are not area and running number", len(rows))


def _check_marketing(ledger: Ledger, saved: SavedPlan, waves: Any) -> None:
    """Count the first message back from each wave, to the first day of onboarding work at the earliest."""
    tasks = saved.table("tasks")
    first: dict[str, str] = {}
    for area, phase, start in zip(*(texts(tasks, name) for name in ("area_id", "wbs_phase", "start")), strict=True):
        if phase == "customer onboarding":
            first[area] = min(first.get(area, start), start)
    lead = dt.timedelta(days=engineering(saved, "marketing_lead_days"))
    wrong = []
    columns = [texts(waves, name) for name in ("wave_id", "area_id", "start", "marketing_start")]
    for name, area, start, told in zip(*columns, strict=True):
        if told != max(first.get(area, ""), (dt.date.fromisoformat(start) - lead).isoformat()):
            wrong.append(name)
    ledger.nothing(wrong, "marketing_start is not the lead before the wave", len(waves))

"""Check the onboarding waves: everyone is invited once, within the installs, one wave after another."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import numpy as np

from expansion.audit.calendars import worked_days
from expansion.audit.crew_numbers import install_pace, most_crews, own_crews_on, support_a_day
from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.ledger import Ledger
from expansion.audit.measured_work import connected
from expansion.audit.rules import engineering, section

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
    _check_support(ledger, saved, waves)
    _check_marketing(ledger, saved, waves)
    strange = [phase.get(area) != number for area, number in zip(of, integers(waves, "phase"), strict=True)]
    ledger.none(strange, texts(waves, "wave_id"), "waves of another phase than their area")


def _installs(saved: SavedPlan) -> dict[str, Span]:
    """First and last day of the install task of each area; install crews that teach or learn connect nobody."""
    tasks = saved.table("tasks")
    columns = [texts(tasks, name) for name in ("area_id", "crew_kind", "start", "finish")]
    rows = zip(*columns, strict=True)
    return {area: (start, finish) for area, kind, start, finish in rows if kind == "install" and area}


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
    waits = [word == "support" for word in texts(waves, "bottleneck")]
    outside = [
        not (a <= s <= f <= b or (a <= s <= f and support))
        for (a, b), s, f, support in zip(spans, starts, ends, waits, strict=True)
    ]
    ledger.none(outside, ids, "waves lie outside their area's installs")
    turns = sorted(zip(of, starts, ends, ids, strict=True))
    late = [after[3] for before, after in pairwise(turns) if before[0] == after[0] and after[1] <= before[2]]
    ledger.nothing(late, "waves of an area overlap", len(ids))
    first: dict[str, str] = {}
    for area, start, _, _ in turns:
        first.setdefault(area, start)
    idle = [area for area, (begin, _) in installs.items() if first.get(area) != begin]
    ledger.nothing(idle, "the first wave does not begin with the installs", len(installs))


def _check_support(ledger: Ledger, saved: SavedPlan, waves: Any) -> None:
    """Check that crews and support can do what each wave holds, alone and with the waves of other areas."""
    tickets, room = engineering(saved, "support_tickets"), support_a_day(saved)
    rate = install_pace(saved)
    tasks = saved.table("tasks")
    columns = (texts(tasks, "area_id"), texts(tasks, "crew_kind"), integers(tasks, "crew_count"))
    crews = {area: int(count) for area, kind, count in zip(*columns, strict=True) if kind == "install"}
    ids, orders = texts(waves, "wave_id"), numbers(waves, "expected_orders")
    spans = list(zip(texts(waves, "start"), texts(waves, "finish"), strict=True))
    days = np.array([_worked(saved, *span) for span in spans], dtype=float)
    able = np.array([rate * crews.get(area, 0) for area in texts(waves, "area_id")], dtype=float)
    ledger.none(np.abs(numbers(waves, "install_capacity") - able * days) > 0.001, ids, "waves' install capacity")
    ledger.none(orders > able * days + 0.001, ids, "waves hold more than their crews can do")
    ledger.none(np.abs(numbers(waves, "tickets") - orders * tickets) > 0.002, ids, "waves' tickets")
    lag = dt.timedelta(days=engineering(saved, "support_lag_days"))
    until = [(dt.date.fromisoformat(end) + lag).isoformat() for _, end in spans]
    ledger.none([a != b for a, b in zip(until, texts(waves, "support_until"), strict=True)], ids, "waves' support")
    if tickets:
        ledger.none(np.abs(numbers(waves, "support_capacity") - room * days) > 0.001, ids, "waves' support capacity")
        ledger.nothing(_crowded(saved, spans, orders, room), "more customers than support can take on", len(ids))
    _check_limits(ledger, saved, waves, spans)


def _check_limits(ledger: Ledger, saved: SavedPlan, waves: Any, spans: list[Span]) -> None:
    """Check that support is called the limit where its desk is full and crews are left, and that a finding says so.

    The last days of an area, on which orders run out, may count for neither.
    """
    full, words = _full_days(saved), texts(waves, "bottleneck")
    wrong, held = [], set()
    for name, area, word, span in zip(texts(waves, "wave_id"), texts(waves, "area_id"), words, spans, strict=True):
        days = sum(span[0] <= day <= span[1] for day in full)
        others = _worked(saved, *span) - days
        right = days >= max(others - 2, 1) if word == "support" else not days or days < others
        wrong += [] if right else [name]
        held |= {area} if days else set()
    ledger.nothing(wrong, "waves are limited by something else than bottleneck says", len(words))
    told = sum(f["count"] for f in saved.document["findings"] if f["code"] == "W_SUPPORT_SHORT")
    ledger.equal(told, len(held), "areas whose customers wait for support")


def _full_days(saved: SavedPlan) -> list[str]:
    """Days on which as many install crews connect customers as support keeps up with, and more could."""
    kept, slow = most_crews(saved)["install"], support_a_day(saved) < install_pace(saved)
    tasks, load = saved.table("tasks"), Counter[dt.date]()
    columns = [texts(tasks, name) for name in ("area_id", "crew_kind", "start", "finish")]
    for area, kind, start, finish, crews in zip(*columns, integers(tasks, "crew_count"), strict=True):
        if kind == "install" and area:
            first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(finish)
            for day in range((last - first).days + 1):
                load[first + dt.timedelta(days=day)] += int(crews)
    rules = section(saved, "schedule")["calendar"]
    busy = [day for day, crews in sorted(load.items()) if crews >= kept and worked_days(rules, "install", day, 1)[0]]
    return [day.isoformat() for day in busy if slow or own_crews_on(saved, "install", day) > kept]


def _of(waves: Any, spans: list[Span]) -> list[tuple[str, Span]]:
    return list(zip(texts(waves, "area_id"), spans, strict=True))


def _worked(saved: SavedPlan, first: str, last: str) -> int:
    """Count the days that install crews work from first to last."""
    begin, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return int(worked_days(section(saved, "schedule")["calendar"], "install", begin, (end - begin).days + 1).sum())


def _crowded(saved: SavedPlan, spans: list[Span], orders: Any, room: float) -> list[str]:
    """Find times, from the start of a wave to the end of one, whose whole waves hold more than support can take on."""
    found = []
    starts = np.array([start for start, _ in spans], dtype=object)
    ends = np.array([end for _, end in spans], dtype=object)
    for first in sorted(set(starts.tolist())):
        inside = starts >= first
        for last in sorted(set(ends[inside].tolist())):
            held = float(orders[inside & (ends <= last)].sum())
            if held > room and held > room * _worked(saved, first, last) + 0.001 * len(spans):
                found.append(f"{first} to {last}")
    return found


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

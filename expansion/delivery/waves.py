"""Onboarding waves: how many customers are connected when, and what limits the pace."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.delivery.counting import AreaWork
from expansion.delivery.days import TaskDays, is_worked
from expansion.delivery.tables import make_table
from expansion.plan.findings import Finding, find
from expansion.plan.specs_delivery import WAVES
from expansion.rulebook import Rulebook
from expansion.rulebook.support import INSTALL, INSTALL_DAY, support_room, supported_crews
from expansion.study import Study
from expansion.wording import count

PHASE = "customer onboarding"
_LEAST = 1e-9


@dataclass(slots=True)
class Installs:
    """The orders of an area as they are dealt out: orders per day worked, and what limited each day."""

    area: AreaWork
    task_id: str
    crews: int
    per_day: float
    first_message: str
    finish: dt.date
    dates: list[dt.date]
    left: float
    done: list[float]
    limits: list[str]


@dataclass(frozen=True, slots=True)
class Onboarding:
    """Waves after `WAVES`; tickets of new customers per day, counted from day 0 of the task days; what falls short."""

    waves: pd.DataFrame
    tickets: NDArray[np.float64]
    findings: tuple[Finding, ...]


def plan_waves(
    study: Study, rulebook: Rulebook, work: list[AreaWork], tasks: pd.DataFrame, days: TaskDays
) -> Onboarding:
    """Cut the installs of each area into waves of ``wave_days`` working days.

    Orders are dealt out by the day: to each area what its install crews can do, and to all areas together no more new
    customers than support can take on; areas that began earlier come first. The schedule calls no more install crews
    than support keeps up with, so that all of them fit into the install tasks; where crews are left that support does
    not keep up with, it is the limit, and a finding says so. Locations are invited in proportion to orders.

    Parameters
    ----------
    study, rulebook
        Calendar; orders per crew and day, agents and tickets, days per wave, days of marketing before.
    work
        Chosen areas with their orders.
    tasks
        Tasks of the schedule; waves begin with the area's install task.
    days
        The same tasks with the days on which they are worked.

    Returns
    -------
    Onboarding
        With ``W_SUPPORT_SHORT`` where waves wait for support.
    """
    room = support_room(rulebook)
    found = _installs(rulebook, work, tasks, days)
    _deal(study, rulebook, found)
    rows = [row for one in sorted(found, key=_place) for row in _area_waves(rulebook, one, room)]
    tickets: dict[int, float] = {}
    for one in found:
        for date, orders in zip(one.dates, one.done, strict=True):
            day = (date - days.first).days
            tickets[day] = tickets.get(day, 0.0) + orders * rulebook.engineering_value("support_tickets")
    daily = np.zeros(max(tickets, default=-1) + 1)
    for day, number in tickets.items():
        daily[day] = number
    return Onboarding(make_table(WAVES, rows), daily, tuple(_short(study, rulebook, found)))


def _place(one: Installs) -> tuple[int, str, str]:
    return one.area.phase, one.area.area_id, one.task_id


def _installs(rulebook: Rulebook, work: list[AreaWork], tasks: pd.DataFrame, days: TaskDays) -> list[Installs]:
    """List the install tasks with their orders, those that begin first first."""
    onboarding = tasks[(tasks["wbs_phase"] == PHASE).to_numpy(dtype=bool)]
    presales = onboarding.groupby("area_id")["start"].min().to_dict()
    rows = onboarding[(onboarding["crew_kind"] == INSTALL).to_numpy(dtype=bool)].sort_values(["start", "task_id"])
    by_area = {area.area_id: area for area in work}
    rate = rulebook.production_rate(INSTALL_DAY).per_day
    found = []
    for task in rows.itertuples():
        area, crews = by_area[str(task.area_id)], int(task.crew_count)
        dates = [days.date(day) for day in days.tasks[str(task.task_id)].days]
        found.append(
            Installs(
                area, str(task.task_id), crews, rate * crews, str(presales[task.area_id]), dates[-1], dates,
                area.counts["orders"], [], [],
            )
        )  # fmt: skip
    return found


def _deal(study: Study, rulebook: Rulebook, found: list[Installs]) -> None:
    """Deal the orders out day by day, within what crews can do and support can take on."""
    days = sorted({date for one in found for date in one.dates})
    waiting = {(date, number) for number, one in enumerate(found) for date in one.dates}
    room, most, crews = support_room(rulebook), supported_crews(rulebook), study.schedule.all_crews()[INSTALL]
    date, pace = days[0] if days else dt.date.max, rulebook.production_rate(INSTALL_DAY).per_day
    while any(one.left > _LEAST for one in found) or (days and date <= days[-1]):
        free = room
        at_work = sum(one.crews for number, one in enumerate(found) if (date, number) in waiting)
        is_full = most is not None and most <= at_work and (most < crews.on(date) or room < pace)
        for number, one in enumerate(found):
            is_extra = date > one.finish and one.left > _LEAST
            if (date, number) in waiting or (is_extra and is_worked(study, INSTALL, date)):
                free -= _deal_day(one, date, free, is_full=is_full)
        date += dt.timedelta(days=1)


def _deal_day(one: Installs, date: dt.date, free: float, *, is_full: bool) -> float:
    """Give an area the orders of a day, and note what limited them: support where it has no room for a crew more."""
    able, last = min(one.per_day, one.left), date == one.finish and free >= one.left - _LEAST
    orders = one.left if last else min(able, free)
    is_short = is_full or (free < able and not last)
    one.limits.append("orders" if one.left <= one.per_day and not is_short else "support" if is_short else "install")
    if date > one.finish:
        one.dates.append(date)
    one.done.append(orders)
    one.left -= orders
    return orders


def _area_waves(rulebook: Rulebook, one: Installs, room: float) -> list[tuple[object, ...]]:
    """Cut the days of an area into waves."""
    area, orders = one.area, one.area.counts["orders"]
    length = max(int(rulebook.engineering_value("wave_days")), 1)
    lead = dt.timedelta(days=rulebook.engineering_value("marketing_lead_days"))
    after = dt.timedelta(days=rulebook.engineering_value("support_lag_days"))
    marks = [*range(0, len(one.dates), length), len(one.dates)]
    done = [math.fsum(one.done[:mark]) for mark in marks[:-1]] + [orders]
    invited = [round(area.counts["locations"] * share / orders) if orders else 0 for share in done]
    rows: list[tuple[object, ...]] = []
    for number, (first, end) in enumerate(pairwise(marks)):
        begin, last = one.dates[first], one.dates[end - 1]
        expected = round(done[number + 1] - done[number], 3)
        bottleneck = _bottleneck(one, first, end)
        rows.append(
            (
                f"{area.area_id}-W{number + 1:02d}", area.area_id, area.phase, begin.isoformat(), last.isoformat(),
                invited[number + 1] - invited[number], expected,
                max(dt.date.fromisoformat(one.first_message), begin - lead).isoformat(),
                _limit(rulebook, one, bottleneck, room), bottleneck, round(one.per_day * (end - first), 3),
                None if math.isinf(room) else round(room * (end - first), 3),
                round(expected * rulebook.engineering_value("support_tickets"), 3), (last + after).isoformat(),
            )
        )  # fmt: skip
    return rows


def _bottleneck(one: Installs, first: int, end: int) -> str:
    """Name what limited most days of a wave; crews or support come before the mere number of orders."""
    seen = Counter(one.limits[first:end])
    if seen["support"] or seen["install"]:
        return "support" if seen["support"] >= max(seen["install"], 1) else "install"
    return "orders"


def _limit(rulebook: Rulebook, one: Installs, bottleneck: str, room: float) -> str:
    """Say what sets the pace."""
    if bottleneck == "orders":
        return "orders: all fit in a day"
    if bottleneck == "support":
        agents = rulebook.engineering_value("support_agents")
        return f"support: {count(round(agents), 'agent')} can take on {room:g} new customers a day in all areas"
    return f"install crews: {one.crews} at {one.per_day / max(one.crews, 1):g} orders a day each"


def _short(study: Study, rulebook: Rulebook, found: list[Installs]) -> list[Finding]:
    """Tell of areas whose customers wait for support although there are crews to connect them."""
    held = {one.area.area_id: one.limits.count("support") for one in found if "support" in one.limits}
    if not held:
        return []
    closed, tickets = (rulebook.engineering_value(name) for name in ("agent_tickets_day", "support_tickets"))
    crews = study.schedule.crew_counts()[INSTALL]
    pace = crews * rulebook.production_rate(INSTALL_DAY).per_day
    wanted = math.ceil(round(pace * tickets / closed, 6)) if closed else 0
    message = (
        f"support takes on {support_room(rulebook):g} new customers a day and install crews could connect {pace:g}: "
        f"{supported_crews(rulebook)} of {count(crews, 'install crew')} are called, and waves wait for support"
    )
    repair = f"raise network.engineering.support_agents; with {wanted} agents support keeps up with all crews"
    words = "days limited by support, the most"
    return [find("W_SUPPORT_SHORT", "warning", message, held, amount=max(held.values()), unit=words, repair=repair)]

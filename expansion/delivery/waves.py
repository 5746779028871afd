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
from expansion.errors import InfeasibleError
from expansion.plan.findings import Finding, find
from expansion.plan.specs_delivery import WAVES
from expansion.rulebook import Rulebook
from expansion.study import Study
from expansion.wording import count

PHASE = "customer onboarding"
WORKED_A_YEAR = 200
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
    customers than support can take on; areas that began earlier come first. Where support is the limit, waves go on
    after the install task, and a finding says so. Locations are invited in proportion to orders.

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
        With ``W_SUPPORT_SHORT`` where support takes longer than the crews.

    Raises
    ------
    InfeasibleError
        ``E_SUPPORT`` where support would need more than twenty years for all customers.
    """
    room = support_room(rulebook)
    found = _installs(rulebook, work, tasks, days)
    _require_room(found, room)
    _deal(study, found, room)
    rows = [row for one in sorted(found, key=_place) for row in _area_waves(rulebook, one, room)]
    tickets: dict[int, float] = {}
    for one in found:
        for date, orders in zip(one.dates, one.done, strict=True):
            day = (date - days.first).days
            tickets[day] = tickets.get(day, 0.0) + orders * rulebook.engineering_value("support_tickets")
    daily = np.zeros(max(tickets, default=-1) + 1)
    for day, number in tickets.items():
        daily[day] = number
    return Onboarding(make_table(WAVES, rows), daily, tuple(_short(rulebook, found)))


def support_room(rulebook: Rulebook) -> float:
    """Count the new customers that support can take on in a day; no limit where one needs no tickets."""
    agents, tickets, closed = (
        rulebook.engineering_value(name) for name in ("support_agents", "support_tickets", "agent_tickets_day")
    )
    return agents * closed / tickets if tickets else math.inf


def _require_room(found: list[Installs], room: float) -> None:
    """Refuse support that cannot take the customers on within a lifetime of a plan."""
    orders = math.fsum(sorted(one.left for one in found))
    if orders > room * 20 * WORKED_A_YEAR:
        raise InfeasibleError(
            f"support can take on {room:g} new customers a day; the plan connects {orders:g}",
            code="E_SUPPORT",
            where=["network.engineering.support_agents"],
            hint="give it agents, or lower network.engineering.support_tickets",
        )


def _place(one: Installs) -> tuple[int, str, str]:
    return one.area.phase, one.area.area_id, one.task_id


def _installs(rulebook: Rulebook, work: list[AreaWork], tasks: pd.DataFrame, days: TaskDays) -> list[Installs]:
    """List the install tasks with their orders, those that begin first first."""
    onboarding = tasks[(tasks["wbs_phase"] == PHASE).to_numpy(dtype=bool)]
    presales = onboarding.groupby("area_id")["start"].min().to_dict()
    rows = onboarding[(onboarding["crew_kind"] == "install").to_numpy(dtype=bool)].sort_values(["start", "task_id"])
    by_area = {area.area_id: area for area in work}
    rate = rulebook.production_rate("install_day").per_day
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


def _deal(study: Study, found: list[Installs], room: float) -> None:
    """Deal the orders out day by day, within what crews can do and support can take on."""
    days = sorted({date for one in found for date in one.dates})
    waiting = {(date, number) for number, one in enumerate(found) for date in one.dates}
    date = days[0] if days else dt.date.max
    while any(one.left > _LEAST for one in found) or (days and date <= days[-1]):
        free = room
        for number, one in enumerate(found):
            is_extra = date > one.finish and one.left > _LEAST
            if (date, number) in waiting or (is_extra and is_worked(study, "install", date)):
                free -= _deal_day(one, date, free)
        date += dt.timedelta(days=1)


def _deal_day(one: Installs, date: dt.date, free: float) -> float:
    """Give an area the orders of a day, and note what limited them."""
    able, last = min(one.per_day, one.left), date == one.finish and free >= one.left
    orders = one.left if last else min(able, free)
    one.limits.append("support" if free < able and not last else "orders" if one.left <= one.per_day else "install")
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


def _short(rulebook: Rulebook, found: list[Installs]) -> list[Finding]:
    """Tell of areas whose customers wait for support although crews could connect them."""
    late = {one.area.area_id: (one.dates[-1] - one.finish).days for one in found if one.dates[-1] > one.finish}
    if not late:
        return []
    per_agent = rulebook.engineering_value("agent_tickets_day") / max(
        rulebook.engineering_value("support_tickets"), 1e-9
    )
    wanted = math.ceil(round(sum(sorted(one.per_day for one in found)) / per_agent, 6)) if per_agent else 0
    message = "support takes on new customers more slowly than crews could connect them"
    repair = f"raise network.engineering.support_agents; {wanted} agents are enough even if all areas install at once"
    words = "days later, the worst"
    return [find("W_SUPPORT_SHORT", "warning", message, late, amount=max(late.values()), unit=words, repair=repair)]

"""Demand and capacity of crews, equipment, goods and support, week by week."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.delivery.days import TaskDays
from expansion.delivery.risks import lead_time
from expansion.delivery.uses import Uses
from expansion.plan.bill import item_quantities, split_cents
from expansion.plan.specs_supply import RESOURCE_WEEKS
from expansion.rulebook import Rulebook
from expansion.rulebook.support import INSTALL, supported_crews
from expansion.study import Study

FloatArray = NDArray[np.float64]
Load = tuple[FloatArray, FloatArray, FloatArray]  # demand, capacity and peak per week


def resource_weeks(
    study: Study, rulebook: Rulebook, days: TaskDays, bom: pd.DataFrame, procurement: pd.DataFrame, support: FloatArray
) -> pd.DataFrame:
    """Hold what each resource is asked for against what there is of it, from its first to its last week of use.

    Parameters
    ----------
    study, rulebook
        Crews and calendar; equipment per crew, support agents.
    days
        Tasks with the days on which they are worked.
    bom, procurement
        Goods, spread over the tasks that use them, and the lots in which they come.
    support
        Tickets of new customers per day, from day 0 of `days` on.

    Returns
    -------
    DataFrame
        After `RESOURCE_WEEKS`, by kind, resource and week. Crew-days of a crew are the tasks' days of work times crews.
    """
    crews = _crew_loads(study, rulebook, days)
    parts = [_rows(days, kind, "crew", "crew-days", load) for kind, load in sorted(crews.items())]
    for row in sorted(rulebook.equipment, key=lambda row: row.equipment_id):
        if row.crew_kind in crews:
            demand, capacity, peak = (values * row.per_crew for values in crews[row.crew_kind])
            parts.append(_rows(days, row.equipment_id, "equipment", "days of a piece", (demand, capacity, peak)))
    units = dict(zip(bom["item"], bom["unit"], strict=True))
    for item, load in sorted(_goods_loads(rulebook, days, bom, procurement).items()):
        parts.append(_rows(days, item, "material", str(units[item]), load))
    offered = rulebook.engineering_value("support_agents") * rulebook.engineering_value("agent_tickets_day")
    if support.any():
        length = 7 * -(-len(support) // 7)
        open_days = _fitted(days.open_days[""], length)
        load = (_by_week(_fitted(support, length)), offered * _by_week(open_days), _peaks(_fitted(support, length)))
        parts.append(_rows(days, "support", "support", "tickets", load))
    parts = [part for part in parts if len(part["week"])]
    if not parts:
        return RESOURCE_WEEKS.empty()
    return RESOURCE_WEEKS.build({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _crew_loads(study: Study, rulebook: Rulebook, days: TaskDays) -> dict[str, Load]:
    """Crew-days asked for and on offer per kind and week, and the most crews on one day."""
    weeks = 7 * -(-len(days.open_days[""]) // 7)
    asked: dict[str, FloatArray] = {}
    for task in days.tasks.values():
        if task.crew_kind and task.crews:
            daily = asked.setdefault(task.crew_kind, np.zeros(weeks))
            daily[task.days] += task.share * task.crews
    rules = study.schedule.calling(INSTALL, supported_crews(rulebook))
    crews, dates = rules.all_crews(), [days.date(day) for day in range(weeks)]
    there = {kind: np.array([crews[kind].on(date) for date in dates], dtype=np.float64) for kind in asked}
    return {
        kind: (_by_week(daily), _by_week(_fitted(days.open_days[kind], weeks) * there[kind]), _peaks(daily))
        for kind, daily in asked.items()
    }


def _goods_loads(rulebook: Rulebook, days: TaskDays, bom: pd.DataFrame, procurement: pd.DataFrame) -> dict[str, Load]:
    """Use of goods per week, and what has been delivered by then and not been used before."""
    weeks = -(-len(days.open_days[""]) // 7)
    uses = Uses(rulebook, days)
    used: dict[str, NDArray[np.int64]] = {}
    goods = item_quantities(bom)
    bought = {item for item in set(goods["item"]) if lead_time(rulebook, str(item)) is not None}
    goods = goods[goods["item"].isin(bought).to_numpy()]
    for area, item, category, quantity in zip(
        goods["area_id"], goods["item"], goods["category"], goods["quantity"], strict=True
    ):
        if not quantity:
            continue
        tasks = uses.of_goods(str(area), str(item), str(category))
        spread = used.setdefault(str(item), np.zeros(weeks, dtype=np.int64))
        days_of = np.concatenate([task.days for task in tasks])
        weights = np.concatenate([np.full(len(task.days), max(task.crews, 1)) for task in tasks])
        daily = np.bincount(days_of // 7, weights=weights, minlength=weeks).astype(np.int64)
        touched = np.flatnonzero(daily)
        spread[touched] += split_cents(round(float(quantity) * 1000), daily[touched].tolist())
    loads: dict[str, Load] = {}
    for item, amounts in used.items():
        come = np.zeros(weeks, dtype=np.int64)
        mine = procurement[(procurement["item"] == item).to_numpy(dtype=bool)]
        for date, quantity in zip(mine["need_by"], mine["quantity"], strict=True):
            come[days.day(str(date)) // 7] += round(float(quantity) * 1000)
        stock = np.cumsum(come) - np.concatenate([[0], np.cumsum(amounts)[:-1]])
        loads[item] = (amounts / 1000, np.maximum(stock, 0) / 1000, np.zeros(weeks))
    return loads


def _fitted(values: NDArray[np.generic], length: int) -> FloatArray:
    """Numbers with zeros behind, up to a length."""
    found = np.zeros(length)
    found[: min(len(values), length)] = values[:length]
    return found


def _by_week(daily: FloatArray) -> FloatArray:
    return np.asarray(daily.reshape(-1, 7).sum(axis=1))


def _peaks(daily: FloatArray) -> FloatArray:
    return np.asarray(daily.reshape(-1, 7).max(axis=1))


def _rows(days: TaskDays, name: str, kind: str, unit: str, load: Load) -> dict[str, NDArray[np.generic]]:
    """Make the columns of one resource, from the first to the last week in which it is used."""
    demand, capacity, peak = (values.round(3) for values in load)
    busy = np.flatnonzero(demand)
    span = np.arange(busy[0], busy[-1] + 1) if len(busy) else np.arange(0)
    demand, capacity, peak = demand[span], capacity[span], peak[span]
    count = len(span)
    return {
        "week": np.array([days.date(7 * int(week)).isoformat() for week in span], dtype=object),
        "resource": np.full(count, name, dtype=object),
        "kind": np.full(count, kind, dtype=object),
        "unit": np.full(count, unit, dtype=object),
        "demand": demand,
        "capacity": capacity,
        "peak": peak,
        "is_peak": np.arange(count) == (int(demand.argmax()) if count else 0),
        "is_gap": (demand == 0) & (capacity > 0),
        "is_overload": demand > capacity + 1e-6,
    }

"""Say when program, phases and areas end and what they cost, from dates and costs that were drawn together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.delivery.forecast_curve import trace_forecast
from expansion.plan.plan import Areas, Cost, Portfolio, Schedule
from expansion.plan.uncertainty import (
    FORECAST_DRAWS,
    FORECASTS,
    PROGRAM,
    DrawnCosts,
    DrawnDates,
    Events,
    Forecast,
    rank_of,
)
from expansion.study import Study

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_LEVELS = (0.5, 0.8, 0.9)
ASKED = 0.8


@dataclass(frozen=True, slots=True)
class _Scope:
    """What is forecast: planned finish in days from the start, base cost, both per draw, and the areas in it."""

    scope: str
    name: str
    planned: int
    base: float
    finish: IntArray
    cost: FloatArray
    members: tuple[str, ...]


def forecast(
    study: Study,
    areas: Areas,
    portfolio: Portfolio,
    cost: Cost,
    schedule: Schedule,
    dates: DrawnDates,
    money: DrawnCosts,
    events: Events,
) -> Forecast:
    """Put dates and costs of the same draws side by side.

    Parameters
    ----------
    study
        Start.
    areas, portfolio
        Phase of each area.
    cost
        Base cost per area.
    schedule
        Planned dates.
    dates, money, events
        What was drawn.

    Returns
    -------
    Forecast
        Program first, then phases by number, then areas by id; all empty where nothing is scheduled.
    """
    if not len(schedule.tasks):
        return Forecast(_build([]), _draws_table(study, dates, money, events, 0))
    scopes = _scopes(study, areas, portfolio, cost, schedule, dates, money)
    rows = [_row(scope, study) for scope in scopes]
    curve = trace_forecast([(one.scope, one.name, one.members) for one in scopes], dates, money)
    return Forecast(_build(rows), _draws_table(study, dates, money, events, len(dates.program)), curve)


def _scopes(
    study: Study, areas: Areas, portfolio: Portfolio, cost: Cost, schedule: Schedule, dates: DrawnDates,
    money: DrawnCosts,
) -> list[_Scope]:  # fmt: skip
    """Program, phases, areas."""
    last = schedule.tasks.groupby("area_id")["finish"].max().to_dict()
    base = dict(zip(cost.per_area["area_id"].to_list(), cost.per_area["base"].to_list(), strict=True))
    finish = dict(zip(dates.area_ids, dates.areas, strict=True))
    spent = dict(zip(money.area_ids, money.areas, strict=True))
    none = np.zeros(len(dates.program))
    found = [
        _Scope(
            "area",
            name,
            _day(study, last[name]),
            float(base.get(name, 0.0)),
            finish[name],
            spent.get(name, none),
            (name,),
        )
        for name in dates.area_ids
    ]
    ids = areas.table["area_id"].to_list()
    phase = {name: int(number) for name, number in zip(ids, portfolio.phase, strict=True)}
    numbers = sorted({phase[one.name] for one in found})
    phases = [_joined("phase", str(n), [one for one in found if phase[one.name] == n]) for n in numbers]
    whole = _Scope(
        PROGRAM, PROGRAM, _day(study, schedule.finish), sum(one.base for one in found), dates.program, money.program,
        money.area_ids,
    )  # fmt: skip
    return [whole, *phases, *found]


def _joined(scope: str, name: str, parts: list[_Scope]) -> _Scope:
    """Several areas as one: it ends with the last of them and costs all of them."""
    finish = np.stack([one.finish for one in parts]).max(axis=0)
    spent = np.stack([one.cost for one in parts]).sum(axis=0)
    planned, base = max(one.planned for one in parts), sum(one.base for one in parts)
    return _Scope(scope, name, planned, base, finish, spent, tuple(one.name for one in parts))


def _day(study: Study, date: str) -> int:
    return (dt.date.fromisoformat(date) - study.study.start).days


def _date(study: Study, day: int) -> str:
    return (study.study.start + dt.timedelta(days=int(day))).isoformat()


def _row(one: _Scope, study: Study) -> dict[str, object]:
    """Make one row."""
    ends, count = np.sort(one.finish), len(one.finish)
    days = [_date(study, ends[rank_of(share, count)]) for share in _LEVELS]
    levels = np.round(np.quantile(one.cost, _LEVELS), 2).tolist()
    cost = np.round(one.cost, 2)
    together = (one.finish <= ends[rank_of(ASKED, count)]) & (cost <= levels[_LEVELS.index(ASKED)])
    joint = joint_pair(one.finish, cost, ASKED)
    return {
        "scope": one.scope, "id": one.name, "planned_finish": _date(study, one.planned),
        **dict(zip(("finish_p50", "finish_p80", "finish_p90"), days, strict=True)),
        "cost_base": round(one.base, 2),
        **dict(zip(("cost_p50", "cost_p80", "cost_p90"), levels, strict=True)),
        "finish_confidence": _share(one.finish <= one.planned), "cost_confidence": _share(cost <= round(one.base, 2)),
        "joint_confidence": _share(together),
        "joint_finish": _date(study, joint[0]), "joint_cost": joint[1],
    }  # fmt: skip


def _share(held: NDArray[np.bool_]) -> float:
    return round(float(held.mean()), 6)


def joint_pair(finish: IntArray, cost: FloatArray, share: float) -> tuple[int, float]:
    """Find a day and an amount that hold together in at least `share` of the draws, both equally likely by themselves.

    Of the pairs (k-th smallest finish, k-th smallest cost) it is the first that enough draws do not exceed.

    Examples
    --------
    >>> joint_pair(np.array([1, 2, 3, 4]), np.array([40.0, 30.0, 20.0, 10.0]), 0.5)
    (3, 30.0)
    """
    count = len(finish)
    # A draw lies within the k-th pair from the place on at which both its values have been reached.
    reached = np.maximum(
        np.searchsorted(np.sort(finish), finish, side="left"), np.searchsorted(np.sort(cost), cost, side="left")
    )
    place = int(np.sort(reached)[rank_of(share, count)])
    return int(np.sort(finish)[place]), float(np.sort(cost)[place])


def _build(rows: list[dict[str, object]]) -> pd.DataFrame:
    return FORECASTS.build(
        {column.name: pd.array([row[column.name] for row in rows], dtype=column.dtype) for column in FORECASTS.columns}
    )


def _draws_table(study: Study, dates: DrawnDates, money: DrawnCosts, events: Events, count: int) -> pd.DataFrame:
    """Make a row per draw."""
    spent = np.round(money.program, 2) if len(money.areas) else np.zeros(len(dates.program))
    happened = events.fired.sum(axis=0)
    return FORECAST_DRAWS.build(
        {
            "draw": np.arange(1, count + 1),
            "finish": pd.array([_date(study, day) for day in dates.program[:count].tolist()], dtype="str"),
            "cost": spent[:count],
            "risks": happened[:count].astype(np.int64),
        }
    )

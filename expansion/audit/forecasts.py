"""Check what areas cost with the risks that happen, and how surely date and money hold together."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from expansion.audit.dates_at_risk import date_of, drawn_ends, level
from expansion.audit.events import draw_events
from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.program import read_program
from expansion.audit.spent import Spent, draw_money
from expansion.audit.spent_by_month import check_spent

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
_SHARE = 2e-6
_LEVELS = (0.5, 0.8, 0.9)
_SWAPPED = 0.01  # share of the draws in which the rank step of the hypercube sample may differ on another machine

_NEAR = 0.02  # of their spread: how far draws lie apart whose ranks such a step swaps


def check_forecasts(saved: SavedPlan) -> Check:
    """Check forecasts of program, phases and areas, the draws behind them, and the order of the register."""
    ledger = Ledger("forecasts")
    table, program = saved.table("forecasts"), read_program(saved)
    if not program.ids:
        ledger.that(not len(table) and not len(saved.table("forecast_draws")), "a schedule of nothing is forecast")
        return ledger.close()
    ends, spent = drawn_ends(saved), draw_money(saved)
    total = spent.total
    _check_draws_table(ledger, saved, ends.program, total)
    _check_rows(ledger, saved, spent)
    _check_document(ledger, saved)
    check_spent(ledger, saved, ends.earned, spent.areas, len(ends.program))
    risks = saved.table("risks")
    most = float(np.quantile(total, 0.8))
    less = [most - float(np.quantile(total - own, 0.8)) for own in spent.risks]
    apart = np.abs(numbers(risks, "p80_cost") - less) > 0.011 + 2 * _SHARE * most
    ledger.none(apart, texts(risks, "risk_id"), "risks.p80_cost are not the draws'")
    _check_order(ledger, saved, level(ends.program, 0.8), most)
    return ledger.close()


def _check_order(ledger: Ledger, saved: SavedPlan, days: int, money: float) -> None:
    """Check that ranks run from 1 and follow what each risk does to P80, then expected cost."""
    risks = saved.table("risks")
    rank = integers(risks, "rank")
    if not ledger.that(sorted(rank) == list(range(1, len(rank) + 1)), "ranks do not run from 1"):
        return
    share = numbers(risks, "p80_days") / max(days, 1) + numbers(risks, "p80_cost") / max(money, 1.0)
    rows = np.argsort(rank)
    ledger.that(bool((np.diff(share[rows]) <= 1e-8).all()), "ranks do not follow what risks do to P80")
    same = np.abs(np.diff(share[rows])) < 1e-10
    exposure = np.diff(numbers(risks, "exposure_cost")[rows])
    ledger.that(bool((exposure[same] <= 0.006).all()), "ranks of equal effect do not follow exposure")


def _check_draws_table(ledger: Ledger, saved: SavedPlan, ends: IntArray, total: FloatArray) -> None:
    """Check every draw: finish, cost, how many risks happen."""
    table, program = saved.table("forecast_draws"), read_program(saved)
    ids = [str(name) for name in integers(table, "draw").tolist()]
    if not ledger.that(len(ids) == len(ends), "forecast_draws does not hold every draw once"):
        return
    ledger.equal(ids, [str(number + 1) for number in range(len(ends))], "forecast_draws.draw")
    dates = [date_of(program, int(day)) for day in ends]
    wrong = np.array([a != b for a, b in zip(texts(table, "finish"), dates, strict=True)])
    ledger.that(wrong.mean() <= _SWAPPED, "forecast_draws.finish is not that of the draws")
    apart = np.abs(numbers(table, "cost") - total) > 0.011 + _SHARE * total
    ledger.that(apart.mean() <= _SWAPPED, "forecast_draws.cost is not that of the draws")
    far = np.abs(numbers(table, "cost") - total) > 0.011 + _SHARE * total + _NEAR * float(np.ptp(total))
    ledger.none(far, ids, "forecast_draws.cost is far from that of the draw")
    ledger.none(integers(table, "risks") != draw_events(saved).sum(axis=0), ids, "forecast_draws.risks")


def _check_rows(ledger: Ledger, saved: SavedPlan, spent: Spent) -> None:
    """Check that program, every phase and every area with tasks stand once, and each figure of theirs."""
    table, program, ends = saved.table("forecasts"), read_program(saved), drawn_ends(saved)
    areas, tasks = saved.table("areas"), saved.table("tasks")
    ids = texts(areas, "area_id")
    phase = {name: int(p) for name, p, c in zip(ids, numbers(areas, "phase"), flags(areas, "chosen"), strict=True) if c}
    money = dict(zip(ids, numbers(areas, "cost_base"), strict=True))
    last: dict[str, str] = {}
    for name, day in zip(texts(tasks, "area_id"), texts(tasks, "finish"), strict=True):
        last[name] = max(last.get(name, ""), day)
    members = {("program", "program"): sorted(ends.areas)}
    members |= {
        ("phase", str(n)): [a for a in sorted(ends.areas) if phase[a] == n] for n in sorted(set(phase.values()))
    }
    members |= {("area", name): [name] for name in sorted(ends.areas)}
    told = list(zip(texts(table, "scope"), texts(table, "id"), strict=True))
    if not ledger.equal(told, [key for key, names in members.items() if names], "rows of forecasts"):
        return
    for row, key in enumerate(told):
        names = members[key]
        days = ends.program if key[0] == "program" else np.max([ends.areas[name] for name in names], axis=0)
        planned = saved.document["schedule"]["finish"] if key[0] == "program" else max(last[name] for name in names)
        cost = np.sum([spent.areas.get(name, np.zeros(len(days))) for name in names], axis=0)
        base = sum(round(float(money[name]), 2) for name in names)
        _check_row(ledger, table.iloc[row], f"forecasts {key[1]}", _figures(program, days, cost, planned, base))


def _figures(program: Any, days: IntArray, cost: FloatArray, planned: str, base: float) -> dict[str, Any]:
    """Say what a row should hold: text exactly, money and shares within tolerance."""
    limit = (dt.date.fromisoformat(planned) - program.first).days
    cost = np.round(cost, 2)
    found: dict[str, Any] = {"planned_finish": planned, "cost_base": base}
    for name, share in zip(("p50", "p80", "p90"), _LEVELS, strict=True):
        found |= {f"finish_{name}": date_of(program, level(days, share)), f"cost_{name}": np.quantile(cost, share)}
    asked = (days <= level(days, 0.8)) & (cost <= round(float(np.quantile(cost, 0.8)), 2))
    found |= {"finish_confidence": (days <= limit).mean(), "cost_confidence": (cost <= round(base, 2)).mean()}
    return found | {"joint_confidence": asked.mean(), **_joint(program, days, cost)}


def _joint(program: Any, days: IntArray, cost: FloatArray) -> dict[str, Any]:
    """First of the pairs (k-th finish, k-th cost) that 80 of 100 draws do not exceed, by trying each."""
    by_day, by_cost = np.sort(days), np.sort(cost)
    low, high = 0, len(days) - 1
    while low < high:
        middle = (low + high) // 2
        held = ((days <= by_day[middle]) & (cost <= by_cost[middle])).mean()
        low, high = (low, middle) if held >= 0.8 - 1e-9 else (middle + 1, high)
    return {"joint_finish": date_of(program, int(by_day[low])), "joint_cost": by_cost[low]}


def _check_row(ledger: Ledger, row: Any, place: str, wanted: dict[str, Any]) -> None:
    for name, value in wanted.items():
        if isinstance(value, str):
            ledger.equal(row[name], value, f"{place}: {name}")
        else:
            within = 0.0021 if name.endswith("confidence") else 0.011 + _SHARE * abs(float(value))
            ledger.equal(float(row[name]), float(value), f"{place}: {name}", within)


def _check_document(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that plan.json repeats the row of the program."""
    told, row = saved.document["forecast"], saved.table("forecasts").iloc[0]
    names = (
        "cost_base", "cost_p50", "cost_p80", "cost_p90", "finish_confidence", "cost_confidence", "joint_confidence",
        "joint_finish", "joint_cost",
    )  # fmt: skip
    for name in names:
        ledger.equal(told[name], row[name], f"forecast.{name}", 1e-9)
    ledger.equal(told["draws"], len(saved.table("forecast_draws")), "forecast.draws")
    ledger.equal(told["risks"], len(saved.table("risks")), "forecast.risks")
    for name in ("cost_p50", "cost_p80", "cost_p90"):
        ledger.equal(
            saved.document["cost"][name.removeprefix("cost_")], told[name], f"cost against forecast.{name}", 1e-9
        )
    schedule = saved.document["schedule"]
    ledger.equal(schedule["joint_confidence"], told["joint_confidence"], "schedule.joint_confidence")
    for name in ("finish_p50", "finish_p80", "finish_p90"):
        ledger.equal(schedule[name], row[name], f"schedule.{name} against forecasts")

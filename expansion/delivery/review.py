"""The plan's own figures, area by area and for the program, as papers tell them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from expansion.delivery.counting import AreaWork
from expansion.plan.business import Business
from expansion.plan.plan import Areas, Cost, Delivery, Network, Permits, Schedule
from expansion.plan.selection import Selection
from expansion.rulebook import Rulebook
from expansion.study import Study

Figures = dict[str, float | str]
_SUMS = ("route", "locations", "orders", "speed_tests")


@dataclass(frozen=True, slots=True)
class ByArea:
    """Rows of tables by area, found once: tasks and waves, quantity of checks, the area's own row and its money.

    `permits` is the register without its shapes; `risks` come by rank; `decided` are gates in their order; `answers` is
    the last day of each permit's tasks, `critical` holds those of which one is; `guessed` is money at planning values.
    `fiber_areas` have drops, `others` are connections by other technologies; `in_place` is the day on which each
    initiative is in place.
    """

    tasks: dict[str, pd.DataFrame]
    waves: dict[str, pd.DataFrame]
    checks: dict[str, int]
    areas: dict[str, dict[str, Any]]
    money: dict[str, dict[str, Any]]
    worth: dict[str, dict[str, Any]]
    gates: dict[tuple[str, str], str]
    permits: list[dict[str, Any]]
    risks: list[dict[str, Any]]
    forecasts: dict[str, dict[str, Any]]
    decided: dict[str, list[dict[str, Any]]]
    answers: dict[str, str]
    critical: frozenset[str]
    guessed: dict[str, float]
    fiber_areas: frozenset[str]
    others: list[dict[str, Any]]
    in_place: dict[str, str]


def rows_by_area(
    areas: Areas,
    network: Network,
    permits: Permits,
    cost: Cost,
    schedule: Schedule,
    business: Business,
    delivery: Delivery,
    risks: pd.DataFrame,
    forecasts: pd.DataFrame,
) -> ByArea:
    """Group the tables that papers tell of."""
    asked = schedule.tasks[schedule.tasks["permit_id"].notna().to_numpy()]
    general = cost.bom[(cost.bom["status"] == "GENERAL").to_numpy(dtype=bool)]
    gates, checks = delivery.gates, delivery.quality.groupby("area_id")["quantity"].sum()
    keys = zip(gates["area_id"].to_list(), gates["gate"].to_list(), strict=True)
    return ByArea(
        tasks={str(area): mine for area, mine in schedule.tasks.groupby("area_id")},
        waves={str(area): mine for area, mine in delivery.waves.groupby("area_id")},
        checks={str(area): int(number) for area, number in checks.items()},
        areas=_records(areas.table),
        money=_money(areas, cost),
        worth=_records(business.per_area),
        gates=dict(zip(keys, gates["date"].to_list(), strict=True)),
        permits=list(_plain(permits.table).to_dict("records")),
        risks=list(risks.sort_values("rank").to_dict("records")),
        forecasts={str(row["id"]): row for row in forecasts.to_dict("records") if row["scope"] == "area"},
        decided={str(area): mine.to_dict("records") for area, mine in gates.sort_values("gate").groupby("area_id")},
        answers={str(name): str(day) for name, day in asked.groupby("permit_id")["finish"].max().items()},
        critical=frozenset(asked.loc[asked["is_critical"].to_numpy(dtype=bool), "permit_id"]),
        guessed={str(area): float(money) for area, money in general.groupby("area_id")["cost"].sum().items()},
        fiber_areas=frozenset(network.drops["area_id"].dropna().to_list()),
        others=network.connections[["area_id", "technology", "down_mbps", "up_mbps"]].to_dict("records"),
        in_place=_in_place(schedule.tasks),
    )


def _in_place(tasks: pd.DataFrame) -> dict[str, str]:
    """Day of the milestone at which each initiative is in place."""
    ready = tasks[tasks["initiative_id"].notna().to_numpy() & (tasks["duration_days"] == 0).to_numpy(dtype=bool)]
    return dict(zip(ready["initiative_id"].to_list(), ready["finish"].to_list(), strict=True))


def _money(areas: Areas, cost: Cost) -> dict[str, dict[str, Any]]:
    """Money per area; nothing of each kind where nothing is billed."""
    nothing = {name: 0.0 for name in cost.per_area.columns if name != "area_id"}
    return {str(area): dict(nothing) for area in areas.table["area_id"]} | _records(cost.per_area)


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(table).drop(columns="geometry", errors="ignore")


def _records(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Rows by area as plain values."""
    return {str(row["area_id"]): row for row in _plain(table).to_dict("records")}


@dataclass(frozen=True, slots=True)
class Built:
    """All that papers tell of: what is built, when, at what cost and what it is worth."""

    study: Study
    rulebook: Rulebook
    areas: Areas
    network: Network
    permits: Permits
    cost: Cost
    schedule: Schedule
    business: Business
    risks: pd.DataFrame
    delivery: Delivery
    work: tuple[AreaWork, ...]
    reasons: dict[str, str]
    selection: Selection
    by_area: ByArea


def area_figures(built: Built, area: AreaWork) -> Figures:
    """Collect the figures of an area by target."""
    own = built.by_area
    money, homes = own.money[area.area_id], int(own.areas[area.area_id]["locations"])
    tickets = float(own.waves[area.area_id]["tickets"].sum()) if area.area_id in own.waves else 0.0
    found = _counts(own.checks.get(area.area_id, 0), tickets, [own.permits[row] for row in area.permits])
    found |= _expected([row for row in own.risks if row["area_id"] == area.area_id])
    found |= {
        "cost_base": round(float(money["base"]), 2),
        "cost_p80": round(float(money["p80"]), 2),
        "cost_per_location": round(float(money["base"]) / homes, 2),
        "finish": str(max(own.tasks[area.area_id]["finish"])),
        "route": round(area.counts["route_m"], 3),
        "locations": float(area.counts["locations"]),
        "orders": float(area.counts["orders"]),
        "speed_tests": float(area.counts["speed_tests"]),
        "take_rate": built.rulebook.engineering_value("take_rate"),
    }
    if "contingency" in money:
        found["contingency"] = round(float(money["contingency"]), 2)
    if area.counts["worst_loss_db"] > 0:
        found["worst_loss"] = area.counts["worst_loss_db"]
    if ready := own.gates.get((area.area_id, "G3")):
        found["ready"] = ready
    if area.area_id in own.worth:
        found["npv"] = round(float(own.worth[area.area_id]["npv"]), 2)
    return found


def _counts(checks: int, tickets: float, permits: list[dict[str, Any]]) -> Figures:
    """Tell checks, tickets and permits with their lead times."""
    leads = [int(permit["lead_time_calendar_days"]) for permit in permits]
    found: Figures = {"checks": float(checks), "tickets": round(tickets, 3), "permits": float(len(leads))}
    if leads:
        found |= {"permit_lead_mean": round(sum(leads) / len(leads), 3), "permit_lead_max": float(max(leads))}
    return found


def _expected(risks: list[dict[str, Any]]) -> Figures:
    """Tell how many of these risks are expected to happen."""
    return {"risks_happened": round(math.fsum(float(row["probability"]) for row in risks), 3)}


def program_figures(built: Built) -> Figures:
    """Collect the figures of the program by target."""
    cost, own = built.cost, built.by_area
    homes = sum(int(own.areas[area.area_id]["locations"]) for area in built.work)
    ready = [date for area in built.work if (date := own.gates.get((area.area_id, "G3")))]
    tickets = float(built.delivery.waves["tickets"].sum())
    found = _counts(sum(own.checks.values()), tickets, own.permits) | _expected(own.risks)
    found |= {
        "cost_base": round(cost.base, 2),
        "cost_p80": round(cost.p80, 2),
        "cost_per_location": round(cost.base / homes, 2) if homes else 0.0,
        "contingency": round(cost.contingency, 2),
        "finish": built.schedule.finish,
        "take_rate": built.rulebook.engineering_value("take_rate"),
    }
    if built.business.whole is not None:
        found["npv"] = round(float(built.business.whole.worth.npv), 2)
    names = zip(_SUMS, ("route_m", "locations", "orders", "speed_tests"), strict=True)
    found |= {name: round(sum(area.counts[key] for area in built.work), 3) for name, key in names}
    if built.network.worst_loss_db > 0:
        found["worst_loss"] = round(built.network.worst_loss_db, 3)
    return found | ({"ready": max(ready)} if ready else {})

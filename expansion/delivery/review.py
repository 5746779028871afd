"""What the review after the build holds against what came true: the plan's own figures, area by area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from expansion.delivery.counting import AreaWork
from expansion.delivery.governance import governance_rule
from expansion.delivery.tables import make_table
from expansion.plan.business import Business
from expansion.plan.plan import Areas, Cost, Delivery, Network, Permits, Schedule
from expansion.plan.selection import Selection
from expansion.plan.specs_governance import REVIEW_TARGETS
from expansion.rulebook import Rulebook
from expansion.rulebook.delivery_rows import ReviewTarget
from expansion.study import Study

Figures = dict[str, float | str]
_SUMS = ("route", "locations", "orders")


@dataclass(frozen=True, slots=True)
class ByArea:
    """Rows of tables by area, found once: tasks and waves, quantity of checks, the area's own row and its money.

    `permits` is the register without its shapes; `risks` come by rank; `decided` are gates in their order; `answers` is
    the last day of each permit's tasks, `critical` holds those of which one is; `guessed` is money at planning values.
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


def rows_by_area(
    areas: Areas,
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
    )


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


def set_targets(built: Built) -> pd.DataFrame:
    """Write down the targets of the review, per area and for the program; what came true is left empty.

    Parameters
    ----------
    built
        The plan's results; tolerances of cost and dates are those of the study's governance.

    Returns
    -------
    DataFrame
        After `REVIEW_TARGETS`. A figure that an area has not (no permit, no business case) has no row.
    """
    rows: list[tuple[object, ...]] = []
    for area_id, figures in (
        *((area.area_id, area_figures(built, area)) for area in built.work),
        (None, _program(built)),
    ):
        for target in built.rulebook.review_targets:
            wanted = target.scope in ("both", "area" if area_id else "program")
            if wanted and target.target_id in figures:
                day = built.by_area.gates.get((area_id or "", "G4")) or built.schedule.finish
                rows.append(_row(built, target, area_id, figures[target.target_id], day))
    return make_table(REVIEW_TARGETS, rows)


def _row(built: Built, target: ReviewTarget, area_id: str | None, value: float | str, due: str) -> tuple[object, ...]:
    is_date = isinstance(value, str)
    unit = built.study.study.currency if target.unit == "money" else target.unit
    return (
        f"{target.target_id}-{area_id or 'program'}", target.target_id, area_id, target.name,
        None if is_date else value, value if is_date else None, unit, _tolerance(built, target, value), target.better,
        due, target.owner_role, None, None, None, target.source, target.status,
    )  # fmt: skip


def _tolerance(built: Built, target: ReviewTarget, value: float | str) -> float | None:
    """How far off a figure may be: by the governance for cost and dates, by its own share, or not said."""
    if target.tolerance == "none":
        return None
    if isinstance(value, str):
        return governance_rule(built.study, built.rulebook, "date_tolerance").value
    if target.tolerance == "share":
        return round(abs(value) * target.value, 6)
    share = governance_rule(built.study, built.rulebook, "cost_tolerance").value or 0.0
    return round(abs(value) * share, 2)


def area_figures(built: Built, area: AreaWork) -> Figures:
    """Collect the figures of an area by target."""
    own = built.by_area
    money, homes = own.money[area.area_id], int(own.areas[area.area_id]["locations"])
    tickets = float(own.waves[area.area_id]["tickets"].sum()) if area.area_id in own.waves else 0.0
    found = _counts(own.checks.get(area.area_id, 0), tickets, [own.permits[row] for row in area.permits])
    found |= {
        "cost_base": round(float(money["base"]), 2),
        "cost_p80": round(float(money["p80"]), 2),
        "cost_per_location": round(float(money["base"]) / homes, 2),
        "finish": str(max(own.tasks[area.area_id]["finish"])),
        "route": round(area.counts["route_m"], 3),
        "locations": float(area.counts["locations"]),
        "orders": float(area.counts["orders"]),
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


def _program(built: Built) -> Figures:
    """Collect the figures of the program by target."""
    cost, own = built.cost, built.by_area
    homes = sum(int(own.areas[area.area_id]["locations"]) for area in built.work)
    ready = [date for area in built.work if (date := own.gates.get((area.area_id, "G3")))]
    tickets = float(built.delivery.waves["tickets"].sum())
    found = _counts(sum(own.checks.values()), tickets, own.permits) | {
        "cost_base": round(cost.base, 2),
        "cost_p80": round(cost.p80, 2),
        "cost_per_location": round(cost.base / homes, 2) if homes else 0.0,
        "contingency": round(cost.contingency, 2),
        "finish": built.schedule.finish,
        "take_rate": built.rulebook.engineering_value("take_rate"),
    }
    names = zip(_SUMS, ("route_m", "locations", "orders"), strict=True)
    found |= {name: round(sum(area.counts[key] for area in built.work), 3) for name, key in names}
    if built.network.worst_loss_db > 0:
        found["worst_loss"] = round(built.network.worst_loss_db, 3)
    return found | ({"ready": max(ready)} if ready else {})

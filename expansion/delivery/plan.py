"""The stage: everything beside the schedule that a project office asks for, drawn from the plan itself."""

from __future__ import annotations

import logging

import pandas as pd

from expansion.delivery.cash import s_curve
from expansion.delivery.communications import Occasions, plan_communications
from expansion.delivery.counting import AreaWork, count_sections, count_work
from expansion.delivery.days import TaskDays, task_days
from expansion.delivery.gates import plan_gates
from expansion.delivery.governance import assign_roles, govern, list_artifacts, strange_roles
from expansion.delivery.hold_points import Waiting, loose_holds
from expansion.delivery.payments import Payments
from expansion.delivery.pmo_types import compare_types
from expansion.delivery.procurement import late_orders, plan_procurement, single_sources
from expansion.delivery.quality import Places, plan_quality
from expansion.delivery.stakeholders import plan_stakeholders
from expansion.delivery.tables import make_table
from expansion.delivery.waves import plan_waves
from expansion.delivery.weeks import resource_weeks
from expansion.plan.findings import Finding, find
from expansion.plan.plan import Areas, Cost, Delivery, Network, Permits, Portfolio, Schedule
from expansion.plan.specs_delivery import GATES, PROCUREMENT, QUALITY, STAKEHOLDERS, WAVES
from expansion.plan.specs_governance import COMMUNICATIONS, GATE_ARTIFACTS, GOVERNANCE, PMO_TYPES, RACI
from expansion.plan.specs_supply import RESOURCE_WEEKS, S_CURVE
from expansion.plan.uncertainty import Forecast, ForecastCurve
from expansion.rulebook import Rulebook
from expansion.study import Study

logger = logging.getLogger(__name__)


def plan_delivery(
    study: Study,
    rulebook: Rulebook,
    areas: Areas,
    portfolio: Portfolio,
    network: Network,
    permits: Permits,
    cost: Cost,
    schedule: Schedule,
    risks: pd.DataFrame,
    told: Forecast | None = None,
) -> Delivery:
    """Plan quality, procurement, stakeholders, onboarding waves and gates of the chosen areas.

    Parameters
    ----------
    study, rulebook
        Calendar, crews, kind of PMO; checks, lead times, roles, gates.
    areas, portfolio, network, permits, cost
        The chosen areas, what is built there, its permits and its bill of materials.
    schedule
        Tasks with dates.
    risks
        The register, as `rank_risks` orders it.
    told
        What is spent by month over the draws; without it the S-curve has no percentiles.

    Returns
    -------
    Delivery
        Tables in canonical order; all empty where nothing is chosen.
    """
    work = count_work(rulebook, areas, portfolio, network, permits, cost)
    if not work:
        return _nothing(risks)
    tasks = schedule.tasks
    days = task_days(study, rulebook, tasks)
    procurement = plan_procurement(study, rulebook, work, cost.bom, days)
    onboarding = plan_waves(study, rulebook, work, tasks, days)
    waves = onboarding.waves
    gates = plan_gates(study, rulebook, work, tasks)
    artifacts, homeless = list_artifacts(study, rulebook)
    quality, loose = _inspect(study, rulebook, work, network, schedule, days, gates)
    findings = (
        *late_orders(procurement, study), *single_sources(rulebook, procurement), *_late_waves(waves, work),
        *onboarding.findings, *homeless, *strange_roles(rulebook), *loose,
    )  # fmt: skip
    phase_of = {area.area_id: area.phase for area in work}
    payments = Payments(rulebook, days, phase_of, procurement, gates, permits.table, study.study.start)
    homes = {area.area_id: int(area.counts["locations"]) for area in work}
    steps = portfolio.selection.milestones
    occasions = Occasions(study, rulebook, tasks, gates, waves, permits.table, homes, procurement, steps)
    tables = {
        GOVERNANCE.name: govern(study, rulebook),
        GATE_ARTIFACTS.name: artifacts,
        PMO_TYPES.name: compare_types(study, rulebook, quality, gates, max(tasks["finish"])),
        RACI.name: assign_roles(rulebook, days, tasks, artifacts),
        COMMUNICATIONS.name: plan_communications(occasions),
        RESOURCE_WEEKS.name: resource_weeks(study, rulebook, days, cost.bom, procurement, onboarding.tickets),
        S_CURVE.name: s_curve(days, tasks, cost, payments, phase_of, told.curve if told else ForecastCurve()),
    }
    logger.info(
        "delivery of %d areas: %d lots, %d waves, %d findings", len(work), len(procurement), len(waves), len(findings)
    )
    return Delivery(
        risks=risks,
        quality=quality,
        procurement=procurement,
        stakeholders=plan_stakeholders(rulebook, permits.table, tasks),
        waves=waves,
        gates=gates,
        findings=findings,
        tables=tables,
    )


def _inspect(
    study: Study, rulebook: Rulebook, work: list[AreaWork], network: Network, schedule: Schedule, days: TaskDays,
    gates: pd.DataFrame,
) -> tuple[pd.DataFrame, list[Finding]]:  # fmt: skip
    """Plan the inspections, and tell of hold points that hold nothing."""
    waiting = Waiting(gates, schedule.links)
    named = schedule.tasks[schedule.tasks["section_id"].notna().to_numpy()]
    section_of = dict(zip(named["task_id"].to_list(), named["section_id"].to_list(), strict=True))
    sections = count_sections(rulebook, network, schedule.sections)
    quality = plan_quality(study, rulebook, work, network, Places(days, sections, section_of, waiting))
    return quality, loose_holds(quality, waiting)


def _nothing(risks: pd.DataFrame) -> Delivery:
    """Make the delivery plan of nothing."""
    quality, procurement, stakeholders, waves, gates = (
        make_table(spec, []) for spec in (QUALITY, PROCUREMENT, STAKEHOLDERS, WAVES, GATES)
    )
    tables = {spec.name: make_table(spec, []) for spec in _FURTHER}
    return Delivery(risks, quality, procurement, stakeholders, waves, gates, (), tables)


_FURTHER = (GOVERNANCE, GATE_ARTIFACTS, PMO_TYPES, RACI, COMMUNICATIONS, RESOURCE_WEEKS, S_CURVE)


def _late_waves(waves: pd.DataFrame, work: list[AreaWork]) -> list[Finding]:
    """Tell of areas whose last install falls more than a year after the year in which they are paid for."""
    ends = waves.groupby("area_id")["finish"].max().to_dict()
    late = [area.area_id for area in work if str(ends.get(area.area_id, ""))[:4] > str(area.year + 1)]
    if not late:
        return []
    message = "customers are connected more than a year after the year in which their area is paid for"
    return [find("W_WAVE_LATE", "warning", message, late, repair="add install crews, or move areas apart")]

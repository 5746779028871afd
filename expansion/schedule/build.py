"""The stage: from chosen areas to a leveled schedule with floats, costs, crews and its bound."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan.findings import Finding, find
from expansion.plan.graph import RoadGraph
from expansion.plan.plan import Areas, Cost, Network, Permits, Portfolio, Schedule
from expansion.plan.specs_schedule import RESOURCES, TASK_LINKS, TASKS
from expansion.plan.specs_schedule_checks import SCHEDULE_CHECKS
from expansion.rulebook import Rulebook
from expansion.schedule.agencies import limited_agencies, open_desks, unknown_agencies
from expansion.schedule.applications import Applications, make_applications
from expansion.schedule.calendars import crew_room, enough_days, make_calendars
from expansion.schedule.chosen import ChosenArea, chosen_areas, part_chosen
from expansion.schedule.crews import assign_crews, crew_links
from expansion.schedule.initiatives import (
    Undertaking,
    initiative_tasks,
    late_initiatives,
    link_initiatives,
    read_undertakings,
    refuse_circles,
)
from expansion.schedule.late import free_float, total_float
from expansion.schedule.leveling import EFFORTS, Goal, Leveled, level
from expansion.schedule.links import link_program
from expansion.schedule.placing import Placement
from expansion.schedule.resources import resources_table
from expansion.schedule.seasons import keep_seasons, out_of_season
from expansion.schedule.section_table import no_sections, sections_table
from expansion.schedule.selfaudit import check_schedule
from expansion.schedule.spending import spend_on_tasks
from expansion.schedule.stretches import part_deliveries
from expansion.schedule.support import refuse_no_support, within_support
from expansion.schedule.tasks import Draft, Task, draft_tasks
from expansion.schedule.travel import add_travel
from expansion.schedule.waits import find_waits
from expansion.schedule.workgraph import KINDS, WorkGraph, by_kind, make_graph, with_links
from expansion.study import Study
from expansion.wording import count

IntArray = NDArray[np.int64]

logger = logging.getLogger(__name__)


def schedule_build(
    study: Study,
    rulebook: Rulebook,
    areas: Areas,
    portfolio: Portfolio,
    network: Network,
    permits: Permits,
    cost: Cost,
    roads: RoadGraph | None = None,
) -> Schedule:
    """Schedule the chosen areas: work packages, links, crews, dates, floats, and a bound on the finish.

    Parameters
    ----------
    study
        Start, crews, calendar, seed.
    rulebook
        Work packages, production rates, lead times, what each permit rule blocks.
    areas, portfolio
        Areas by row, and year and phase of each; -1 is not chosen.
    network, permits, cost
        The design of the chosen areas, its permits and its bill of materials.
    roads
        Roads along which crews travel; without them only a depot of the study counts, by straight lines.

    Returns
    -------
    Schedule
        Tables in canonical order; ``makespan_days`` counts from the study's start to the program's finish milestone.
        Nothing chosen gives empty tables, dates "" and status ``empty``.

    Raises
    ------
    InfeasibleError
        ``E_CREW`` where a crew kind is needed and there is none; ``E_CALENDAR`` where a crew kind never works;
        ``E_SUPPORT`` where the support desk would need decades.
    """
    study, rulebook = within_support(study, rulebook)
    granted = permits.table.sort_values("permit_id", ignore_index=True)
    whole = chosen_areas(rulebook, areas, portfolio, network, granted, cost.bom)
    if not whole:
        return no_schedule(network)
    refuse_no_support(rulebook, whole)
    whole = add_travel(study, rulebook, areas, network, whole, roads)
    extra = read_undertakings(study, portfolio)
    draft, _ = _draft(study, rulebook, whole, extra, network, granted, cost)
    waits = find_waits(work_graph(study, draft.tasks, draft.links), draft.tasks, granted["permit_id"].to_list())
    limits = limited_agencies(study, granted)
    chosen = part_chosen(rulebook, whole, network, granted, waits)
    draft, made = _draft(study, rulebook, chosen, extra, network, granted, cost)
    draft.tasks = keep_seasons(study, draft, granted)
    graph = work_graph(study, draft.tasks, draft.links, limits)
    work = EFFORTS[study.schedule.effort]
    leveled = level(graph, goal_of(draft.tasks, chosen), areas_of_tasks(draft.tasks, chosen), work, study.study.seed)
    costs = spend_on_tasks(draft.tasks, cost.bom, granted)
    tasks = _tasks_table(draft.tasks, graph, leveled.placed, costs)
    found = (*_late_areas(tasks, chosen), *_critical_permits(tasks))
    resources = resources_table(study, graph, leveled.placed, draft.tasks, limits)
    schedule = _schedule(draft, graph, leveled, tasks, resources, found)
    sections = sections_table(chosen, made, network.spans, granted["permit_id"].to_list(), tasks)
    late = late_initiatives(extra, chosen, tasks, schedule.links)
    findings = (*found, *out_of_season(tasks, schedule.links, granted), *late, *unknown_agencies(study, granted))
    checks = check_schedule(study, rulebook, schedule)
    return replace(schedule, sections=sections, findings=findings, checks=checks)


def _draft(
    study: Study,
    rulebook: Rulebook,
    chosen: list[ChosenArea],
    extra: list[Undertaking],
    network: Network,
    permits: pd.DataFrame,
    cost: Cost,
) -> tuple[Draft, Applications]:
    """Write the tasks and links of areas that are parted, and of initiatives."""
    made = make_applications(rulebook, chosen, permits, study.study.start)
    draft = draft_tasks(study, rulebook, chosen, made, permits, cost.bom, initiative_tasks(study, extra))
    link_initiatives(draft, extra, chosen)
    link_program(draft, made, chosen, network, permits)
    part_deliveries(draft, rulebook)
    refuse_circles(draft, extra)
    return draft, made


def work_graph(
    study: Study, tasks: list[Task], links: dict[tuple[str, str, str], int], limits: dict[str, int] | None = None
) -> WorkGraph:
    """Turn tasks and links into arrays over a horizon that surely holds them; `limits` are those of agencies."""
    start = study.study.start
    row = {task.task_id: number for number, task in enumerate(tasks)}
    table = [(row[a], row[b], KINDS.index(kind), lag) for (a, b, kind), lag in links.items()]
    work: dict[str, int] = {}
    for task in tasks:
        work[task.calendar] = work.get(task.calendar, 0) + max(task.duration, 1)
    earliest = np.array([max((task.not_before - start).days, 0) for task in tasks], dtype=np.int64)
    horizon = enough_days(study, work, int(earliest.max(initial=0)) + sum(links.values()))
    calendars = make_calendars(study, horizon, work)
    calendar = np.array([calendars.place(task.calendar) for task in tasks], dtype=np.int64)
    kind = np.array([calendars.place(task.crew_kind or task.calendar) for task in tasks], dtype=np.int64)
    crews = np.array([task.crew_count if task.crew_kind else 0 for task in tasks], dtype=np.int64)
    desks = open_desks(tasks, limits or {}, calendars)
    return make_graph(
        calendars,
        np.array([task.duration for task in tasks], dtype=np.int64),
        calendar,
        np.hstack([by_kind(kind, crews, calendars), desks.demand]),
        earliest,
        np.vstack([crew_room(study, calendars), desks.room]),
        np.array(sorted(table), dtype=np.int64),
        np.append(np.arange(len(calendars.names), dtype=np.int64), desks.base),
    )


def goal_of(tasks: list[Task], chosen: list[ChosenArea]) -> Goal:
    """Days until the program ends plus the mean days until a location is served, times all locations."""
    last = {task.area_id: n for n, task in enumerate(tasks) if task.wbs_phase == "customer onboarding"}
    weight = np.zeros(len(tasks), dtype=np.int64)
    for area in chosen:
        if area.area_id in last:
            weight[last[area.area_id]] = max(int(area.quantities["locations"]), 1)
    return Goal(weight, max(int(weight.sum()), 1))


def areas_of_tasks(tasks: list[Task], chosen: list[ChosenArea]) -> IntArray:
    """Place of each task's area among the chosen, -1 for tasks of the program."""
    number = {area.area_id: place for place, area in enumerate(chosen)}
    return np.array([number.get(task.area_id, -1) for task in tasks], dtype=np.int64)


def _tasks_table(tasks: list[Task], graph: WorkGraph, placed: Placement, costs: list[float]) -> pd.DataFrame:
    """Make the table of tasks with dates and floats."""
    crews = assign_crews(graph, placed)
    tied = with_links(graph, crew_links(graph, placed, crews))
    total, free = total_float(tied, placed), free_float(tied, placed)
    last = np.where(graph.duration > 0, placed.finish - 1, placed.finish)
    date = graph.calendars.date
    return TASKS.build(
        {
            "task_id": [task.task_id for task in tasks],
            "wbs": [task.wbs for task in tasks],
            "area_id": [task.area_id or None for task in tasks],
            "wbs_phase": [task.wbs_phase for task in tasks],
            "name": [task.name for task in tasks],
            "start": [date(day) for day in placed.start.tolist()],
            "finish": [date(day) for day in last.tolist()],
            "duration_days": graph.duration,
            "calendar": [task.calendar for task in tasks],
            "not_before": [task.not_before.isoformat() for task in tasks],
            "total_float_days": total,
            "free_float_days": free,
            "is_critical": total == 0,
            "criticality": (total == 0).astype(np.float64),
            "crew_kind": [task.crew_kind or None for task in tasks],
            "crew_count": [task.crew_count for task in tasks],
            "crews": [",".join(map(str, numbers)) or None for numbers in crews],
            "cost": np.array(costs, dtype=np.float64),
            "permit_id": [task.permit_id or None for task in tasks],
            "agency": [task.agency or None for task in tasks],
            "role": [task.role for task in tasks],
            "gate": [task.gate or None for task in tasks],
            "section_id": [task.section_id or None for task in tasks],
            "initiative_id": [task.initiative_id or None for task in tasks],
        }
    )


def _schedule(
    draft: Draft,
    graph: WorkGraph,
    leveled: Leveled,
    tasks: pd.DataFrame,
    resources: pd.DataFrame,
    findings: tuple[Finding, ...],
) -> Schedule:
    """Put the result together."""
    links = sorted((a, b, kind, lag) for (a, b, kind), lag in draft.links.items())
    columns = list(zip(*links, strict=True))
    names = ("predecessor_id", "successor_id", "kind", "lag_days")
    makespan, bound = leveled.makespan, leveled.lower_bound
    gap = (makespan - bound) / makespan if makespan else 0.0
    finish = graph.calendars.date(makespan)
    logger.info("scheduled %d tasks, %d links: %d days, gap %.4f", len(tasks), len(links), makespan, gap)
    return Schedule(
        tasks=tasks,
        links=TASK_LINKS.build({name: list(values) for name, values in zip(names, columns, strict=True)}),
        resources=resources,
        start=str(tasks["start"].iloc[0]),
        finish=finish,
        finish_p50=finish,
        finish_p80=finish,
        finish_p90=finish,
        makespan_days=makespan,
        lower_bound_days=bound,
        gap=gap,
        status="optimal" if makespan == bound else "feasible",
        findings=findings,
    )


def _late_areas(tasks: pd.DataFrame, chosen: list[ChosenArea]) -> list[Finding]:
    """Areas whose build does not end in their year."""
    finishes = tasks[(tasks["wbs_phase"] == "quality control").to_numpy()].groupby("area_id")["finish"].max()
    late = {}
    for area in chosen:
        finish = dt.date.fromisoformat(finishes[area.area_id]) if area.area_id in finishes.index else dt.date.min
        if finish.year > area.year:
            late[area.area_id] = (finish - dt.date(area.year, 12, 31)).days
    if not late:
        return []
    message = "areas are accepted after the year in which they are paid for"
    repair = "add crews of the busiest kind, apply for the long permits earlier, or move the area to a later year"
    worst = max(late.values())
    return [find("W_PHASE_LATE", "warning", message, late, amount=worst, unit="days, the latest area", repair=repair)]


def _critical_permits(tasks: pd.DataFrame) -> list[Finding]:
    """Permits without float."""
    critical = tasks[
        tasks["is_critical"].to_numpy() & (tasks["permit_id"].notna() & (tasks["duration_days"] > 0)).to_numpy()
    ]
    found = critical["permit_id"].to_list()
    if not found:
        return []
    longest = critical.sort_values(["duration_days", "permit_id"], ascending=[False, True]).iloc[0]
    message = (
        "permits lie on the critical path: each day of delay moves the program's finish; the longest is "
        f"{longest['name']}, {count(int(longest['duration_days']), 'day')} at {longest['agency']}"
    )
    return [find("W_PERMIT_CRITICAL", "info", message, found, repair="apply first, or route around what asks for it")]


def no_schedule(network: Network) -> Schedule:
    """Make the schedule of nothing."""
    tasks, links, resources, checks = [
        spec.build({column.name: pd.array([], dtype=column.dtype) for column in spec.columns})
        for spec in (TASKS, TASK_LINKS, RESOURCES, SCHEDULE_CHECKS)
    ]
    sections = no_sections(network.spans)
    return Schedule(tasks, links, resources, "", "", "", "", "", 0, 0, 0.0, "empty", (), sections, checks)

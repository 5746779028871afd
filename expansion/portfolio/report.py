"""Say what was chosen, why, and how far from the bound it is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from expansion.plan.findings import Finding, find, ordered
from expansion.plan.graph import IntArray
from expansion.plan.plan import Portfolio
from expansion.plan.selection import INITIATIVES, ChosenInitiative, Selection
from expansion.portfolio.conflicts import bars_every_area
from expansion.portfolio.initiatives import Programs
from expansion.portfolio.money import UNLIMITED
from expansion.portfolio.posing import Posed
from expansion.portfolio.problem import Problem
from expansion.portfolio.program import GAP
from expansion.portfolio.reasons import explain
from expansion.study import Study


def report(posed: Posed, when: IntArray, bound: float, study: Study) -> Portfolio:
    """Report a choice.

    Parameters
    ----------
    posed
        What was chosen from, and what there is to say about it.
    when
        Index of the year per item, -1 for never.
    bound
        No choice is worth more.
    study
        Currency, and ids that are never chosen.
    """
    problem = posed.problem
    value = problem.value(when)
    bound = max(bound, value)
    gap = round((bound - value) / bound, 6) if bound > 0 else 0.0
    total, areas = problem.limits.total, when[: problem.areas]
    reasons = explain(problem, when, frozenset(study.portfolio.never), study.study.currency)
    return Portfolio(
        year=np.array([problem.limits.years[t] if t >= 0 else -1 for t in areas.tolist()], dtype=np.int64),
        phase=_phases(areas),
        benefit=problem.benefit[: problem.areas],
        reason=reasons[: problem.areas],
        total_budget=None if total >= UNLIMITED else total / 100,
        value=round(value, 6),
        upper_bound=round(bound, 6),
        gap=gap,
        status="empty" if not (when >= 0).any() else "optimal" if gap <= GAP else "feasible",
        findings=ordered(tuple(dict.fromkeys([*posed.notes, *_nothing(problem, when, study)]))),
        selection=Selection(
            initiatives=_initiatives(problem, posed.programs, when, reasons[problem.areas :]),
            benefits=posed.worth.table,
            carried_out=_carried_out(problem, posed.programs, when),
            years=problem.limits.years,
        ),
    )


def _phases(when: IntArray) -> IntArray:
    """Give each area the running number of its year of build, from 1; -1 where it is not chosen."""
    used = sorted(set(when[when >= 0].tolist()))
    rank = {year: phase for phase, year in enumerate(used, start=1)}
    return np.array([rank.get(year, -1) for year in when.tolist()], dtype=np.int64)


def _nothing(problem: Problem, when: IntArray, study: Study) -> list[Finding]:
    """Say why nothing was chosen: which limits leave room for no area, and what the cheapest one takes."""
    if not len(when) or (when >= 0).any():
        return []
    allowed, repair = np.nonzero(problem.rules.allowed[: problem.areas])[0], "raise the budgets or relax the rules"
    words = "no area with a location to connect is allowed by the rules"
    if not problem.years:
        words = "no year is left in which anything could be built"
    elif problem.benefit[allowed].any():
        bars = bars_every_area(problem, study)
        words = f"no area can be built beside {'; '.join(bars)}" if bars else "no area is worth what it takes"
        words += _cheapest(problem, allowed, study.study.currency) if any("budget" in bar for bar in bars) else ""
        if any("milestone" in bar for bar in bars):
            repair = "move the day of the milestone: an area counts from the end of the year in which it is built"
    return [find("W_NOTHING_CHOSEN", "warning", words, repair=repair)]


def _cheapest(problem: Problem, allowed: IntArray, currency: str) -> str:
    """Name the area that takes least, with all that it needs."""
    takes = {int(area): problem.costs.together(problem.rules.needs(int(area))) for area in allowed}
    least = min(takes, key=lambda area: (takes[area], problem.rules.names[area]))
    return f"; the cheapest, {problem.rules.names[least]}, takes {takes[least] / 100:,.2f} {currency}"


def _initiatives(problem: Problem, programs: Programs, when: IntArray, reasons: tuple[str, ...]) -> pd.DataFrame:
    """List all initiatives and what became of them."""
    rows, start = programs.rows, when[problem.areas :].tolist()
    run = [min(k, problem.years - t) if t >= 0 else k for t, k in zip(start, programs.runs.tolist(), strict=True)]
    columns: dict[str, object] = {
        "initiative_id": [row.id for row in rows], "name": [row.name or row.id for row in rows],
        "kind": [row.kind for row in rows], "chosen": [t >= 0 for t in start],
        "start_year": [problem.limits.years[t] if t >= 0 else None for t in start], "years": run,
        "cost_per_year": programs.yearly / 100,
        "cost": [cents * k / 100 if t >= 0 else 0.0
                 for cents, k, t in zip(programs.yearly.tolist(), run, start, strict=True)],
        "benefit": [row.benefit for row in rows], "duration_days": [row.duration_days for row in rows],
        "roles": [", ".join(f"{role} {days:g}" for role, days in sorted(row.staff.items())) or None for row in rows],
        "before": [", ".join(row.before) or None for row in rows],
        "after": [", ".join(row.after) or None for row in rows],
        "must": [row.must for row in rows], "reason": list(reasons),
    }  # fmt: skip
    return INITIATIVES.build(columns)


def _carried_out(problem: Problem, programs: Programs, when: IntArray) -> tuple[ChosenInitiative, ...]:
    """Describe the initiatives that are carried out, by start year and id."""
    found = []
    for row, asked in enumerate(programs.rows):
        item = problem.areas + row
        if when[item] < 0:
            continue
        start = int(when[item])
        found.append(
            ChosenInitiative(
                initiative_id=asked.id, name=asked.name or asked.id, kind=asked.kind,
                start_year=problem.limits.years[start],
                years=min(int(programs.runs[row]), problem.years - start), duration_days=asked.duration_days,
                roles=tuple(sorted((role, float(days)) for role, days in asked.staff.items())),
                holds=_names(problem, when, _held(problem, when, item)),
                after=_names(problem, when, _waited_for(problem, when, item)),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.start_year, one.initiative_id)))


def _held(problem: Problem, when: IntArray, item: int) -> set[int]:
    """Items that wait until an initiative is in place."""
    held = {second for first, second, _ in problem.rules.waits if first == item}
    used = _used(problem, when)
    for own, phase, _ in problem.rules.phases:
        if own == item and len(used) >= phase:
            held |= set(np.nonzero(when[: problem.areas] >= used[phase - 1])[0].tolist())
    return held


def _waited_for(problem: Problem, when: IntArray, item: int) -> set[int]:
    """Items for which an initiative waits."""
    found = {first for first, second, _ in problem.rules.waits if second == item}
    used, areas = _used(problem, when), when[: problem.areas]
    for own, phase in problem.rules.after_phase:
        if own == item and len(used) >= phase:
            found |= set(np.nonzero((areas >= 0) & (areas <= used[phase - 1]))[0].tolist())
    return found


def _used(problem: Problem, when: IntArray) -> list[int]:
    """Years, by index, in which areas are built."""
    areas = when[: problem.areas]
    return sorted(set(areas[areas >= 0].tolist()))


def _names(problem: Problem, when: IntArray, items: set[int]) -> tuple[str, ...]:
    """Ids of those that are chosen, ascending."""
    return tuple(sorted(problem.rules.names[item] for item in items if when[item] >= 0))

"""The choice of areas and years: benefit against budgets on a feeder that areas share."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

import numpy as np

from expansion.plan.findings import Finding, find
from expansion.plan.graph import FloatArray, IntArray
from expansion.plan.plan import Areas, Cost, Eligibility, Network, Portfolio
from expansion.plan.selection import Prospects
from expansion.portfolio.budgets import unpaced
from expansion.portfolio.conflicts import require_possible
from expansion.portfolio.fitting import fit_choice
from expansion.portfolio.posing import pose
from expansion.portfolio.problem import Problem
from expansion.portfolio.program import GAP, cheapest
from expansion.portfolio.report import report
from expansion.portfolio.rules import Rules
from expansion.portfolio.search import search
from expansion.rulebook import Rulebook
from expansion.study import Study

logger = logging.getLogger(__name__)


def choose_areas(
    study: Study,
    rulebook: Rulebook,
    areas: Areas,
    eligibility: Eligibility,
    network: Network,
    cost: Cost,
    *,
    only: tuple[str, ...] = (),
    reserve: IntArray | None = None,
    prospects: Prospects | None = None,
    near: Portfolio | None = None,
) -> Portfolio:
    """Choose areas, initiatives and the year of each so that benefit is most within all limits and rules.

    Parameters
    ----------
    study
        `[portfolio]`: budgets and wishes; the first year is that of `study.start`.
    rulebook
        What a unit is worth by status, and what a year of waiting takes off.
    areas, eligibility
        All areas, and who in them lacks service.
    network, cost
        Candidate network of all areas, with the feeder that they share, and its cost.
    only
        Ids of the areas to plan, with the parents they need and no others; empty chooses freely.
    reserve
        Cents to hold back from each year's budget and, at the end, from the total, from `compare_spending`.
    prospects
        Business case, crew-days and anchor institutions of each candidate; without it none of them counts or limits.
    near
        A choice near which to look: what its areas share is paid in the year in which its design pays it.

    Returns
    -------
    Portfolio
        ``value`` is the discounted benefit, ``upper_bound`` what no choice can pass, ``gap`` their relative distance.
        `status` is optimal, feasible (gap left), or empty (nothing chosen).

    Raises
    ------
    StudyError
        ``E_AREA_UNKNOWN`` for an id that no area has, ``E_INITIATIVE`` for what an initiative names and is not there.
    InfeasibleError
        ``E_RULES`` where wishes contradict each other, ``E_BUDGET`` where what must be built does not fit, naming the
        shortfall, ``E_LIMITS`` where floors, milestones or people stand against the rest, naming those that do.
    """
    began = time.perf_counter()
    posed = pose(study, rulebook, areas, eligibility, network, cost, only, prospects, near)
    problem = posed.problem
    if reserve is not None:
        problem = replace(problem, limits=problem.limits.less(reserve))
    problem, when, bound = _choose(problem, study)
    posed = replace(posed, problem=problem, notes=[*posed.notes, *_added(problem, study, only)])
    portfolio = report(posed, when, min(bound, _best_thinkable(problem)), study)
    seconds = time.perf_counter() - began
    logger.info("portfolio: %d of %d areas, gap %.4f in %.2f s", (when >= 0).sum(), len(when), portfolio.gap, seconds)
    return portfolio


def compare_spending(
    study: Study,
    rulebook: Rulebook,
    areas: Areas,
    eligibility: Eligibility,
    network: Network,
    cost: Cost,
    portfolio: Portfolio,
    spent: FloatArray,
    *,
    prospects: Prospects | None = None,
) -> IntArray:
    """Tell by how much the design of a choice costs more than was foreseen near it.

    Parameters
    ----------
    study, rulebook, areas, eligibility, network, cost
        As for `choose_areas`: the candidates, and `prospects`.
    portfolio, spent
        A choice, and per area what it costs as designed, in the study's currency.

    Returns
    -------
    IntArray
        Cents per year, and in all at the end; below 0 where the design costs less.
    """
    problem = pose(study, rulebook, areas, eligibility, network, cost, (), prospects, portfolio).problem
    when = _years_back(problem, portfolio)
    foreseen = problem.costs.spend(when, problem.years) - problem.costs.extra(when, problem.years)
    built = when[: problem.areas] >= 0
    years, cents = when[: problem.areas][built], np.rint(spent[built] * 100)
    more = np.bincount(years, weights=cents, minlength=problem.years).astype(np.int64) - foreseen
    both: IntArray = np.append(more, more.sum())
    return both


def _years_back(problem: Problem, portfolio: Portfolio) -> IntArray:
    """Place of each item's year among the problem's years; -1 is never."""
    place = {year: t for t, year in enumerate(problem.limits.years)}
    begun = {row.initiative_id: row.start_year for row in portfolio.selection.carried_out}
    years = [*portfolio.year.tolist(), *(begun.get(name, -1) for name in problem.rules.names[problem.areas :])]
    return np.array([place.get(year, -1) for year in years], dtype=np.int64)


def fit_budgets(
    study: Study,
    rulebook: Rulebook,
    areas: Areas,
    eligibility: Eligibility,
    network: Network,
    cost: Cost,
    portfolio: Portfolio,
    spent: FloatArray,
    *,
    reserve: float,
    prospects: Prospects | None = None,
) -> Portfolio:
    """Bring a choice back under the study's budgets at what its areas cost as designed; see `fit_choice`.

    Parameters
    ----------
    study, rulebook, areas, eligibility, network, cost
        As for `choose_areas`: the candidates, and `prospects`.
    portfolio
        The choice to change.
    spent
        Cost per area as designed, in the study's currency.
    reserve
        Share of every budget to leave unspent.

    Returns
    -------
    Portfolio
        Bound as before; `year` is unchanged where nothing helps.
    """
    posed = pose(study, rulebook, areas, eligibility, network, cost, (), prospects)
    when = fit_choice(study, posed.problem, _years_back(posed.problem, portfolio), spent, reserve)
    return report(replace(posed, notes=list(portfolio.findings)), when, portfolio.upper_bound, study)


def _choose(problem: Problem, study: Study) -> tuple[Problem, IntArray, float]:
    """Solve; where only the even pace of years stands against required areas, drop the pace and solve again."""
    none = np.full(len(problem.benefit), -1, dtype=np.int64)
    if not len(problem.benefit) or not problem.years:
        require_possible(problem, study)
        return problem, none, 0.0
    answer = search(problem)
    if answer.is_infeasible and not study.portfolio.budgets:
        problem = unpaced(problem)
        answer = search(problem)
    best = require_possible(problem, study) if answer.when is None else answer.when
    if answer.upper_bound - problem.value(best) <= GAP * max(answer.upper_bound, 1.0):
        best = cheapest(problem, best)
    return problem, best, answer.upper_bound


def _best_thinkable(problem: Problem) -> float:
    """Bound the value by all allowed benefit in the first year."""
    first = float(problem.weight[0]) if len(problem.weight) else 0.0
    return float(np.maximum(problem.benefit, 0.0)[problem.rules.allowed].sum()) * first


def _added(problem: Problem, study: Study, only: tuple[str, ...]) -> list[Finding]:
    """Say which areas were added to the named ones, and which wishes they leave out."""
    rules: Rules = problem.rules
    found: list[Finding] = []
    if not only:
        return found
    added = [rules.names[area] for area in np.nonzero(rules.required & ~rules.asked)[0]]
    if added:
        found.append(find("W_PARENTS_ADDED", "info", "areas that the named ones need were added", added))
    dropped = sorted(set(study.portfolio.must) - {rules.names[k] for k in np.nonzero(rules.required)[0]})
    if dropped:
        found.append(find("W_MUST_IGNORED", "warning", "areas in portfolio.must are not among the named ones", dropped))
    return found

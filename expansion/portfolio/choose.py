"""The choice of areas and years: benefit against budgets on a feeder that areas share."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from expansion.errors import InfeasibleError, StudyError
from expansion.plan.findings import Finding, find, ordered
from expansion.plan.graph import FloatArray, IntArray
from expansion.plan.plan import Areas, Cost, Eligibility, Network, Portfolio
from expansion.portfolio.budgets import set_limits, unpaced
from expansion.portfolio.fitting import fit_choice
from expansion.portfolio.greedy import choose_greedily, fill_up, prune
from expansion.portfolio.money import UNLIMITED, padded, separate_costs
from expansion.portfolio.program import GAP, Problem, cheapest, solve
from expansion.portfolio.reasons import explain
from expansion.portfolio.rules import Rules, read_rules
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
) -> Portfolio:
    """Choose areas and the year of each so that benefit is most within all budgets and rules.

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

    Returns
    -------
    Portfolio
        ``value`` is the discounted benefit, ``upper_bound`` what no choice can pass, ``gap`` their relative distance.
        `status` is optimal, feasible (gap left), or empty (nothing chosen).

    Raises
    ------
    StudyError
        ``E_AREA_UNKNOWN`` for an id that no area has.
    InfeasibleError
        ``E_RULES`` where wishes contradict each other, ``E_BUDGET`` where what must be built does not fit, naming the
        shortfall.
    """
    began = time.perf_counter()
    problem, notes = _pose(study, rulebook, areas, eligibility, network, cost, only)
    if reserve is not None:
        problem = replace(problem, limits=problem.limits.less(reserve))
    problem, when, bound = _choose(problem, study)
    portfolio = _report(
        problem, when, min(bound, _best_thinkable(problem)), study, [*notes, *_added(problem, study, only)]
    )
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
) -> IntArray:
    """Tell by how much the design of a choice costs more than the choice foresaw.

    Parameters
    ----------
    study, rulebook, areas, eligibility, network, cost
        As for `choose_areas`: the candidates.
    portfolio, spent
        A choice, and per area what it costs as designed, in the study's currency.

    Returns
    -------
    IntArray
        Cents per year, and in all at the end; below 0 where the design costs less.
    """
    problem, _ = _pose(study, rulebook, areas, eligibility, network, cost, ())
    when = _years_back(problem, portfolio)
    foreseen = problem.costs.spend(when, len(problem.limits.years))
    built = when >= 0
    designed = np.bincount(when[built], weights=np.rint(spent[built] * 100), minlength=len(foreseen)).astype(np.int64)
    more = designed - foreseen
    both: IntArray = np.append(more, more.sum())
    return both


def _years_back(problem: Problem, portfolio: Portfolio) -> IntArray:
    """Place of each area's year among the problem's years; -1 is never."""
    place = {year: t for t, year in enumerate(problem.limits.years)}
    return np.array([place.get(year, -1) for year in portfolio.year.tolist()], dtype=np.int64)


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
) -> Portfolio:
    """Bring a choice back under the study's budgets at what its areas cost as designed; see `fit_choice`.

    Parameters
    ----------
    study, rulebook, areas, eligibility, network, cost
        As for `choose_areas`: the candidates.
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
    problem, _ = _pose(study, rulebook, areas, eligibility, network, cost, ())
    when = fit_choice(study, problem, _years_back(problem, portfolio), spent, reserve)
    return _report(problem, when, portfolio.upper_bound, study, list(portfolio.findings))


def _pose(
    study: Study, rulebook: Rulebook, areas: Areas, eligibility: Eligibility, network: Network, cost: Cost,
    only: tuple[str, ...],
) -> tuple[Problem, list[Finding]]:  # fmt: skip
    """Put benefit, costs, rules and budgets together, with what there is to say about them."""
    names = tuple(str(name) for name in areas.table["area_id"])
    rules = read_rules(study.portfolio, names, padded(network.area_parent, len(names)), only)
    costs = separate_costs(areas, network, cost)
    limits, notes = set_limits(study, costs, rules)
    weight = year_weights(rulebook, limits.years)
    return Problem(area_benefit(rulebook, areas, eligibility, network), weight, costs, rules, limits), notes


def year_weights(rulebook: Rulebook, years: Sequence[int]) -> FloatArray:
    """Worth of a benefit in each year over that in the first.

    Raises
    ------
    StudyError
        ``E_RULE_ROW`` where a year of waiting would take off more than there is.
    """
    lost = rulebook.engineering_value("waiting_discount")
    if lost > 1:
        raise StudyError(
            f"a year of waiting cannot take off {lost:g} of a benefit", code="E_RULE_ROW",
            where=["network.engineering.waiting_discount"], hint="give a share from 0 to 1",
        )  # fmt: skip
    return np.array([(1.0 - lost) ** (year - years[0]) for year in years])


def _report(problem: Problem, when: IntArray, bound: float, study: Study, notes: list[Finding]) -> Portfolio:
    """Say what was chosen, why, and how far from the bound it is."""
    value = problem.value(when)
    bound = max(bound, value)
    gap = round((bound - value) / bound, 6) if bound > 0 else 0.0
    total = problem.limits.total
    return Portfolio(
        year=np.array([problem.limits.years[t] if t >= 0 else -1 for t in when.tolist()], dtype=np.int64),
        phase=_phases(when),
        benefit=problem.benefit,
        reason=explain(problem, when, frozenset(study.portfolio.never), study.study.currency),
        total_budget=None if total >= UNLIMITED else total / 100,
        value=round(value, 6),
        upper_bound=round(bound, 6),
        gap=gap,
        status="empty" if not (when >= 0).any() else "optimal" if gap <= GAP else "feasible",
        findings=ordered(tuple(dict.fromkeys([*notes, *_nothing(problem, when, study)]))),
    )


def area_benefit(rulebook: Rulebook, areas: Areas, eligibility: Eligibility, network: Network) -> FloatArray:
    """Sum, per area, the units of eligible locations that can be connected, weighted by the worth of their status."""
    table = eligibility.table
    each = {name: rulebook.engineering_value(f"worth_{name}") for name in ("unserved", "underserved")}
    worth = table["status"].map(each | {"served": 0.0}).to_numpy(dtype=np.float64) * table["units"].to_numpy(
        dtype=np.float64
    )
    outcome = network.location_outcome
    counts = table["eligible"].to_numpy(dtype=bool) & (areas.of_location >= 0)
    if len(outcome) == len(worth):
        counts &= outcome != "unreachable"
    benefit = np.zeros(len(areas.table))
    np.add.at(benefit, areas.of_location[counts], worth[counts])
    return benefit


def _choose(problem: Problem, study: Study) -> tuple[Problem, IntArray, float]:
    """Solve; where only the even pace of years stands against required areas, drop the pace and solve again."""
    if not len(problem.benefit) or not problem.limits.years:
        _require_money(problem, study)
        return problem, np.full(len(problem.benefit), -1, dtype=np.int64), 0.0
    answer = solve(problem)
    if answer.is_infeasible and not study.portfolio.budgets:
        problem = unpaced(problem)
        answer = solve(problem)
    if answer.is_infeasible:
        _require_money(problem, study)
    found = [when for when in (answer.when, choose_greedily(problem)) if when is not None and problem.keeps(when)]
    if not found:
        found = [_require_money(problem, study)]
    best = max(found, key=problem.value)
    best = fill_up(problem, prune(problem, best))
    if answer.upper_bound - problem.value(best) <= GAP * max(answer.upper_bound, 1.0):
        best = cheapest(problem, best)
    return problem, best, answer.upper_bound


def _require_money(problem: Problem, study: Study) -> IntArray:
    """Fit the required areas alone, or raise with the money that is missing."""
    rules, limits = problem.rules, problem.limits
    required = np.nonzero(rules.required)[0]
    none = np.full(len(problem.benefit), -1, dtype=np.int64)
    if not len(required):
        return none
    need = problem.costs.together(required.tolist())
    short, when = need - min(limits.total, need), none
    if limits.years:
        elastic = solve(problem, elastic=True)
        if elastic.is_infeasible:
            raise _too_few_years(problem)
        when = none if elastic.when is None else elastic.when
        short = max(short, round(-elastic.upper_bound * 1e5) if np.isfinite(elastic.upper_bound) else 0)
        if problem.keeps(when):
            return when
    raise _shortfall(problem, study, need, short)


def _too_few_years(problem: Problem) -> InfeasibleError:
    """Say that rules of order need more years than there are."""
    return InfeasibleError(
        f"portfolio.before asks for more years than there are ({len(problem.limits.years)})",
        code="E_RULES",
        where=[problem.rules.names[area] for pair in problem.rules.before for area in pair],
        hint="add years or budgets, or drop a rule",
    )


def _shortfall(problem: Problem, study: Study, need: int, short: int) -> InfeasibleError:
    """Name what required areas cost, what budgets hold and what is missing."""
    rules, limits, currency = problem.rules, problem.limits, study.study.currency
    budgets = ", ".join(
        f"{year}: {cents / 100:,.2f}"
        for year, cents in zip(limits.years, limits.yearly.tolist(), strict=True)
        if cents < UNLIMITED
    )
    held = f"{min(limits.total, UNLIMITED) / 100:,.2f} {currency}" + (f" ({budgets})" if budgets else "")
    if limits.total >= UNLIMITED:
        held = "no limit in all"
    return InfeasibleError(
        f"areas that must be built cost {need / 100:,.2f} {currency} with the feeder and parents they need and budgets "
        f"hold {held}: at least {short / 100:,.2f} {currency} short",
        code="E_BUDGET",
        where=[rules.names[area] for area in np.nonzero(rules.required)[0]],
        hint="raise the budgets, add years, or ask for fewer areas",
    )


def _best_thinkable(problem: Problem) -> float:
    """Bound the value by all allowed benefit in the first year."""
    first = float(problem.weight[0]) if len(problem.weight) else 0.0
    return float(problem.benefit[problem.rules.allowed].sum()) * first


def _phases(when: IntArray) -> IntArray:
    """Give each area the running number of its year of build, from 1; -1 where it is not chosen."""
    used = sorted(set(when[when >= 0].tolist()))
    rank = {year: phase for phase, year in enumerate(used, start=1)}
    return np.array([rank.get(year, -1) for year in when.tolist()], dtype=np.int64)


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


def _nothing(problem: Problem, when: IntArray, study: Study) -> list[Finding]:
    """Say why nothing was chosen."""
    if not len(when) or (when >= 0).any():
        return []
    words = f"no area fits the budgets ({min(problem.limits.total, UNLIMITED) / 100:,.2f} {study.study.currency})"
    if problem.limits.total >= UNLIMITED or not problem.benefit[problem.rules.allowed].any():
        words = "no area with a location to connect is allowed by the rules"
    return [find("W_NOTHING_CHOSEN", "warning", words, repair="raise the budgets or relax the rules")]

"""The benchmark of choices keeps every limit, and its frontier rises."""

from dataclasses import replace

import numpy as np

from benchmarks.portfolio import made_up_portfolio, measure
from expansion.portfolio.branching import settle_initiatives
from expansion.portfolio.cores import improve_cores, lean, nearest, start_core
from expansion.portfolio.diving import dive
from expansion.portfolio.greedy import choose_greedily
from expansion.portfolio.program import relax, solve
from expansion.portfolio.windows import improve_windows


def test_a_made_up_portfolio_is_chosen_within_its_bound_and_its_frontier_rises():
    told = measure(made_up_portfolio(10, 2, 3), 3)
    assert told["keeps_all_limits"]
    assert told["frontier_monotone"]
    assert told["frontier_over_ranking"]
    assert told["value"] <= told["bound"] + 1e-6


def test_windows_lead_from_ratio_greedy_near_the_optimum_and_keep_every_limit():
    problem = made_up_portfolio(20, 3, 7)
    program, start = relax(problem), choose_greedily(problem)
    branch = settle_initiatives(program, problem.areas)
    optimum = problem.value(solve(problem).when)
    when = dive(problem, program, branch.least, branch.most)
    assert when is None or problem.keeps(when)
    bettered = improve_windows(problem, program, start, goal=np.inf)
    assert problem.keeps(bettered)
    assert problem.value(start) < 0.99 * problem.value(bettered)
    assert 0.99 * optimum <= problem.value(bettered) <= optimum + 1e-6 <= branch.bound + 2e-6


def test_cores_around_the_relaxation_lead_near_the_optimum_and_no_known_choice_gets_worse():
    problem = made_up_portfolio(20, 3, 7)
    program, ranked = relax(problem), choose_greedily(problem)
    branch = settle_initiatives(program, problem.areas)
    leaning = lean(program, branch.least, branch.most)
    found = start_core(problem, program, leaning)
    optimum = problem.value(solve(problem).when)
    assert 0.99 * optimum <= problem.value(found) <= optimum + 1e-6
    bettered = improve_cores(problem, program, leaning, ranked, goal=1.01 * problem.value(ranked))
    assert problem.keeps(bettered)
    assert problem.value(ranked) <= problem.value(bettered) <= optimum + 1e-6


def test_what_the_relaxation_chooses_whole_has_no_regret_and_what_is_marked_lies_nearest():
    problem = made_up_portfolio(20, 3, 7)
    program = relax(problem)
    leaning = lean(program, program.bounds.lb, program.bounds.ub)
    began = np.diff(leaning.values, axis=1, prepend=0.0) > 1e-6
    areas = began[: problem.areas]
    assert leaning.regret.min() == 0.0
    assert leaning.regret[: problem.areas, :-1][areas].max() < 1e-4
    nobody = np.full(len(problem.benefit), -1, dtype=np.int64)
    few, many = (nearest(problem, leaning, nobody, count) for count in (5, 20))
    assert few.sum() < many.sum()
    assert not (few & ~many).any()


def test_what_asks_for_more_people_than_a_year_has_begins_in_no_year_not_even_in_part():
    """A trainer has 10 days a year: the initiative that takes 11 of them lifts no bound."""
    problem = made_up_portfolio(20, 3, 7)
    demand = problem.people.demand.copy()
    demand[problem.areas + 4, -1] = problem.people.offered[-1].max() + 1
    benefit = problem.benefit.copy()
    benefit[problem.areas + 4] = 1e6
    problem = replace(problem, benefit=benefit, people=replace(problem.people, demand=demand))
    assert not problem.may_begin()[problem.areas + 4].any()
    assert settle_initiatives(relax(problem), problem.areas).bound < 1e5

"""The benchmark of choices keeps every limit, and its frontier rises."""

from dataclasses import replace

import numpy as np

from benchmarks.portfolio import made_up_portfolio, measure
from expansion.portfolio.branching import settle_initiatives
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

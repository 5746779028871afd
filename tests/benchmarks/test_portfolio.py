"""The benchmark of choices keeps every limit, and its frontier rises."""

import numpy as np

from benchmarks.portfolio import made_up_portfolio, measure
from expansion.portfolio.diving import dive
from expansion.portfolio.program import relax
from expansion.portfolio.search import search
from expansion.portfolio.swapping import swap_areas


def test_a_made_up_portfolio_is_chosen_within_its_bound_and_its_frontier_rises():
    told = measure(made_up_portfolio(10, 2, 3), 3)
    assert told["keeps_all_limits"]
    assert told["frontier_monotone"]
    assert told["frontier_over_ranking"]
    assert told["value"] <= told["bound"] + 1e-6


def test_dive_and_exchanges_keep_every_limit_and_come_near_the_optimum():
    problem = made_up_portfolio(10, 2, 3)
    best = search(problem)
    when, bound = dive(problem, relax(problem))
    assert bound >= problem.value(best.when) - 1e-6
    if when is not None:
        bettered = swap_areas(problem, when)
        assert problem.keeps(bettered)
        assert problem.value(when) <= problem.value(bettered) <= bound + 1e-6
        assert np.array_equal(bettered, swap_areas(problem, when))

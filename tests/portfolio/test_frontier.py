"""The frontier rises and never lies below ranking; forcing costs what another choice would be worth less."""

from expansion.plan.selection import Prospects
from expansion.portfolio import explore_choice
from expansion.portfolio.frontier import scaled, spread, trace_frontier
from expansion.portfolio.greedy import choose_greedily
from expansion.portfolio.posing import pose
from tests.portfolio.cases import BOOK, budgets, case, choose, study


def explored(made, **wishes):
    asked = study(**wishes)
    nobody = Prospects([0.0] * 3, {}, [0.0] * 3, {})
    return explore_choice(asked, BOOK, *made, choose(made, **wishes), only=(), prospects=nobody)


def test_shared_feeder_makes_the_frontier_differ_from_ranking():
    """A0 alone costs 50 for 3; A1 and A2 share a feeder of 60 and cost 20 each for 3 each.

    With 100, ranking takes A0 (0.06 per money) and then neither of the others; the pair is worth 6.
    """
    made = case([3, 3, 3], [50, 20, 20], [(-1, 60, [1, 2])])
    problem = pose(study(budgets=budgets(100)), BOOK, *made, (), None).problem
    points = trace_frontier(problem, spread(4))
    assert [(point.value, point.ranking_value) for point in points] == [(0, 0), (3, 3), (3, 3), (6, 3)]


def test_a_share_of_the_budgets_scales_years_and_total():
    problem = pose(study(budgets=budgets(100, 50), total_budget=120), BOOK, *case([1], [1]), (), None).problem
    half = scaled(problem, 0.5).limits
    assert (half.yearly.tolist(), half.cumulative.tolist()) == ([5000, 2500], [6000, 6000])


def test_forcing_in_and_out_are_priced_in_worth_and_money():
    """100 buys A0 (worth 5) or A1 (worth 4, costs 80)."""
    table = explored(case([5, 4, 0], [100, 80, 1]), budgets=budgets(100), force_prices=True, never=["A2"]).choices
    assert table["force_price"].tolist()[:2] == [1.0, 1.0]
    assert table["cost_change"].tolist()[:2] == [-20.0, -20.0]
    assert "A1 comes in" in table["reason"][0]
    assert "cannot be forced in" in table["reason"][2]


def test_without_budgets_the_frontier_goes_up_to_what_everything_costs():
    table = explored(case([5, 4, 3], [100, 80, 60]), budgets=[], frontier=3).frontier
    assert table["budget"].tolist() == [80.0, 160.0, 240.0]
    assert table["value"].is_monotonic_increasing


def test_points_that_no_budget_below_a_floor_allows_move_up_to_where_it_can_be_kept():
    """Three areas of 100 each; the floor of two needs half of all money and more."""
    floor = [{"measure": "benefit", "least": 2}]
    problem = pose(study(budgets=budgets(300), floors=floor), BOOK, *case([1, 1, 1], [100, 100, 100]), (), None).problem
    points = trace_frontier(problem, spread(4))
    assert len(points) == 4
    assert [point.value for point in points] == [2, 2, 2, 3]


def test_ranking_begins_an_initiative_that_only_the_second_phase_waits_for():
    """CRM is worth nothing and lets areas of the second year in; two years of 110 buy an area each."""
    crm = [{"id": "crm", "cost_per_year": 5, "before": ["phase:2"]}]
    problem = pose(study(budgets=budgets(110, 110), initiatives=crm), BOOK, *case([3, 2], [100, 100]), (), None).problem
    assert choose_greedily(problem).tolist()[:2] == [0, 1]
    assert choose_greedily(problem)[2] >= 0

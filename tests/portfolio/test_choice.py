"""On tiny portfolios, compare with every possible choice; the bound never lies and greedy is never better."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.errors import InfeasibleError, StudyError
from expansion.portfolio import choose_areas, compare_spending
from expansion.portfolio.criteria import weigh_areas
from expansion.portfolio.greedy import choose_greedily
from expansion.portfolio.posing import pose, year_weights
from tests.portfolio.cases import BOOK, budgets, case, choose, study


@st.composite
def portfolios(draw, least=1, most=5):
    """Areas on two chains of feeder segments, each hanging somewhere along both; some areas have a parent."""
    count = draw(st.integers(least, most))
    worth = draw(st.lists(st.integers(1, 9), min_size=count, max_size=count))
    own = draw(st.lists(st.integers(0, 60), min_size=count, max_size=count))
    segments: list[tuple[int, int, list[int]]] = []
    for levels in (3, 2):
        depth = draw(st.lists(st.integers(0, levels), min_size=count, max_size=count))
        price = draw(st.lists(st.integers(0, 40), min_size=levels, max_size=levels))
        above = -1
        for level in range(1, levels + 1):
            members = [area for area in range(count) if depth[area] >= level]
            if members:
                segments.append((above, price[level - 1], members))
                above = len(segments) - 1
    parent = [draw(st.integers(-1, area - 1)) for area in range(count)]
    money = draw(st.lists(st.integers(0, 120), min_size=1, max_size=2))
    return case(worth, own, segments, parent), {"budgets": budgets(*money)}


def problem_of(made, wishes):
    return pose(study(**wishes), BOOK, *made, (), None).problem


def best_by_trying(problem):
    years = range(-1, len(problem.limits.years))
    choices = (np.array(choice) for choice in product(years, repeat=len(problem.benefit)))
    return max((problem.value(when) for when in choices if problem.keeps(when)), default=None)


@settings(max_examples=30, deadline=None)
@given(portfolios())
def test_value_equals_the_best_of_all_choices_and_the_bound_is_not_below(drawn):
    made, wishes = drawn
    found = choose(made, **wishes)
    best = best_by_trying(problem_of(made, wishes))
    assert abs(found.value - best) < 1e-5
    assert found.upper_bound >= best - 1e-6


@st.composite
def wishes(draw, count=4):
    """Rules on areas A0 … A3 that may well contradict each other."""
    name = st.sampled_from([f"A{k}" for k in range(count)])
    must = draw(st.lists(name, max_size=1))
    return {
        "must": must,
        "never": [other for other in draw(st.lists(name, max_size=1)) if other not in must],
        "together": draw(st.lists(st.lists(name, min_size=2, max_size=2, unique=True), max_size=1)),
        "before": draw(st.lists(st.lists(name, min_size=2, max_size=2, unique=True), max_size=2)),
    }


@settings(max_examples=40, deadline=None)
@given(portfolios(least=4, most=4), wishes())
def test_with_wishes_the_best_is_found_or_the_contradiction_is_raised(drawn, asked):
    made, money = drawn
    try:
        problem = problem_of(made, money | asked)
    except InfeasibleError:  # the wishes contradict each other whatever the money: see test_rules.py
        return
    best = best_by_trying(problem)
    if best is None:
        with pytest.raises(InfeasibleError, match=r"short|more years"):
            choose(made, **money, **asked)
    else:
        assert abs(choose(made, **money, **asked).value - best) < 1e-5


@settings(max_examples=40, deadline=None)
@given(portfolios(most=8))
def test_value_is_never_below_ratio_greedy(drawn):
    made, wishes = drawn
    problem = problem_of(made, wishes)
    greedy = choose_greedily(problem)
    assert greedy is not None
    assert choose(made, **wishes).value >= problem.value(greedy) - 1e-9


@settings(max_examples=40, deadline=None)
@given(portfolios(), st.randoms(use_true_random=False))
def test_budgets_hold_to_the_cent_and_parents_come_first(drawn, random):
    made, wishes = drawn
    problem, found = problem_of(made, wishes), choose(made, **wishes)
    when = np.where(found.year < 0, -1, found.year - 2027)
    assert problem.keeps(when)
    for area, above in enumerate(made[2].area_parent.tolist()):
        assert above < 0 or when[area] < 0 or 0 <= when[above] <= when[area]


def test_shared_feeder_is_paid_once():
    """root ──100── ┬ A0 (30)
    └ A1 (30): alone each costs 130, together 160."""
    made = case([1, 1], [30, 30], [(-1, 100, [0, 1])])
    assert choose(made, budgets=budgets(160)).value == 2
    assert choose(made, budgets=budgets(159)).value == 1
    assert choose(made, budgets=budgets(129)).status == "empty"


def test_feeder_is_paid_in_the_first_year_that_needs_it():
    made = case([5, 1], [30, 30], [(-1, 100, [0, 1])])
    assert choose(made, budgets=budgets(130, 30)).year.tolist() == [2027, 2028]
    assert choose(made, budgets=budgets(129, 30)).status == "empty"


def test_money_left_in_one_year_is_not_carried_into_the_next():
    assert choose(case([1], [100]), budgets=budgets(60, 60)).status == "empty"


def test_underserved_units_count_half():
    found = choose(case([4, 4], [1, 1], status=["unserved", "underserved"]))
    assert found.benefit.tolist() == [4.0, 2.0]


def test_the_cheaper_of_two_equal_areas_is_taken():
    assert choose(case([3, 3], [90, 60]), budgets=budgets(100)).year.tolist() == [-1, 2027]


def test_phases_count_the_years_in_which_something_is_built():
    found = choose(case([1, 1], [100, 100]), budgets=budgets(0, 100, 0, 100))
    assert sorted(found.phase.tolist()) == [1, 2]
    assert sorted(found.year.tolist()) == [2028, 2030]


def test_equal_inputs_give_equal_choices():
    made = case(list(range(1, 13)), [7 * k % 11 + 3 for k in range(12)], [(-1, 5, list(range(6)))])
    first, second = (choose(made, budgets=budgets(20, 20)) for _ in range(2))
    assert first.year.tolist() == second.year.tolist()
    assert first.reason == second.reason


def test_the_solver_writes_nothing_on_standard_output(capfd):
    choose(case(list(range(1, 9)), [9, 4, 6, 2, 8, 5, 7, 3]), budgets=budgets(15, 10))
    assert capfd.readouterr().out == ""


def test_a_large_choice_stops_within_half_a_percent():
    random = np.random.default_rng(1)
    worth = random.integers(5, 250, 120).tolist()
    own = [value * int(rate) for value, rate in zip(worth, random.integers(1500, 6000, 120), strict=True)]
    segments = [(-1, 90_000, range(60)), (0, 50_000, range(20)), (-1, 40_000, range(60, 120))]
    found = choose(
        case(worth, own, [(up, price, list(m)) for up, price, m in segments]), budgets=budgets(1e7, 1e7, 1e7)
    )
    assert found.status in ("feasible", "optimal")
    assert found.gap <= 0.005


def test_what_a_design_costs_beyond_the_choice_is_told_by_year_and_in_all():
    made = case([5, 5], [100, 200])
    money = budgets(100, 200)
    chosen = choose(made, budgets=money)
    more = compare_spending(study(budgets=money), BOOK, *made, chosen, np.array([130.0, 190.5]))
    assert (chosen.year.tolist(), more.tolist()) == ([2027, 2028], [3000, -950, 2050])


def test_money_held_back_moves_an_area_to_a_later_year():
    made = case([5], [100])
    later = choose_areas(study(budgets=budgets(100, 130)), BOOK, *made, reserve=np.array([3000, 0, 0]))
    assert later.year.tolist() == [2028]


def test_what_status_and_waiting_are_worth_stands_in_the_rule_book():
    made = case([4, 4], [10, 10], status=["unserved", "underserved"])
    book = BOOK.with_engineering({"worth_underserved": 0.25, "waiting_discount": 0.1})
    assert weigh_areas(study(), book, *made[:3], None).benefit.tolist() == [4.0, 1.0]
    assert year_weights(book, [2027, 2029]).tolist() == pytest.approx([1.0, 0.81])


def test_a_year_of_waiting_cannot_take_off_more_than_there_is():
    with pytest.raises(StudyError, match="waiting"):
        year_weights(BOOK.with_engineering({"waiting_discount": 1.5}), [2027])

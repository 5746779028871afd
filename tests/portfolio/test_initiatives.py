"""Initiatives compete for the same money and people, and what waits for them waits."""

import pytest

from expansion.errors import InfeasibleError, StudyError
from tests.portfolio.cases import budgets, case, choose


def training(**changes):
    return {"id": "training", "cost_per_year": 40, "before": ["phase:1"]} | changes


def years(found):
    return found.year.tolist(), {row.initiative_id: row.start_year for row in found.selection.carried_out}


def test_areas_wait_for_an_initiative_and_both_are_paid_from_one_budget():
    """40 of training and 60 of area fit a year of 100; with 99 the wave moves to the year after."""
    made = case([5], [60])
    assert years(choose(made, budgets=budgets(100), initiatives=[training()])) == ([2027], {"training": 2027})
    moved = choose(made, budgets=budgets(99, 60), initiatives=[training()])
    assert years(moved) == ([2028], {"training": 2027})


def test_an_initiative_that_does_not_fit_is_named_as_the_limit():
    found = choose(case([5], [60]), budgets=budgets(90), initiatives=[training()])
    assert found.status == "empty"
    assert "needs 100 USD with training" in found.reason[0]
    with pytest.raises(InfeasibleError, match=r"waits for training.*the budget of 2027") as caught:
        choose(case([5], [60]), budgets=budgets(90), must=["A0"], initiatives=[training()])
    assert (caught.value.code, caught.value.exit_code) == ("E_LIMITS", 3)


def test_a_long_initiative_holds_areas_back_by_years():
    made = case([5], [60])
    found = choose(made, budgets=budgets(100, 100), initiatives=[training(duration_days=300, years=2)])
    assert years(found) == ([2028], {"training": 2027})


def test_a_second_phase_waits_and_an_initiative_waits_for_the_first():
    """Two areas in two years; CRM before the second phase, a review after the first."""
    made = case([5, 5], [60, 60])
    crm = {"id": "crm", "cost_per_year": 30, "before": ["phase:2"]}
    review = {"id": "review", "cost_per_year": 10, "benefit": 1, "after": ["phase:1"]}
    found = choose(made, budgets=budgets(90, 60, 70), initiatives=[crm, review])
    assert sorted(found.year.tolist()) == [2027, 2028]
    assert years(found)[1] == {"crm": 2027, "review": 2029}


def test_staff_that_two_initiatives_need_is_given_to_one_a_year():
    row = {"cost_per_year": 1, "benefit": 5, "staff": {"trainer": 20}}
    found = choose(
        case([1], [1]), budgets=budgets(9, 9), staff={"trainer": 30},
        initiatives=[row | {"id": "first"}, row | {"id": "second"}],
    )  # fmt: skip
    assert sorted(years(found)[1].values()) == [2027, 2028]


def test_an_initiative_runs_and_costs_in_each_of_its_years():
    row = {"id": "software", "cost_per_year": 30, "years": 3, "benefit": 9}
    found = choose(case([5], [60]), budgets=budgets(90, 30, 30), initiatives=[row])
    assert found.selection.spent == {2027: 30.0, 2028: 30.0, 2029: 30.0}
    assert found.year.tolist() == [2027]


def test_nothing_is_spent_on_an_initiative_that_nobody_needs():
    found = choose(case([5], [60]), budgets=budgets(100), initiatives=[training(before=[])])
    assert found.selection.carried_out == ()
    assert "worth nothing by itself" in found.selection.initiatives["reason"].iloc[0]


def test_a_circle_of_initiatives_is_refused():
    rows = [training(before=["A0"], after=["A0"])]
    with pytest.raises(InfeasibleError, match="form a ring"):
        choose(case([5], [60]), initiatives=rows)


@pytest.mark.parametrize("row", [training(before=["X"]), training(after=["phase:x"]), training(id="A0")])
def test_what_is_not_there_is_named(row):
    with pytest.raises(StudyError) as caught:
        choose(case([5], [60]), initiatives=[row])
    assert caught.value.code == "E_INITIATIVE"

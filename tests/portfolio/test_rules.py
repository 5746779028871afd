"""Wishes are kept, and what cannot be met is named."""

import pytest

from expansion.errors import InfeasibleError, StudyError
from tests.portfolio.cases import budgets, case, choose


def codes(portfolio):
    return [finding.code for finding in portfolio.findings]


def test_never_excludes_an_area_and_what_needs_it():
    found = choose(case([1, 1, 1], [1, 1, 1], parent=[-1, 0, -1]), never=["A0"])
    assert found.year.tolist() == [-1, -1, 2027]
    assert found.reason[0] == "not chosen: excluded by portfolio.never"
    assert found.reason[1] == "not chosen: needs A0, which is excluded"


def test_must_brings_its_parents():
    found = choose(case([1, 1, 9], [50, 50, 50], parent=[-1, 0, -1]), must=["A1"], budgets=budgets(100))
    assert found.year.tolist() == [2027, 2027, -1]
    assert "needed by an area that was asked for" in found.reason[0]


def test_together_means_the_same_year_or_not_at_all():
    made = case([5, 5, 1], [60, 60, 60])
    found = choose(made, together=[["A0", "A1"]], budgets=budgets(60, 120))
    assert found.year.tolist() == [2028, 2028, 2027]
    assert choose(made, together=[["A0", "A1"]], budgets=budgets(60, 60)).year[0] == -1


def test_before_means_a_year_earlier():
    found = choose(case([1, 9], [10, 10]), before=[["A0", "A1"]], budgets=budgets(100, 100))
    assert found.year.tolist() == [2027, 2028]


def test_only_the_named_areas_and_their_parents_are_planned():
    found = choose(case([1, 1, 1], [1, 1, 1], parent=[-1, 0, -1]), only=("A1",))
    assert (found.year >= 0).tolist() == [True, True, False]
    assert codes(found) == ["W_PARENTS_ADDED"]
    assert found.reason[2] == "not chosen: not asked for"


@pytest.mark.parametrize(
    "wish", [{"must": ["X"]}, {"never": ["X"]}, {"together": [["A0", "X"]]}, {"before": [["X", "A0"]]}]
)
def test_unknown_areas_are_named(wish):
    with pytest.raises(StudyError, match=r"unknown areas \[X\]") as caught:
        choose(case([1], [1]), **wish)
    assert caught.value.code == "E_AREA_UNKNOWN"


def test_unknown_area_asked_for_on_the_command_line():
    with pytest.raises(StudyError, match="--areas names unknown areas"):
        choose(case([1], [1]), only=("X",))


def test_must_that_needs_an_excluded_parent_is_refused():
    with pytest.raises(InfeasibleError, match=r"A1 is asked for .* \[A0\]") as caught:
        choose(case([1, 1], [1, 1], parent=[-1, 0]), must=["A1"], never=["A0"])
    assert caught.value.code == "E_RULES"


def test_a_child_before_its_parent_is_refused():
    with pytest.raises(InfeasibleError, match=r"A1 cannot come before A0"):
        choose(case([1, 1], [1, 1], parent=[-1, 0]), before=[["A1", "A0"]])


def test_more_steps_than_years_are_refused():
    with pytest.raises(InfeasibleError, match="more years than there are"):
        choose(case([1, 1], [1, 1]), before=[["A0", "A1"]], must=["A1"], budgets=budgets(100))


def test_must_that_does_not_fit_names_the_amounts():
    made = case([1, 1], [100, 60], [(-1, 40, [0, 1])])
    with pytest.raises(InfeasibleError, match=r"cost 200\.00 USD .* hold 150\.00 USD .* 50\.00 USD short") as caught:
        choose(made, must=["A0", "A1"], budgets=budgets(150))
    assert caught.value.code == "E_BUDGET"
    assert caught.value.exit_code == 3


def test_must_that_fits_in_all_but_in_no_year_names_the_least_excess():
    with pytest.raises(InfeasibleError, match=r"2027: 60\.00, 2028: 60\.00.* 40\.00 USD short"):
        choose(case([1], [100]), must=["A0"], budgets=budgets(60, 60))


def test_named_areas_that_do_not_fit_are_refused():
    with pytest.raises(InfeasibleError, match=r"E_BUDGET|short"):
        choose(case([1], [100]), only=("A0",), total_budget=50.0, budgets=[])


def test_a_budget_of_zero_is_an_empty_choice_with_a_finding():
    found = choose(case([1], [100]), total_budget=0.0)
    assert (found.status, found.value, found.gap) == ("empty", 0.0, 0.0)
    assert codes(found) == ["W_NOTHING_CHOSEN"]
    assert found.findings[0].message == (
        "no area can be built beside the budget in all (0.00 USD); the cheapest, A0, takes 100.00 USD"
    )


def test_a_milestone_before_the_end_of_the_first_year_is_named_where_it_leaves_room_for_nothing():
    early = [{"share": 0.9, "by": "2027-06-30"}]
    found = choose(case([1, 2], [100, 90]), total_budget=1000.0, milestones=early)
    assert found.findings[-1].message == (
        "no area can be built beside the milestone of 0.9 of chosen locations by 2027-06-30"
    )
    assert "end of the year" in found.findings[-1].repair


def test_without_budgets_everything_is_built_at_an_even_pace():
    found = choose(case([1] * 6, [100] * 6), budgets=[])
    assert sorted(found.year.tolist()) == [2027, 2027, 2028, 2028, 2029, 2029]
    assert found.total_budget is None
    assert codes(found) == ["W_PACED"]


def test_a_single_area_does_not_wait_for_its_share_of_the_years():
    assert choose(case([1], [100]), budgets=[]).year.tolist() == [2027]


def test_the_pace_gives_way_to_what_must_be_built_in_order():
    found = choose(
        case([1, 1, 1], [1, 100, 100]), budgets=[], years=2, before=[["A1", "A0"], ["A2", "A0"]], must=["A0"]
    )
    assert found.year.tolist() == [2028, 2027, 2027]


def test_budgets_of_years_gone_by_are_reported_and_not_spent():
    found = choose(case([1], [100]), budgets=[{"year": 2020, "amount": 1000}])
    assert found.status == "empty"
    assert codes(found) == ["W_BUDGET_PAST", "W_NOTHING_CHOSEN"]
    assert found.findings[-1].message == "no year is left in which anything could be built"


def test_no_areas_at_all_is_an_empty_choice():
    found = choose(case([], []))
    assert (found.status, found.reason, found.upper_bound) == ("empty", (), 0.0)


def test_what_is_missing_is_said_in_money():
    found = choose(case([1, 9], [100, 100]), budgets=budgets(130))
    assert found.reason[0].endswith("2027 has 30 USD left: 70 USD short")


def test_an_area_that_nobody_can_be_connected_in_is_left_out():
    made = case([0, 5], [10, 10])
    assert choose(made).reason[0] == "not chosen: no eligible location in it can be connected"

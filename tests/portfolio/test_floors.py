"""Floors, milestones, criteria and crews: kept, or named where they stand against the rest."""

import numpy as np
import pytest

from expansion.errors import InfeasibleError
from expansion.plan.selection import Prospects
from expansion.portfolio import choose_areas
from tests.portfolio.cases import BOOK, budgets, case, choose, study

LATE = [{"share": 0.5, "by": "2027-12-31"}]


def prospects(npv, days=(), offered=0.0):
    kinds = {"buried": np.array(days, dtype=float)} if days else {}
    return Prospects(np.array(npv, dtype=float), kinds, np.zeros(len(npv)), {("buried", 2027): offered})


def test_an_early_floor_takes_the_many_before_the_one_of_more_worth():
    """Year one holds A0 (worth 5) or A1 and A2 (worth 2 each): two locations by 2027 ask for the pair."""
    made = case([5, 2, 2], [100, 50, 50])
    assert choose(made, budgets=budgets(100, 100)).year.tolist() == [2027, 2028, 2028]
    floor = {"measure": "locations", "least": 2, "by": 2027}
    assert choose(made, budgets=budgets(100, 100), floors=[floor]).year.tolist() == [2028, 2027, 2027]


def test_a_floor_of_lasting_value_prefers_what_earns():
    made, floor = case([5, 4], [100, 100]), {"measure": "npv", "least": 10}
    asked = study(budgets=budgets(100), floors=[floor])
    assert choose_areas(asked, BOOK, *made, prospects=prospects([-50, 20])).year.tolist() == [-1, 2027]


def test_a_share_of_the_chosen_is_built_by_the_day():
    made = case([5, 2, 2], [100, 50, 50])
    found = choose(made, budgets=budgets(100, 100), milestones=[{"share": 0.6, "by": "2027-12-31"}])
    assert found.year.tolist() == [2028, 2027, 2027]


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        (
            {"floors": [{"measure": "locations", "least": 1}], "budgets": budgets(0)},
            "floor of 1 locations.*budget of 2027",
        ),
        (
            {"floors": [{"measure": "benefit", "least": 4}], "budgets": budgets(50)},
            "floor of 4 benefit.*budget of 2027",
        ),
        (
            {"milestones": [{"share": 0.5, "by": "2026-12-31", "of": "eligible"}]},
            "milestone of 0.5 of eligible .* 2026",
        ),
        (
            {"floors": [{"measure": "locations", "least": 2}], "never": ["A1"], "budgets": budgets(500)},
            "floor of 2 locations; that A1 must never be built|that A1 must never be built; the floor of 2",
        ),
        ({"milestones": LATE, "must": ["A0", "A1"], "budgets": budgets(0, 200)}, "milestone of 0.5 of chosen.*must be"),
    ],
)
def test_limits_that_cannot_hold_together_are_named(wishes, words):
    with pytest.raises(InfeasibleError, match=words) as caught:
        choose(case([4, 4], [100, 100]), **wishes)
    assert (caught.value.code, caught.value.exit_code) == ("E_LIMITS", 3)


def test_crews_limit_what_a_year_takes_and_are_named_as_the_limit():
    made, asked = case([5, 4], [10, 10]), study(budgets=budgets(100), crew_share=1)
    found = choose_areas(asked, BOOK, *made, prospects=prospects([0, 0], [60, 60], 100.0))
    assert found.year.tolist() == [2027, -1]
    assert "60.0 days of buried, and even 2027 has 40.0 left" in found.reason[1]


def test_criteria_of_the_study_move_the_choice_and_are_told():
    made = case([5, 4], [100, 100])
    criteria = [{"name": "earning", "measure": "npv", "weight": 0.1, "sentence": "Pays for the next one"}]
    asked = study(budgets=budgets(100), criteria=criteria)
    found = choose_areas(asked, BOOK, *made, prospects=prospects([0, 20]))
    assert (found.year.tolist(), found.benefit.tolist()) == ([-1, 2027], [5.0, 6.0])
    table = found.selection.benefits
    assert table.groupby("area_id")["score"].sum().tolist() == [5.0, 6.0]
    assert "Pays for the next one" in table["sentence"].tolist()

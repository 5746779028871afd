"""Studies drawn at random are planned under random rules; what is broken is said, and could not have been kept."""

from dataclasses import replace

import pytest

from benchmarks.random_studies import cannot_be_kept, draw_study, try_study, unexcused
from tests.test_pipeline import plan_of


# two huts on one fiber with few strands; a hub at the tap of a fiber
@pytest.mark.parametrize(("number", "most"), [(2, 60), (0, 2_000)])
def test_a_small_random_study_breaks_no_rule_unsaid_and_none_that_could_be_kept(number, most, tmp_path):
    failures, _ = try_study(tmp_path, draw_study(number, seed=5, most=most))
    assert failures == []


def test_equal_numbers_draw_equal_studies_and_others_do_not():
    first, again, other = (draw_study(number, seed=5, most=60) for number in (3, 3, 4))
    assert (first.houses, first.rules) == (again.houses, again.rules)
    assert first.houses != other.houses


def test_a_broken_rule_that_a_hut_would_keep_is_objected_to():
    plan = plan_of("two")
    rules = plan.tables["rules"].copy()
    row = rules.index[rules["rule_id"] == "reach"][0]
    rules.loc[row, ["broken", "places"]] = [1, "a"]
    told = replace(plan, tables=plan.tables | {"rules": rules})
    assert unexcused(told) == ["reach could be kept at a (1 places)"]


def test_a_split_that_the_class_cannot_carry_at_the_office_door_cannot_be_kept():
    plan = plan_of("two")
    lossy = plan.study.network.model_copy(update={"split_ratio": 128})
    asked = plan.study.model_copy(update={"network": lossy})
    assert cannot_be_kept(replace(plan, study=asked), "loss_max", "a")
    assert not cannot_be_kept(plan, "loss_max", "a")

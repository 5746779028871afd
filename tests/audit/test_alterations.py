"""A sound plan passes; each planted alteration is found although fingerprint and manifest match."""

import pytest

from expansion.audit import verify_plan
from expansion.audit.folder import SavedPlan
from expansion.audit.verify import CHECKS, run_check
from tests.audit import (
    alterations_of_business,
    alterations_of_chance,
    alterations_of_comparison,
    alterations_of_cost,
    alterations_of_delivery,
    alterations_of_fibers,
    alterations_of_grounds,
    alterations_of_hubs,
    alterations_of_permits,
    alterations_of_portfolio,
    alterations_of_repeated,
    alterations_of_retold,
    alterations_of_sections,
    alterations_of_technology,
    alterations_of_works,
)
from tests.audit.alterations import ALTERATIONS, Folder

assert alterations_of_business  # each registers its alterations
assert alterations_of_chance
assert alterations_of_comparison
assert alterations_of_cost
assert alterations_of_delivery
assert alterations_of_fibers
assert alterations_of_grounds
assert alterations_of_hubs
assert alterations_of_permits
assert alterations_of_sections
assert alterations_of_technology
assert alterations_of_portfolio
assert alterations_of_repeated
assert alterations_of_retold
assert alterations_of_works


def failed(folder):
    return {check.name: check.failures for check in verify_plan(folder) if not check.ok}


def test_a_sound_plan_passes_every_check(sound_plan):
    checks = verify_plan(sound_plan)
    assert failed(sound_plan) == {}
    assert all(check.checked > 0 for check in checks)


def test_a_plan_that_is_only_sealed_again_passes(plan_copy):
    Folder(plan_copy).seal()
    assert failed(plan_copy) == {}


@pytest.mark.parametrize("name", ["the_median_cost_is_lowered", "a_task_hangs_loose"])
def test_fingerprint_and_manifest_match_an_altered_plan(plan_copy, name):
    plan = Folder(plan_copy)
    ALTERATIONS[name][1](plan)
    plan.seal()
    found = failed(plan_copy)
    assert found
    assert "files" not in found


def test_there_are_more_than_fifty_alterations_and_most_checks_find_one():
    assert len(ALTERATIONS) > 50
    assert len({found_by for found_by, _ in ALTERATIONS.values()}) > 20


@pytest.mark.parametrize("name", sorted(ALTERATIONS))
def test_an_alteration_is_found_by_the_check_that_looks_there(plan_copy, name):
    found_by, alter = ALTERATIONS[name]
    plan = Folder(plan_copy)
    alter(plan)
    plan.seal() if found_by == "files" else plan.write_document()  # sealing takes longer than all else here
    check = run_check(found_by, dict(CHECKS)[found_by], SavedPlan(plan_copy))
    assert not check.ok
    assert not check.failures[0].startswith("cannot be checked")

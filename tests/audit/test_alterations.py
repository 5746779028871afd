"""A sound plan passes; each planted alteration is found although fingerprint and manifest match."""

import pytest

from expansion.audit import verify_plan
from tests.audit.alterations import ALTERATIONS, Folder


def failed(folder):
    return {check.name: check.failures for check in verify_plan(folder) if not check.ok}


def test_a_sound_plan_passes_every_check(sound_plan):
    checks = verify_plan(sound_plan)
    assert failed(sound_plan) == {}
    assert all(check.checked > 0 for check in checks)


def test_a_plan_that_is_only_sealed_again_passes(plan_copy):
    Folder(plan_copy).seal()
    assert failed(plan_copy) == {}


def test_there_are_more_than_twenty_alterations():
    assert len(ALTERATIONS) > 40


@pytest.mark.parametrize("name", sorted(ALTERATIONS))
def test_an_alteration_is_found_by_more_than_its_hash(plan_copy, name):
    plan = Folder(plan_copy)
    ALTERATIONS[name](plan)
    plan.seal()
    found = failed(plan_copy)
    if name != "a_table_is_left_out":
        assert "files" not in found
    assert found

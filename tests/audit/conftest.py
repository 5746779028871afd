"""One real plan of the small study for all tests of a session; tests that change it take a copy."""

import shutil

import pytest

from expansion.runs.planning import PlanOptions, plan_study
from tests.audit.small_study import write_small_study


@pytest.fixture(scope="session")
def sound_plan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit")
    plan_study(write_small_study(folder / "study"), folder / "plan", PlanOptions(explain_permits=True))
    return folder / "plan"


@pytest.fixture
def plan_copy(sound_plan, tmp_path):
    return shutil.copytree(sound_plan, tmp_path / "plan")

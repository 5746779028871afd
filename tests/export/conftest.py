"""A small real plan, planned once for all tests of a session."""

import pytest

from expansion.runs.planning import plan_study
from expansion.runs.saving import load_plan
from tests.audit.small_study import write_small_study


@pytest.fixture(scope="session")
def planned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    plan_study(write_small_study(folder / "study"), folder / "plan")
    return load_plan(folder / "plan")

"""A small real plan, planned once for all tests of a session."""

import pytest

from expansion.export import EXPORTS, export_plan
from expansion.runs.planning import plan_study
from expansion.runs.saving import load_plan
from tests.audit.small_study import write_small_study


@pytest.fixture(scope="session")
def planned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    plan_study(write_small_study(folder / "study"), folder / "plan")
    return load_plan(folder / "plan")


@pytest.fixture(scope="session")
def exported(planned, tmp_path_factory):
    """Every export of the plan, by format."""
    folder = tmp_path_factory.mktemp("written")
    return dict(zip(EXPORTS, export_plan(planned, list(EXPORTS), folder), strict=True))

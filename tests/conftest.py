"""Hypothesis profiles, and the rule that nothing is skipped where CI runs."""

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")

SKIPPED = 8


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    is_controller = not hasattr(session.config, "workerinput")
    if os.environ.get("CI") and is_controller and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        reporter.write_line("a test was skipped, which CI does not accept: the reasons stand below")
        session.exitstatus = SKIPPED

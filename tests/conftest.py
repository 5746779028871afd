"""Hypothesis profiles, the order of tests, their seconds per folder, and that nothing is skipped where CI runs."""

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")

SKIPPED = 8
# Whole plans, processes and browsers. One worker begins with them, so that what they share is made once; of what
# comes after them the other worker takes over as much as evens out the end (--dist worksteal).
LONG = ("tests/docs/", "tests/notebooks/", "tests/browser/", "tests/test_wheel.py", "tests/test_determinism.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_terminal_summary(terminalreporter):
    """Say where the time goes: seconds of setup, call and teardown per folder, where they are many."""
    seconds = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            seconds[os.path.dirname(getattr(report, "nodeid", ""))] += getattr(report, "duration", 0.0)
    if seconds.total() > 60:
        told = ", ".join(f"{folder or 'tests'} {spent:.0f}" for folder, spent in seconds.most_common() if spent >= 1)
        terminalreporter.write_line(f"seconds per folder, {seconds.total():.0f} in all: {told}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    is_controller = not hasattr(session.config, "workerinput")
    if os.environ.get("CI") and is_controller and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        reporter.write_line("a test was skipped, which CI does not accept: the reasons stand below")
        session.exitstatus = SKIPPED

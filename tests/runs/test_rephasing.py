"""What a form of limits holds, as changes over the study file."""

import tomllib
from dataclasses import replace

import pytest

from expansion.runs.rephasing import PhaseWish, phase_changes, wish_of

STUDY = {"portfolio": {"total_budget": 100, "budgets": [{"year": 2027, "amount": 60.0}], "must": ["A2"], "never": []}}
BEFORE = wish_of(STUDY, {"buried": 2, "aerial": 1})


def changed(**fields):
    """Read the changes as the command line would."""
    return {key: value for text in phase_changes(BEFORE, replace(BEFORE, **fields)) for key, value in read(text)}


def read(text):
    key, _, value = text.partition("=")
    return [(key, tomllib.loads(f"it = {value}")["it"])]


def test_a_plan_is_read_as_it_was_made():
    assert PhaseWish(100.0, {2027: 60.0}, {"aerial": 1, "buried": 2}, ("A2",), ()) == BEFORE


def test_nothing_altered_is_no_change():
    assert phase_changes(BEFORE, BEFORE) == ()


@pytest.mark.parametrize(
    ("field", "value", "key", "wanted"),
    [
        ("total_budget", 200.0, "portfolio.total_budget", 200.0),
        ("total_budget", None, "portfolio.total_budget", 1e12),
        ("budgets", {2028: 5.0, 2027: 60.0}, "portfolio.budgets",
         [{"year": 2027, "amount": 60.0}, {"year": 2028, "amount": 5.0}]),
        ("budgets", {}, "portfolio.budgets", []),
        ("crews", {"aerial": 1, "buried": 4}, "schedule.crews",
         [{"kind": "aerial", "count": 1}, {"kind": "buried", "count": 4}]),
        ("must", ("A3", "A1"), "portfolio.must", ["A1", "A3"]),
        ("never", ("A9",), "portfolio.never", ["A9"]),
    ],
)  # fmt: skip
def test_what_is_altered_is_the_only_change(field, value, key, wanted):
    assert changed(**{field: value}) == {key: wanted}

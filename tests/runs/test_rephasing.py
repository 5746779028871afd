"""What a form of limits holds, as changes over the study file."""

import tomllib
from dataclasses import replace

import pandas as pd
import pytest

from expansion.choosing import PortfolioRules
from expansion.runs.embedded import find_embedded
from expansion.runs.phase_rules import RULES, rule_table, rule_value
from expansion.runs.rephasing import PhaseWish, changes_to, phase_changes, wish_of
from expansion.runs.studies import read_study

STUDY = {"portfolio": {"total_budget": 100, "budgets": [{"year": 2027, "amount": 60.0}], "must": ["A2"], "never": []}}
BEFORE = wish_of(STUDY, {"buried": 2, "aerial": 1})


def changed(**fields):
    """Read the changes as the command line would."""
    return {key: value for text in phase_changes(BEFORE, replace(BEFORE, **fields)) for key, value in read(text)}


def read(text):
    key, _, value = text.partition("=")
    return [(key, tomllib.loads(f"it = {value}")["it"] if value else None)]


def test_a_plan_is_read_as_it_was_made():
    wish = PhaseWish(100.0, {2027: 60.0}, {"aerial": 1, "buried": 2}, ("A2",), (), BEFORE.rules)
    assert wish == BEFORE
    assert set(BEFORE.rules) == {*RULES, "frontier", "force_prices"}


def test_nothing_altered_is_no_change():
    assert phase_changes(BEFORE, BEFORE) == ()


@pytest.mark.parametrize(
    ("field", "value", "key", "wanted"),
    [
        ("total_budget", 200.0, "portfolio.total_budget", 200.0),
        ("total_budget", None, "portfolio.total_budget", None),
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


PORTFOLIO = PortfolioRules.model_validate({
    "together": [["A1", "A2"], ["A3", "A4", "A5"]], "before": [["A1", "A9"]], "frontier": 6,
    "floors": [{"measure": "locations", "least": 700, "by": 2028}, {"measure": "npv", "least": -5.5}],
    "milestones": [{"share": 0.4, "by": "2028-12-31"}],
    "initiatives": [{"id": "crm", "name": 'Søk "kunde"', "cost_per_year": 6e4, "before": ["phase:1", "A1"],
                     "staff": {"design": 10, "pmo": 2.5}, "must": True, "holds": "sales"}],
})  # fmt: skip


def test_rules_go_through_the_form_and_come_back_as_they_were():
    plain = wish_of({"portfolio": PORTFOLIO.model_dump(mode="json")}, {})
    changes = phase_changes(wish_of({}, {}), plain)
    read_back = dict(pair for text in changes for pair in read(text.removeprefix("portfolio.")))
    assert PortfolioRules.model_validate(read_back) == PORTFOLIO
    assert phase_changes(plain, plain) == ()


def test_a_row_without_its_first_cell_is_left_out():
    table = rule_table("floors", [{"measure": "npv", "least": 1.0}])
    empty = pd.concat([table, table.assign(measure=None)], ignore_index=True)
    assert rule_value("floors", empty) == [{"measure": "npv", "least": 1.0}]


def test_staff_that_is_not_days_by_role_is_refused():
    table = rule_table("initiatives", [{"id": "crm", "cost_per_year": 1.0}]).assign(staff="design")
    with pytest.raises(ValueError, match="staff"):
        rule_value("initiatives", table)


def test_changes_are_those_to_the_study_and_not_only_to_the_plan_that_was_seen():
    folder = find_embedded("three-rivers")
    study = read_study(folder)[0].model_dump(mode="json")
    of_file = wish_of(study, {"buried": 2})
    laid = ("portfolio.total_budget=5e6",)
    seen = replace(of_file, total_budget=5e6)
    assert changes_to(folder, laid, study, seen, seen) == ()
    assert changes_to(folder, laid, study, seen, of_file) == ("portfolio.total_budget=6400000.0",)
    assert changes_to(folder, (), study, seen, replace(seen, must=("A001",))) == (
        "portfolio.total_budget=5000000.0", 'portfolio.must=["A001"]'
    )  # fmt: skip
    other = {**study, "schedule": {**study["schedule"], "crews": []}}
    assert 'schedule.crews=[{ "kind" = "buried", "count" = 3 }]' in changes_to(
        folder, (), other, seen, replace(seen, crews={"buried": 3})
    )

"""Many rules that differ are told in one line per table, few of them one by one."""

import re

import pytest

from expansion.cli.changes import describe_changes
from expansion.cli.rule_changes import rule_lines
from expansion.plan.rule_rows import diff_rules
from expansion.plan.saved import SavedPlan
from expansion.rulebook import load_rulebook
from tests.plans import document, tables


def book(profile="generic", **changes):
    """The rules of a profile as study.json holds them."""
    names = ("rates", "permit_rules", "engineering", "radio_bands", "gates")
    whole = load_rulebook(profile)
    rules = {name: [row.model_dump(mode="json") for row in getattr(whole, name)] for name in names}
    return {"profile": profile, **rules, **changes}


def plan(rules, lines=()):
    bom = tables()["bom"].assign(category="civil", component="labor", item="plow")[0:0]
    for number, (item, quantity, cost) in enumerate(lines):
        bom.loc[number] = ["A1", item, quantity, cost, "civil", "labor"]
    return SavedPlan(document(), {"study": {}, "rules": rules}, {"bom": bom}, {})


def said(before, after):
    changes = {"study": [], "figures": [], "outcomes": [], "findings": [], "rule_rows": diff_rules(before, after)}
    return describe_changes(changes, document())


def raised(rates, factor):
    return [row | {name: row[name] * factor for name in ("low", "likely", "high")} for row in rates]


def test_equal_books_have_no_row_that_differs():
    assert diff_rules(plan(book()), plan(book())) == []


def test_the_order_of_rows_is_no_difference():
    assert diff_rules(plan(book()), plan(book(gates=book()["gates"][::-1]))) == []


def test_another_profile_is_one_line_per_table():
    lines = said(plan(book()), plan(book("us-bead")))
    assert len(lines) == 1
    assert re.match(r"Rules +permit rules: \d+ rows \(\d+ only before, \d+ only after\): \S+, \S+, \S+, and", lines[0])


def test_many_rates_are_one_line_with_the_three_that_cost_most():
    rates = book()["rates"]
    bills = [[("plow", 10.0, 300.0 * f), ("closure", 1.0, 50.0 * f), ("hut", 1.0, 9.0 * f), ("trench", 2.0, f)]
             for f in (1, 2)]  # fmt: skip
    (line,) = said(plan(book(), bills[0]), plan(book(rates=raised(rates, 2)), bills[1]))
    assert f"rates: {len(rates)} rows ({len(rates)} changed); most in money: plow +300 USD (30.43 -> 60.86), " in line
    assert "closure +50 USD (350 -> 700), hut +9 USD (" in line
    assert line.endswith(f"; {len(rates) - 3} others +1 USD")


def test_few_rates_are_told_one_by_one():
    rates = book()["rates"]
    lines = rule_lines(diff_rules(plan(book()), plan(book(rates=[*raised(rates[:2], 2), *rates[2:]]))), "USD")
    assert [line.split(":")[0] for line in lines["Rates"]] == ["plow", "plow_hard"]


def test_a_rule_that_differs_names_its_fields():
    rules = book()["permit_rules"]
    other = [rules[0] | {"lead_typical": 150, "source": "letter of the railway", "status": "USER"}, *rules[1:]]
    (line,) = said(plan(book()), plan(book(permit_rules=other)))
    assert line == (
        "Rules       permit rules, RAIL-X: lead typical 120 -> 150 (+30, +25.0 %); source letter of the railway; "
        "status GENERAL -> USER"
    )


def test_a_rule_of_one_side_says_what_it_is():
    (line,) = said(plan(book()), plan(book(permit_rules=book()["permit_rules"][1:])))
    assert line == "Rules       permit rules, RAIL-X: only before (Railway crossing agreement)"


@pytest.mark.parametrize("changes", [{"needs_sight": True}, {"needs_sight": None}])
def test_no_literal_of_a_program_stands_in_words(changes):
    bands = book()["radio_bands"]
    (line,) = said(plan(book()), plan(book(radio_bands=[bands[0] | changes, *bands[1:]])))
    assert "needs sight no -> " in line
    assert not re.search(r"\b(True|False|None)\b", line)


def test_many_findings_of_a_code_are_counted():
    rows = [{"code": "W_NO_LAYER", "severity": "info", "where": [name], "count": 1, "message": "m", "repair": ""}
            for name in "abcdef"]  # fmt: skip
    pairs = [{"code": row["code"], "before": None, "after": row} for row in rows[:4]]
    pairs += [{"code": row["code"], "before": row, "after": None} for row in rows[4:]]
    changes = {"study": [], "figures": [], "outcomes": [], "findings": pairs}
    assert describe_changes(changes, document()) == [
        "Findings    W_NO_LAYER: 2 only before [e, f]; 4 only after [a, b, c, …]",
    ]

"""Permit rules of a study over the shipped ones."""

import pytest

from expansion.errors import PlanningError, PlanningErrors, StudyError
from expansion.rulebook import load_rulebook
from expansion.rulebook.own_permit_rules import at_currency, read_own_rules

BOOK = load_rulebook("generic")
SHIPPED = {rule.rule_id: rule for rule in BOOK.permit_rules}
NEW = "rule_id,layer,test,permit,authority_kind,grant,lead_min,lead_typical,lead_max\n"


def lay(text):
    return {rule.rule_id: rule for rule in read_own_rules(text, "rules.csv", BOOK.permit_rules)}


def error_of(text):
    with pytest.raises(PlanningError) as caught:
        lay(text)
    errors = caught.value.errors if isinstance(caught.value, PlanningErrors) else (caught.value,)
    return [(error.code, error.where[0]) for error in errors]


def test_a_row_of_a_shipped_rule_changes_the_cells_that_it_gives_and_no_other():
    rule, old = lay("rule_id,lead_typical,fee_crossing\nRAIL-X,200,\n")["RAIL-X"], SHIPPED["RAIL-X"]
    assert (rule.lead_typical, rule.fee_crossing, rule.documents) == (200, old.fee_crossing, old.documents)
    assert (rule.status, rule.source) == ("USER", "rules.csv; planning value")


def test_a_hyphen_empties_a_cell():
    assert SHIPPED["ROAD-BORE"].conditions
    assert lay("rule_id,conditions\nROAD-BORE,-\n")["ROAD-BORE"].conditions == ""


def test_any_other_row_is_a_new_rule():
    rules = lay(NEW + "CANTON,wetland,inside,Wetland permit,canton,feature,10,20,30\n")
    assert len(rules) == len(SHIPPED) + 1
    assert (rules["CANTON"].status, rules["CANTON"].source) == ("USER", "rules.csv")


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("rule_id,lead_typical\nRAIL-X,soon\n", "E_RULE_ROW", "rules.csv:2 RAIL-X lead_typical"),
        ("rule_id,lead_typical\nRAIL-X,900\n", "E_RULE_ROW", "rules.csv:2 RAIL-X"),
        ("rule_id,led_typical\nRAIL-X,90\n", "E_RULE_ROW", "rules.csv:1 led_typical"),
        ("permit\nRailway\n", "E_RULE_ROW", "rules.csv:1 rule_id"),
        ("rule_id,season_from\nWATER-X,02-30\n", "E_RULE_ROW", "rules.csv:2 WATER-X season_from"),
        ("rule_id,lead_typical\nRAIL-X,90\nRAIL-X,91\n", "E_DUP_ID", "rules.csv:3"),
        ("rule_id,lead_typical\nRAIL-X,90,7\n", "E_CSV_RAGGED", "rules.csv:2"),
        (NEW + "CANTON,wetland,inside,,canton,feature,10,20,30\n", "E_RULE_ROW", "rules.csv:2 CANTON permit"),
    ],
)
def test_a_malformed_row_is_an_error_with_place_rule_and_column(text, code, place):
    assert (code, place) in error_of(text)


def test_fees_in_another_currency_are_brought_to_the_study_s_with_a_note():
    uk = load_rulebook("uk")
    rules, used = at_currency(uk.permit_rules, "USD", {"GBP": 1.5}, uk.currencies)
    rule = next(one for one in rules if one.rule_id == "UK-NR")
    assert (rule.fee_crossing, rule.currency, used) == (7500.0, "USD", {"GBP": (1.5, True)})
    assert rule.notes.endswith("fees brought from GBP at 1.5 USD")


def test_without_a_rate_of_the_study_s_the_planning_value_counts_and_is_told_apart():
    uk = load_rulebook("uk")
    assert at_currency(uk.permit_rules, "USD", {}, uk.currencies)[1]["GBP"] == (1.27, False)


def test_a_currency_that_nobody_knows_is_an_error_that_names_rules_and_key():
    with pytest.raises(StudyError, match=r"permits\.exchange = \{ USD") as caught:
        at_currency([SHIPPED["RAIL-X"]], "JPY", {}, BOOK.currencies)
    assert (caught.value.code, caught.value.where) == ("E_RULE_CURRENCY", ("RAIL-X",))

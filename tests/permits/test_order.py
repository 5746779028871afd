"""Permits that wait for other permits."""

import pytest

from expansion.errors import StudyError
from expansion.permits.order import permits_before, rules_before
from tests.permits.maps import rule


def permit(rule_id, name, grant, spans):
    return {"rule_id": rule_id, "permit_id": name, "granted_for": grant, "span_ids": spans}


def test_a_rule_names_others_by_id_or_by_kind_of_authority():
    rules = [rule("A", after="B|water authority"), rule("B"), rule("C", authority_kind="water authority")]
    assert rules_before(rules) == {"A": ("B", "C"), "B": (), "C": ()}


def test_rules_of_one_kind_do_not_wait_for_themselves():
    assert rules_before([rule("A", after="authority"), rule("B")])["A"] == ("B",)


def test_a_stray_name_is_an_error_that_names_the_rule():
    with pytest.raises(StudyError, match="A after WETLAN") as error:
        rules_before([rule("A", after="WETLAN"), rule("WETLAND")])
    assert error.value.code == "E_RULE_UNKNOWN"
    assert "WETLAND" in error.value.hint


def test_rules_that_wait_for_each_other_are_refused():
    with pytest.raises(StudyError) as error:
        rules_before([rule("A", after="B"), rule("B", after="C"), rule("C", after="A")])
    assert (error.value.code, error.value.where) == ("E_RULE_ORDER", ("A", "B", "C"))


def test_a_permit_waits_where_it_shares_a_span_or_the_thing_granted():
    """
    screening of A1: s1 s2     of A2: s3
    wetland W: s2              river R: s9, and its certificate s8
    """
    found = permits_before(
        [
            permit("SCREEN", "n1", "area:A1", "s1,s2"), permit("SCREEN", "n2", "area:A2", "s3"),
            permit("WET", "w", "wetland:W", "s2"), permit("CERT", "c", "water:R", "s8"),
            permit("WATER", "r", "water:R", "s9"),
        ],
        {"WET": ("SCREEN",), "WATER": ("CERT", "SCREEN")},
    )  # fmt: skip
    assert found == ["", "", "n1", "", "c"]


def test_nothing_waits_for_a_call_before_digging_for_that_is_made_last():
    call = rule("CALL", "excavation", "any", "area", blocks="dig")
    with pytest.raises(StudyError) as error:
        rules_before([rule("A", after="CALL"), call])
    assert (error.value.code, error.value.where) == ("E_RULE_ORDER", ("A",))

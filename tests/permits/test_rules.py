"""Rules as data: which are in force, which features they name, what is missing."""

from dataclasses import replace

import pandas as pd
import pytest
from pydantic import ValidationError

from expansion.errors import StudyError
from expansion.permits import find_triggers
from expansion.permits.blind import blind_rules
from expansion.permits.rules import features_of, missing_layers, rules_in_force
from expansion.rulebook import load_rulebook
from expansion.rulebook.book import PROFILES
from expansion.study import parse_study
from tests.permits.maps import Feature, Road, make_graph, make_inputs, rule, study

LINES = pd.DataFrame(
    {
        "kind": ["powerline", "powerline", "powerline", "pipeline"], "subtype": [None, "20000 V", "110000 V", None],
        "attributes": ["{}", '{"voltage": "20000"}', '{"voltage": "110000;20000"}', "{}"],
    }
)  # fmt: skip


def test_the_generic_profile_has_a_rule_for_every_kind_of_authority():
    rules = load_rulebook("generic").permit_rules
    assert len(rules) >= 12
    assert {one.status for one in rules} == {"GENERAL"}
    assert {one.source for one in rules} == {"planning value"}


def test_the_us_profile_has_its_36_rules_with_status_as_read():
    rules = [rule for rule in load_rulebook("us-bead").permit_rules if rule.layer != "station"]
    assert len(rules) == 36
    assert {one.status for one in rules} == {"READ", "PARTLY_READ", "GENERAL"}


@pytest.mark.parametrize("profile", PROFILES)
def test_every_rule_says_what_to_hand_in(profile):
    assert [one.rule_id for one in load_rulebook(profile).permit_rules if not one.documents] == []


@pytest.mark.parametrize(("profile", "own", "gone"), [("uk", 8, "RAIL-X"), ("eu", 4, "ROAD-MUNICIPAL")])
def test_a_profile_of_a_few_rules_stands_over_the_generic_one(profile, own, gone):
    book = load_rulebook(profile)
    mine = {one.rule_id for one in book.permit_rules if one.rule_id.startswith(profile.upper())}
    in_force = {one.rule_id for one in rules_in_force(study(), book)}
    assert len(mine) == own
    assert {"WATER-X", "BRIDGE", "LOCATE"} <= in_force
    assert gone not in in_force


def test_a_rule_that_is_off_comes_into_force_where_the_study_names_it_and_takes_the_place_of_others():
    book = load_rulebook("uk")
    usual = {one.rule_id for one in rules_in_force(study(), book)}
    without_powers = {one.rule_id for one in rules_in_force(study(enable=["UK-S50"]), book)}
    assert usual ^ without_powers == {"UK-S50", "UK-NRSWA"}


def test_a_rule_that_is_replaced_comes_back_where_the_one_in_its_place_is_disabled():
    in_force = rules_in_force(study(disable=["UK-NR"]), load_rulebook("uk"))
    assert "RAIL-X" in {one.rule_id for one in in_force}


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"layer": "rails"}, "R rails"),
        ({"layer": "excavation"}, "R excavation"),
        ({"layer": "rail", "test": "any"}, "R rail"),
        ({"layer": "water", "test": "on_bridge"}, "R water"),
        ({"layer": "water", "conditions": "wetland.subtype=bog"}, "R wetland"),
    ],
)
def test_a_layer_that_does_not_exist_or_fit_the_test_is_an_error_with_rule_and_layer(wrong, where):
    book = replace(load_rulebook("generic"), permit_rules=(rule(**wrong),))
    with pytest.raises(StudyError) as caught:
        rules_in_force(study(), book)
    assert (caught.value.code, caught.value.where) == ("E_RULE_LAYER", (where,))


def test_a_disabled_rule_meets_nothing():
    roads, rail = [Road("w1", [(-50, 0), (50, 0)])], Feature("r1", "rail", [(0, -9), (0, 9)])
    found = find_triggers(study(disable=["R"]), make_inputs(roads, [rail], [rule()]), make_graph(roads))
    assert found.meetings.empty
    assert len(found.features) == 0


def test_disabling_an_unknown_rule_is_an_error_that_names_it():
    roads = [Road("w1", [(0, 0), (9, 0)])]
    with pytest.raises(StudyError, match="NOSUCH") as caught:
        find_triggers(study(disable=["NOSUCH"]), make_inputs(roads, [], [rule()]), make_graph(roads))
    assert caught.value.code == "E_RULE_UNKNOWN"


def test_a_voltage_that_is_not_known_may_be_high():
    wanted = rule(layer="powerline|pipeline", conditions="powerline.voltage>=69000|?")
    assert features_of(wanted, LINES).tolist() == [True, False, True, True]


def test_a_feature_without_subtype_fits_every_subtype():
    assert features_of(rule(layer="powerline", subtypes="110000 V"), LINES).tolist() == [True, False, True, False]


def test_conditions_compare_without_case():
    assert features_of(rule(layer="powerline", conditions="subtype=110000 v"), LINES).tolist() == [
        False,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("cell", "words"), [("voltage is high", "is not key=value"), ("voltage>=high", "compares with no number")]
)
def test_a_malformed_condition_is_refused(cell, words):
    with pytest.raises(ValidationError, match=words):
        rule(conditions=cell)


def test_a_missing_layer_is_named_once_with_all_its_rules():
    rules = (rule("F", "flood", "inside"), rule("G", "flood|rail", "inside"))
    (found,) = missing_layers(study(), rules, frozenset({"rail"}))
    assert (found.code, found.severity, found.where) == ("W_NO_LAYER", "warning", ("flood", "F", "G"))
    assert "not tested: F (Permit); tested only in part: G (Permit)" in found.message


def test_an_osm_kind_that_the_extract_lacks_is_information():
    (found,) = missing_layers(study(), (rule("M", "military", "inside"),), frozenset())
    assert found.severity == "info"


def test_a_layer_that_the_study_gives_and_that_holds_nothing_is_named_with_its_rules():
    document = {
        "study": {"name": "t"},
        "inputs": {"osm": {"file": "x.osm"}, "layers": [{"kind": "flood", "file": "f.gpkg"}]},
    }
    (found,) = missing_layers(parse_study(document), (rule("F", "flood", "inside"),), frozenset())
    assert (found.code, found.where) == ("W_LAYER_EMPTY", ("flood", "F"))


def test_a_layer_that_is_there_is_not_missing():
    assert missing_layers(study(), (rule(), rule("D", "excavation", "any", "area")), frozenset({"rail"})) == []


def blind(*rules):
    pond = [(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)]
    features = [Feature("w1", "wetland", [(0, 0), (9, 9)], attributes='{"acres": "3"}'), Feature("p1", "water", pond)]
    return blind_rules(rules, make_inputs([], features, []).features)


def test_a_key_that_no_feature_of_the_layer_tells_is_named_with_layer_and_rule():
    asks = rule("W", "wetland|flood", "crosses", conditions="acre>=2", status="USER")
    (found,) = blind(asks, rule("D", "wetland", "crosses", conditions="zone!=AE;kind=a|?;acres>=2;water.zone=x"))
    assert (found.code, found.severity, found.where) == ("W_NO_ATTRIBUTE", "warning", ("wetland", "W"))
    assert (
        "no feature of the layer wetland tells acre, so that these rules find nothing in it: W (Permit)"
        in found.message
    )


def test_a_layer_of_shapes_that_a_test_cannot_meet_is_named_with_its_rules():
    (found,) = blind(rule("I", "wetland", "inside"), rule("X", "wetland", "crosses"), rule("P", "water", "inside"))
    assert (found.code, found.severity, found.where) == ("W_LAYER_SHAPE", "info", ("wetland", "I"))
    assert "no feature of the layer wetland is of shape area" in found.message


def test_permits_by_municipality_miss_the_boundaries():
    by = rule("S", "road", "inside", "boundary")
    assert [one.where for one in missing_layers(study(), (by,), frozenset())] == [("boundary", "S")]

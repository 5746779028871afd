"""Rules name features by layer, subtype and conditions; what is not known may need the permit."""

import pytest

from expansion.audit.permit_rules import Rule, read_tags


def rule(layer="rail", subtypes="", conditions="", test="crosses", blocks="build"):
    def parts(text, mark):
        return tuple(part.strip() for part in text.split(mark) if part.strip())

    return Rule("R", parts(layer, "|"), parts(subtypes, "|"), parts(conditions, ";"), test, {"blocks": blocks})


@pytest.mark.parametrize(
    ("subtypes", "conditions", "tags", "named"),
    [
        ("rail|tram", "", {"subtype": "rail"}, True),
        ("tram", "", {"subtype": "rail"}, False),
        ("tram", "", {}, True),
        ("", "voltage>=36000|?", {"voltage": "20000;110000"}, True),
        ("", "voltage>=36000|?", {"voltage": "20000"}, False),
        ("", "voltage>=36000|?", {}, True),
        ("", "surface!=unpaved", {"surface": "unpaved"}, False),
        ("", "surface!=unpaved", {}, True),
        ("", "authority~forest|park", {"authority": "us forest service"}, True),
        ("", "authority!~co-op", {"authority": "valley co-op"}, False),
        ("", "authority~forest", {}, False),
        ("", "water.subtype=river", {"subtype": "rail"}, True),
    ],
)
def test_a_rule_names_what_fits(subtypes, conditions, tags, named):
    assert rule(subtypes=subtypes, conditions=conditions).names("rail", tags) is named


def test_a_rule_names_nothing_of_another_layer():
    assert not rule().names("water", {})


@pytest.mark.parametrize(
    ("test", "blocks", "placements"),
    [
        ("crosses", "build", {"aerial", "buried", "duct", "bore"}),
        ("crosses", "buried", {"buried", "bore"}),
        ("inside", "aerial", {"aerial"}),
        ("uses", "build", {"aerial"}),
    ],
)
def test_a_rule_concerns_what_is_built_its_way(test, blocks, placements):
    found = {p for p in ("aerial", "buried", "duct", "bore") if rule(test=test, blocks=blocks).concerns(p)}
    assert found == placements


def test_attributes_that_are_no_object_hold_no_tags():
    assert read_tags("[1]") == read_tags("{") == {}
    assert read_tags('{"Name": " Cold River "}') == {"Name": "cold river"}

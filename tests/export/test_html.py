"""The page says in words how good the route is, agrees in number and shows a plan of nothing."""

import re

import pytest

from expansion.export.html import page_text
from expansion.plan.saved import SavedPlan


def text_of(plan, **changes):
    document = plan.document | {name: plan.document[name] | own for name, own in changes.items()}
    page = page_text(SavedPlan(document, plan.study_document, plan.tables, plan.certificates))
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page.split("</style>")[1]))


@pytest.mark.parametrize(
    ("route", "words"),
    [
        ({"gap": 0.0}, "is proven the cheapest possible. Anyone can check: recomputed from the saved certificate"),
        ({"gap": 0.00021}, "is proven within 0.02 % of the cheapest possible"),
        ({"cost": 200.0, "certified_lower_bound": 199.0}, "it is within 0.50 % of the cheapest possible"),
        ({"cost": 0.0}, "there is nothing to prove"),
    ],
)
def test_the_page_says_how_good_the_route_is_proven_to_be(planned, route, words):
    assert words in text_of(planned, route=route)


def test_the_gap_of_the_certificate_is_its_own(planned):
    said = text_of(planned, route={"cost": 200.0, "lower_bound": 200.0, "certified_lower_bound": 150.0, "gap": 0.0})
    assert "recomputed from its certificate 200 150 25.00 %" in said


def test_one_of_a_thing_is_singular(planned):
    said = text_of(planned, counts={"locations_chosen": 1, "permits": 1, "tasks": 1, "areas": 1})
    for words in ("1 location to serve", "1 permit longest lead", "1 task from", "of 1 area "):
        assert words in said
    assert not re.search(r"(?<![\d,.])1 (locations|permits|tasks|areas|days) ", said)


def test_a_plan_of_nothing_has_sentences_in_place_of_empty_tables(planned):
    empty = {name: planned.tables[name].iloc[:0] for name in ("permits", "risks", "tasks")}
    areas = planned.tables["areas"].assign(chosen=False)
    plan = SavedPlan(planned.document, {}, planned.tables | empty | {"areas": areas}, {})
    said = text_of(plan, portfolio={"phases": [], "spent": 0.0})
    for words in ("Nothing is scheduled.", "Nothing is spent.", "is built.", "None is needed.", "nothing is at risk"):
        assert words in said
    assert "By phase" not in said

"""Sentences that many places share."""

import pytest
from pydantic import BaseModel

from expansion.rulebook import permit_rule, rows
from expansion.study import Study
from expansion.wording import FORMS, count, meant, nearest, section_of


@pytest.mark.parametrize(
    ("number", "words", "text"),
    [
        (1, ("hub",), "1 hub"),
        (0, ("hub",), "0 hubs"),
        (1200, ("hub",), "1,200 hubs"),
        (1, ("area holds", "areas hold"), "1 area holds"),
        (2, ("area holds", "areas hold"), "2 areas hold"),
        (7, (), "7"),
        (None, ("hub",), "-"),
    ],
)
def test_a_count_agrees_with_its_noun(number, words, text):
    assert count(number, *words) == text


@pytest.mark.parametrize(("word", "found"), [("plwo", "plow"), ("bore_", "bore"), ("zzz", ""), ("", "")])
def test_the_nearest_word_is_found_or_none(word, found):
    assert nearest(word, ["plow", "plow_hard", "bore"]) == found


def test_the_order_of_known_words_changes_nothing():
    assert meant("aab", {"aaa", "aac"}) == meant("aab", ["aac", "aaa"]) == "did you mean aac?"


def patterns(model):
    for field in model.model_fields.values():
        inner = section_of(field.annotation)
        yield from patterns(inner) if inner else ()
        for limit in field.metadata:
            if found := getattr(limit, "pattern", None):
                yield found


def test_every_form_asked_of_a_user_is_told_in_words():
    kinds = [
        kind
        for kind in (*vars(rows).values(), permit_rule.PermitRule)
        if isinstance(kind, type) and issubclass(kind, BaseModel)
    ]
    asked = {pattern for kind in [Study, *kinds] for pattern in patterns(kind)}
    assert asked <= FORMS.keys()
    assert len(asked) >= 5

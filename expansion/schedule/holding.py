"""What a permit holds up, and how long it takes."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from expansion.rulebook import Rulebook

ON_SPANS = ("buried", "aerial")


def method_of(placement: str) -> str:
    """Say in which way a span is built: on poles (`aerial`) or underground (`buried`)."""
    return "aerial" if placement == "aerial" else "buried"


def blocked_words(rulebook: Rulebook, permits: pd.DataFrame) -> list[str]:
    """Word of each permit for what it blocks, as its rule has it."""
    blocks = {rule.rule_id: rule.blocks for rule in rulebook.permit_rules}
    return [blocks.get(rule, "build") for rule in permits["rule_id"].to_list()]


def methods_of(word: str) -> frozenset[str]:
    """Build that a word of a rule holds up: ``build`` both, ``dig`` that underground, others none but their own."""
    both = {"build": frozenset(ON_SPANS), "dig": frozenset({"buried"})}
    return both.get(word, frozenset({word}) & frozenset(ON_SPANS))


def held_methods(rulebook: Rulebook, permits: pd.DataFrame) -> list[frozenset[str]]:
    """Build that each permit holds up."""
    return [methods_of(word) for word in blocked_words(rulebook, permits)]


def days_gone(permits: pd.DataFrame, start: dt.date) -> list[int]:
    """Calendar days for which each permit has been with its agency on a day; -1 for what was not filed by then."""
    columns = (permits["state"].to_list(), permits["filed"].to_list())
    gone = [
        (start - dt.date.fromisoformat(filed)).days if state == "filed" and isinstance(filed, str) else -1
        for state, filed in zip(*columns, strict=True)
    ]
    return [max(days, -1) for days in gone]


def lead_days(permits: pd.DataFrame, start: dt.date) -> list[int]:
    """Calendar days that each permit takes from a day on: its typical lead time, none where it is approved.

    Of what was filed before, what is left of it, and a day at least as long as it is not decided.
    """
    columns = (permits["state"], permits["lead_time_calendar_days"], days_gone(permits, start))
    return [
        0 if state == "approved" else max(int(days) - gone, 1) if gone >= 0 else int(days)
        for state, days, gone in zip(*columns, strict=True)
    ]


def permits_before(permits: pd.DataFrame) -> list[list[str]]:
    """Ids of the permits of this plan that must be approved first, per permit."""
    known = set(permits["permit_id"])
    named = permits["after_permit_ids"].fillna("").to_list()
    return [[one for one in str(text).split(",") if one in known] for text in named]

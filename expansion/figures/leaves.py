"""Every single value of plan.json under its key, so that each export can carry all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

_MONEY = re.compile(
    r"^route\.(cost|\w*lower_bound)$"
    r"|^business\.(phases\[\d+\]\.)?(npv(_p\d\d)?|net|revenue|opex(_per_subscriber|_fixed_wireless)?|capital_\w+|replacement|subsidy\w*|terminal_value"
    r"|break_even_arpu|arpu_per_month|pole_rental|reconnect_cost)$"
    r"|^(cost|candidates)\.((base|p\d\d)(_escalated)?|contingency|reserve_\w+|cost_\w+|per_\w+|by_(category|component)\..+)$"
    r"|^siting\.(cost|lower_bound|tree_split_cost)$|^technology_choice\.(\w+\.)?(cost|lower_bound|threshold_per_location)$"
    r"|^technology_curve\.threshold_\w+$|^curve\.tail_cost$"
    r"|^network\.civil_(cost|lower_bound)$|^portfolio\.(budget|spent|phases\[\d+\]\.cost)$"
)
_UNITS = (
    (r"_m$", "m"),
    (r"_db$", "dB"),
    (r"calendar_days$", "calendar days"),
    (r"_days$", "days"),
    (r"_years$", "years"),
    (r"(gap|_share|_per_year|take_rate|_growth|discount_rate|\birr)$", "fraction"),
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of plan.json.

    Attributes
    ----------
    key
        Where it stands, such as ``portfolio.phases[0].cost``.
    value
        Number, text, flag or None where unknown.
    unit
        Unit or currency; "" for counts and words.
    """

    key: str
    value: Any
    unit: str

    @property
    def section(self) -> str:
        """The first word of the key."""
        return re.split(r"[.\[]", self.key, maxsplit=1)[0]

    @property
    def number(self) -> float | None:
        """The value, if it is a number."""
        is_number = isinstance(self.value, (int, float)) and not isinstance(self.value, bool)
        return float(self.value) if is_number else None

    @property
    def text(self) -> str | None:
        """The value, if it is a word or a flag."""
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        return self.value if isinstance(self.value, str) else None


def plan_leaves(document: Mapping[str, Any]) -> tuple[Leaf, ...]:
    """List every value of plan.json, by key; entries of a list are numbered from 0.

    Parameters
    ----------
    document
        plan.json.
    """
    return tuple(Leaf(key, value, unit_of(key, value, document)) for key, value in _walk("", document))


def leaf_table(document: Mapping[str, Any]) -> pd.DataFrame:
    """Lay the values of plan.json out as a table: key, number, text, unit; unknown values are empty."""
    leaves = plan_leaves(document)
    return pd.DataFrame(
        {
            "key": pd.array([leaf.key for leaf in leaves], dtype="str"),
            "number": pd.array([leaf.number for leaf in leaves], dtype="float64"),
            "text": pd.array([leaf.text for leaf in leaves], dtype="str"),
            "unit": pd.array([leaf.unit for leaf in leaves], dtype="str"),
        }
    )


def _walk(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield key and value of every leaf below a value."""
    if isinstance(value, Mapping):
        for name in sorted(value):
            yield from _walk(f"{key}.{name}" if key else name, value[name])
    elif isinstance(value, (list, tuple)):
        for number, one in enumerate(value):
            yield from _walk(f"{key}[{number}]", one)
    else:
        yield key, value


def unit_of(key: str, value: Any, document: Mapping[str, Any]) -> str:
    """Say in which unit a number of plan.json is counted; "" for words, counts and years."""
    if value is None or isinstance(value, (str, bool)):
        return ""
    found = re.match(r"findings\[(\d+)\]\.amount$", key)
    if found:
        return document["findings"][int(found[1])]["unit"] or ""
    if _MONEY.match(key):
        return str(document["study"]["currency"])
    return next((unit for pattern, unit in _UNITS if re.search(pattern, key)), "")

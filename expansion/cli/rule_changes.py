"""Say in words how the rule books of two plans differ: a line per row, or per table where many rows do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from expansion.cli.layout import Lines, cut
from expansion.cli.words import by_how_much, signed, value_words
from expansion.rulebook import Rate
from expansion.rulebook.changes import change_words, compare_values
from expansion.rulebook.values import rate_value
from expansion.wording import count

_MOST_ROWS, _LARGEST, _LONGEST = 5, 3, 60
_ABOUT = ("permit", "about", "name", "risk", "check", "item")
SIDES = ("before", "after")
_ORIGIN = ("source", "status")
_ASKED = ("profile", "currency", "price_year")  # told under the study's own keys
RuleRow = Mapping[str, Any]


def rule_lines(rows: Sequence[RuleRow], money: str) -> dict[str, Lines]:
    """Write what differs between two rule books, rates apart from other rules.

    Parameters
    ----------
    rows
        As `expansion.plan.rule_rows.diff_rules` lists them.
    money
        Currency of the plans.

    Returns
    -------
    dict
        Lines under ``Rates`` and ``Rules``. Up to five rows of a table are told one by one; of more, their count, the
        three that did most to the money, and what the others did together.
    """
    told: dict[str, Lines] = {"Rates": [], "Rules": []}
    for table in dict.fromkeys(row["table"] for row in rows if row["table"] not in _ASKED):
        mine = [row for row in rows if row["table"] == table]
        title = "Rates" if table == "rates" else "Rules"
        told[title] += _summary(table, mine, money) if len(mine) > _MOST_ROWS else [_row(row, money) for row in mine]
    return told


def _summary(table: str, rows: Sequence[RuleRow], money: str) -> Lines:
    """Write one line on many rows of a table."""
    kinds = {"changed": 0, "only before": 0, "only after": 0}
    for row in rows:
        kinds[_kind(row)] += 1
    parts = ", ".join(f"{number:,} {kind}" for kind, number in kinds.items() if number)
    felt = sorted((row for row in rows if row["money"]), key=lambda row: -abs(row["money"]))
    line = f"{_words(table)}: {count(len(rows), 'row')} ({parts})"
    if not felt:
        names = [row["row"] for row in rows[:_LARGEST]]
        return [f"{line}: {', '.join(names)}, and {len(rows) - len(names):,} more; none moves the bill by itself"]
    largest = [f"{row['row']} {_effect(row['money'], money)}{_brief(row)}" for row in felt[:_LARGEST]]
    rest = sum(row["money"] for row in felt[_LARGEST:])
    others = f"; {len(rows) - len(largest):,} others {_effect(rest, money)}"
    return [f"{line}; most in money: {', '.join(largest)}{others}"]


def _kind(row: RuleRow) -> str:
    if row["before"] is None or row["after"] is None:
        return "only after" if row["before"] is None else "only before"
    return "changed"


def _brief(row: RuleRow) -> str:
    """Write the likely value of a rate before and after."""
    sides = [row[side] for side in SIDES]
    if any(side is None or "likely" not in side for side in sides) or sides[0]["likely"] == sides[1]["likely"]:
        return ""
    before, after = (value_words(side["likely"]) for side in sides)
    return f" ({before} -> {after})"


def _effect(amount: float, money: str) -> str:
    return f"{signed(amount) if amount else '+0'} {money}"


def _row(row: RuleRow, money: str) -> str:
    """Write one row: of rates as the rate book does, of other tables its fields."""
    if row["table"] == "rates":
        sides = ([rate_value(Rate.model_validate(dict(row[side])))] if row[side] else [] for side in SIDES)
        changes = compare_values(*sides)
        return change_words(changes[0]) if changes else f"{row['row']}: {_fields(row)}"
    name = f"{_words(row['table'])}, {row['row']}" if row["row"] else _words(row["table"])
    if not isinstance(row["before"] or row["after"], Mapping):
        return f"{name}: {value_words(row['before'])} -> {value_words(row['after'])}"
    kind = _kind(row)
    effect = f"; {_effect(row['money'], money)}" if row["money"] else ""
    if kind == "changed":
        return f"{name}: {_fields(row)}{effect}"
    whole = row["after"] or row["before"]
    about = next((f" ({whole[field]})" for field in _ABOUT if whole.get(field)), "")
    return f"{name}: {kind}{about}{effect}"


def _fields(row: RuleRow) -> str:
    """Write the fields of a row that differ, its origin last."""
    first, second = row["before"], row["after"]
    names = [*(name for name in row["fields"] if name not in _ORIGIN), *(n for n in _ORIGIN if n in row["fields"])]
    parts = []
    for name in names:
        before, after = (cut(value_words(side.get(name)), _LONGEST) or "none" for side in (first, second))
        change = f" {before} -> {after}{by_how_much(first.get(name), second.get(name))}" if name != "source" else ""
        parts.append(f"{_words(name)}{change}" if change else f"source {after}")
    return "; ".join(parts)


def _words(name: str) -> str:
    return name.replace("_", " ")

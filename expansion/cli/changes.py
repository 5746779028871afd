"""Say in words what differs between two plans."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from expansion.cli.layout import Lines, titled
from expansion.cli.summary import finding_lines
from expansion.figures.leaves import unit_of
from expansion.rulebook import Rate
from expansion.rulebook.changes import change_words, compare_values
from expansion.rulebook.values import rate_value
from expansion.wording import UNKNOWN, count

ORDER = (
    "counts", "outcomes", "cost", "portfolio", "technology", "candidates", "route", "network", "permits", "schedule",
    "business",
)  # fmt: skip
SECTION_OF = {"bill": "cost", "areas": "portfolio", "permits": "permits", "dates": "schedule"}
"""Section below which an effect is told."""
_MOST_KEYS, _MOST_ITEMS = 40, 12
SIDES = ("before", "after")
_UNIT_IN_NAME = re.compile(r"_(m|db|calendar_days|days|years)$")
_PHASE = re.compile(r"\bphases\.(\d+)\.")
_COUNTED = re.compile(r"\.(by_rule|by_category|phases)\.")  # what a plan leaves out there, it has none of
_TOLD = re.compile(r"\.phases\.\d+\.(phase|year)$")  # of a phase, which is named by its year
_JSON_ONLY = re.compile(r"^business\.phases\.|^cost\.by_component\.|\.irr_reason$")  # too many to read
_RATES = ("rates.", "rates_as_stated.")  # told in sentences of their own
_PLACE = re.compile(r"\.\d+$")
Rules = tuple[Mapping[str, Any], Mapping[str, Any]]


def describe_changes(
    changes: Mapping[str, Any], document: Mapping[str, Any], width: int = 0, *, rules: Rules = ({}, {})
) -> Lines:
    """Write what differs: first what was asked otherwise, then what that did, a paragraph per section of plan.json.

    Parameters
    ----------
    changes
        `study` (what was asked), `rules`, `figures`, `outcomes` and `findings`, as `expansion.plan.diff` lists them;
        `effects` and `same` as `expansion.plan.effects` does.
    document
        plan.json of the first plan, which tells units.
    width
        Columns to fit; 0 for no limit.
    rules
        Rules in force of both plans, by which rates are told in words.
    """
    lines = _causes(changes, width, rules)
    by_section = _effects(changes, document)
    for section in [name for name in ORDER if by_section.get(name)]:
        lines += titled(section.capitalize(), by_section[section], width)
    if changes["outcomes"]:
        lines += titled("Locations", [_outcome(row) for row in changes["outcomes"]], width)
    if changes["findings"]:
        lines += titled("Findings", [line for row in changes["findings"] for line in _finding(row)], width)
    if not lines:
        return ["only the fingerprints differ: tables or certificates of the plans are not the same"]
    if changes.get("same"):
        lines += titled("Unchanged", [", ".join(changes["same"])], width)
    return lines


def _causes(changes: Mapping[str, Any], width: int, rules: Rules) -> Lines:
    """Write what was asked otherwise: keys of the study, rates, other rules, inputs."""
    inputs = [row for row in changes["figures"] if row["key"].startswith("inputs.")]
    bodies = {
        "Asked": _keys(changes["study"]),
        "Rates": rate_sentences(*(side.get("rates_as_stated") or side.get("rates", []) for side in rules)),
        "Rules": _keys([row for row in changes["rules"] if not (rules[0] and row["key"].startswith(_RATES))]),
        "Inputs": [line for row in inputs if (line := _input(row, row["key"].partition(".")[2]))],
    }
    return [line for title, body in bodies.items() if body for line in titled(title, body, width)]


def rate_sentences(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Lines:
    """Say in a sentence each how rates of two rule books differ.

    Parameters
    ----------
    before, after
        Rows of rates as study.json holds them.
    """
    sides = ([rate_value(Rate.model_validate(dict(row))) for row in side] for side in (before, after))
    return [change_words(change) for change in compare_values(*sides)]


def _effects(changes: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Lines]:
    """Write what changed by section of plan.json: its figures, then what the tables tell."""
    by_section: dict[str, Lines] = {}
    for row in changes["figures"]:
        section, _, name = row["key"].partition(".")
        if section != "inputs" and not _JSON_ONLY.search(row["key"]):
            line = _figure(row, name, document)
            by_section.setdefault(section, []).extend([line] if line else [])
    effects = changes.get("effects", [])
    for subject, section in SECTION_OF.items():
        mine = [row for row in effects if row["subject"] == subject]
        lines = [_effect(row) for row in mine[:_MOST_ITEMS]]
        rest = sum(row["difference"] or 0 for row in mine[_MOST_ITEMS:])
        if len(mine) > _MOST_ITEMS:
            lines.append(f"and {count(len(mine) - _MOST_ITEMS, 'more')}: {_signed(rest)} {mine[0]['unit']}".rstrip())
        by_section.setdefault(section, []).extend(lines)
    return by_section


def _effect(row: Mapping[str, Any]) -> str:
    """Write one effect: an item of the bill with the reason, or things named by their ids."""
    if row["subject"] == "bill":
        told = f"{row['name'].replace('_', ' ')}: {_value(row['before'])} -> {_value(row['after'])} {row['unit']}"
        return f"{told}{_by_how_much(row['before'], row['after'])}, {_reason(row)}"
    things = count(row["count"], row["subject"].removesuffix("s") if row["subject"] != "dates" else "area")
    places = _places(row["where"], row["count"])
    if row["before"] is not None:
        return f"{things}: {row['name']} {row['before']} -> {row['after']} {places}"
    shift = f" by up to {count(abs(row['difference']), 'day')}" if row["difference"] else ""
    return f"{things}: {row['name']}{shift} {places}"


def _reason(row: Mapping[str, Any]) -> str:
    """Say whether prices or quantities made the difference."""
    if row["category"] == "soft":
        return "a share of what is built"
    moved = [(word, row[key]) for word, key in (("price", "by_price"), ("quantity", "by_quantity"))]
    felt = [(word, amount) for word, amount in moved if abs(amount) >= 0.01 * abs(row["difference"])]
    if len(felt) == 1:
        return f"by {felt[0][0]}"
    return " and ".join(f"{_signed(amount)} by {word}" for word, amount in felt)


def _keys(rows: Sequence[Mapping[str, Any]]) -> Lines:
    """Write changed keys of the study, or of the rules, under their own names; a list of values is one key."""
    lists: dict[str, dict[str, list[str]]] = {}
    lines: dict[str, str] = {}
    for row in rows:
        if not row["before"] and not row["after"] and None in (row["before"], row["after"]):
            continue  # a key that is there now and says nothing
        name = _PLACE.sub("", row["key"])
        if name != row["key"]:
            sides = lists.setdefault(name, {side: [] for side in SIDES})
            for side in SIDES:
                sides[side] += [] if row[side] is None else [_value(row[side], plain=True)]
            before, after = (", ".join(sides[side]) or "none" for side in SIDES)
            lines[name] = f"{name}: {before} -> {after}"
        else:
            before, after = (_value(row[side], plain=True) for side in SIDES)
            gain = "" if name.endswith(("year", "seed")) else _by_how_much(row["before"], row["after"])
            lines[name] = f"{name}: {before} -> {after}{gain}"
    told = list(lines.values())
    return [*told[:_MOST_KEYS], *([f"and {len(told) - _MOST_KEYS:,} more"] if len(told) > _MOST_KEYS else [])]


def _figure(row: Mapping[str, Any], name: str, document: Mapping[str, Any]) -> str:
    """Write one figure: its name, before, after, unit and by how much; "" for what its name says already."""
    if _TOLD.search(row["key"]):
        return ""
    before, after = ((0 if row[side] is None and _COUNTED.search(row["key"]) else row[side]) for side in SIDES)
    unit = unit_of(_PHASE.sub("phases[0].", row["key"]), before if before is not None else after, document)
    words = _PHASE.sub(r"phase of \1, ", name)
    words = _UNIT_IN_NAME.sub("", words) if unit else words
    words = re.sub(r"\bp(\d\d)\b", r"P\1", words.replace("_", " ").replace(".", " ")).strip()
    words = re.sub(r"\b(npv|irr|arpu)\b", lambda found: found[1].upper(), words)
    if unit == "fraction":
        return f"{words}: {_share(before)} -> {_share(after)}{_points(before, after)}"
    plain = row["key"].endswith(("year", "seed"))
    told = f"{words}: {_value(before, plain=plain)} -> {_value(after, plain=plain)} {unit}".rstrip()
    return told if plain else told + _by_how_much(before, after)


def _input(row: Mapping[str, Any], key: str) -> str:
    """Write what changed about an input; "" for what another of its figures says already."""
    name, _, field = key.rpartition(".")
    if row["before"] is None or row["after"] is None:
        side = "only after" if row["before"] is None else "only before"
        return f"{name}: {side}" if field == "sha256" else ""
    if field == "sha256":
        return f"{name}: other content"
    return f"{name}, {field}: {_value(row['before'])} -> {_value(row['after'])}"


def _value(value: Any, *, plain: bool = False) -> str:
    """Write a value; `plain` sets no thousands apart, for years and seeds."""
    if value is None:
        return UNKNOWN
    if plain or isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else f"{100 * value:.2f} %"


def _points(before: float | None, after: float | None) -> str:
    """Write the difference of two shares in percentage points."""
    return "" if before is None or after is None else f" ({100 * (after - before):+.2f} points)"


def _by_how_much(before: Any, after: Any) -> str:
    """Write the difference, with its percentage where there is something to compare it with."""
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in (before, after)):
        return ""
    share = f", {(after - before) / abs(before):+.1%}".replace("%", " %") if before else ""
    return f" ({_signed(after - before)}{share})"


def _signed(number: float) -> str:
    """Write a difference with its sign."""
    return f"{'+' if number > 0 else '-' if number < 0 else ''}{_value(round(abs(number), 3))}"


def _outcome(row: Mapping[str, Any]) -> str:
    """Write how many locations changed from one outcome to another."""
    before, after = ("not eligible" if row[side] == "-" else str(row[side]).replace("_", " ") for side in SIDES)
    return f"{count(row['count'], 'location')}: {before} -> {after} {_places(row['where'], row['count'])}".rstrip()


def _places(where: Sequence[str], total: int) -> str:
    return f"[{', '.join(where)}{', …' if total > len(where) else ''}]" if where else ""


def _finding(row: Mapping[str, Any]) -> Iterable[str]:
    """Write a finding that came, went or changed."""
    before, after = row["before"], row["after"]
    if after is None:
        return [f"only before: {line}" for line in finding_lines([before])]
    if before is None:
        return [f"only after: {line}" for line in finding_lines([after])]
    return [f"before: {line}" for line in finding_lines([before])] + [
        f"   now: {line}" for line in finding_lines([after])
    ]

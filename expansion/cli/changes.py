"""Say in words what differs between two plans."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from expansion.cli.layout import Lines, titled
from expansion.cli.summary import finding_lines
from expansion.figures.leaves import unit_of
from expansion.wording import UNKNOWN, count

ORDER = (
    "study", "inputs", "counts", "outcomes", "candidates", "route", "network", "technology", "cost", "permits",
    "portfolio", "schedule",
)  # fmt: skip
_MOST_KEYS = 40
SIDES = ("before", "after")
_UNIT_IN_NAME = re.compile(r"_(m|db|calendar_days|days)$")
_PHASE = re.compile(r"\bphases\.(\d+)\.")
_COUNTED = re.compile(r"\.(by_rule|by_category|by_component|phases)\.")  # what a plan leaves out there, it has none of
_TOLD = re.compile(r"\.phases\.\d+\.(phase|year)$")  # of a phase, which is named by its year


def describe_changes(changes: Mapping[str, Any], document: Mapping[str, Any], width: int = 0) -> Lines:
    """Write what differs, a paragraph per section of plan.json.

    Parameters
    ----------
    changes
        `study` (what was asked), `rules`, `figures`, `outcomes` and `findings`, as `expansion.plan.diff` lists them.
    document
        plan.json of the first plan, which tells units.
    width
        Columns to fit; 0 for no limit.
    """
    by_section: dict[str, Lines] = {}
    for row in changes["figures"]:
        section, _, name = row["key"].partition(".")
        line = _input(row, name) if section == "inputs" else _figure(row, name, document)
        by_section.setdefault(section, []).extend([line] if line else [])
    lines: Lines = []
    for title, name in (("Asked", "study"), ("Rules", "rules")):
        if changes[name]:
            lines += titled(title, _keys(changes[name]), width)
    for section in [name for name in ORDER if by_section.get(name)]:
        lines += titled(section.capitalize(), by_section[section], width)
    if changes["outcomes"]:
        lines += titled("Locations", [_outcome(row) for row in changes["outcomes"]], width)
    if changes["findings"]:
        lines += titled("Findings", [line for row in changes["findings"] for line in _finding(row)], width)
    return lines or ["only the fingerprints differ: tables or certificates of the plans are not the same"]


def _keys(rows: Sequence[Mapping[str, Any]]) -> Lines:
    """Write changed keys of the study, or of the rules, under their own names."""
    lines = [f"{row['key']}: {_value(row['before'], plain=True)} -> {_value(row['after'], plain=True)}" for row in rows]
    return [*lines[:_MOST_KEYS], *([f"and {len(lines) - _MOST_KEYS:,} more"] if len(lines) > _MOST_KEYS else [])]


def _figure(row: Mapping[str, Any], name: str, document: Mapping[str, Any]) -> str:
    """Write one figure: its name, before, after, unit and by how much; "" for what its name says already."""
    if _TOLD.search(row["key"]):
        return ""
    before, after = ((0 if row[side] is None and _COUNTED.search(row["key"]) else row[side]) for side in SIDES)
    unit = unit_of(_PHASE.sub("phases[0].", row["key"]), before if before is not None else after, document)
    words = _PHASE.sub(r"phase of \1, ", name)
    words = _UNIT_IN_NAME.sub("", words) if unit else words
    words = re.sub(r"\bp(\d\d)\b", r"P\1", words.replace("_", " ").replace(".", " ")).strip()
    if unit == "fraction":
        return f"{words}: {_share(before)} -> {_share(after)}"
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


def _by_how_much(before: Any, after: Any) -> str:
    """Write the change in percent, for numbers with something to compare them with."""
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (before, after))
    if not numbers or not before:
        return ""
    return f" ({(after - before) / abs(before):+.1%})".replace("%", " %")


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

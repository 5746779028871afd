"""Say in words what differs between two plans."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from expansion.cli.layout import Lines, titled
from expansion.cli.rule_changes import rule_lines
from expansion.cli.summary import finding_lines
from expansion.cli.words import by_how_much, signed, value_words
from expansion.figures.leaves import unit_of
from expansion.wording import UNKNOWN, count

ORDER = (
    "counts", "outcomes", "cost", "portfolio", "technology", "candidates", "route", "network", "permits", "schedule",
    "business",
)  # fmt: skip
SECTION_OF = {"bill": "cost", "areas": "portfolio", "permits": "permits", "dates": "schedule"}
"""Section below which an effect is told."""
_MOST_KEYS, _MOST_ITEMS, _MOST_RULES, _MOST_FINDINGS = 40, 12, 5, 3
SIDES = ("before", "after")
_UNIT_IN_NAME = re.compile(r"_(m|db|calendar_days|days|years)$")
_PHASE = re.compile(r"\bphases\.(\d+)\.")
_COUNTED = re.compile(r"\.(by_rule|by_category|phases)\.")  # what a plan leaves out there, it has none of
_TOLD = re.compile(r"\.phases\.\d+\.(phase|year)$")  # of a phase, which is named by its year
_JSON_ONLY = re.compile(r"^business\.phases\.|^cost\.by_component\.|\.irr_reason$")  # too many to read
_PLACE = re.compile(r"\.\d+$")
_BY_RULE = "permits.by_rule."


def describe_changes(changes: Mapping[str, Any], document: Mapping[str, Any], width: int = 0) -> Lines:
    """Write what differs: first what was asked otherwise, then what that did, a paragraph per section of plan.json.

    Parameters
    ----------
    changes
        `study` (what was asked), `figures`, `outcomes` and `findings`, as `expansion.plan.diff` lists them;
        `rule_rows` as `expansion.plan.rule_rows` does, `effects` and `same` as `expansion.plan.effects` does.
    document
        plan.json of the first plan, which tells units.
    width
        Columns to fit; 0 for no limit.
    """
    lines = _causes(changes, document["study"]["currency"], width)
    by_section = _effects(changes, document)
    for section in [name for name in ORDER if by_section.get(name)]:
        lines += titled(section.capitalize(), by_section[section], width)
    if changes["outcomes"]:
        lines += titled("Locations", [_outcome(row) for row in changes["outcomes"]], width)
    if changes["findings"]:
        lines += titled("Findings", _findings(changes["findings"]), width)
    if not lines:
        return ["only the fingerprints differ: tables or certificates of the plans are not the same"]
    if changes.get("same"):
        lines += titled("Unchanged", [", ".join(changes["same"])], width)
    return lines


def _causes(changes: Mapping[str, Any], money: str, width: int) -> Lines:
    """Write what was asked otherwise: keys of the study, rates, other rules, inputs."""
    inputs = [row for row in changes["figures"] if row["key"].startswith("inputs.")]
    bodies = {
        "Asked": _keys(changes["study"]),
        **rule_lines(changes.get("rule_rows", []), money),
        "Inputs": [line for row in inputs if (line := _input(row, row["key"].partition(".")[2]))],
    }
    return [line for title, body in bodies.items() if body for line in titled(title, body, width)]


def _effects(changes: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Lines]:
    """Write what changed by section of plan.json: its figures, then what the tables tell."""
    by_section: dict[str, Lines] = {}
    rules = [row for row in changes["figures"] if row["key"].startswith(_BY_RULE)]
    for row in changes["figures"]:
        section, _, name = row["key"].partition(".")
        is_folded = row in rules and len(rules) > _MOST_RULES
        if section != "inputs" and not is_folded and not _JSON_ONLY.search(row["key"]):
            line = _figure(row, name, document)
            by_section.setdefault(section, []).extend([line] if line else [])
    if len(rules) > _MOST_RULES:
        by_section.setdefault("permits", []).insert(0, _by_rule(rules))
    effects = changes.get("effects", [])
    for subject, section in SECTION_OF.items():
        mine = [row for row in effects if row["subject"] == subject]
        lines = [_effect(row) for row in mine[:_MOST_ITEMS]]
        rest = sum(row["difference"] or 0 for row in mine[_MOST_ITEMS:])
        if len(mine) > _MOST_ITEMS:
            lines.append(f"and {count(len(mine) - _MOST_ITEMS, 'more')}: {signed(rest)} {mine[0]['unit']}".rstrip())
        by_section.setdefault(section, []).extend(lines)
    return by_section


def _by_rule(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write permits per rule in one line, the largest changes first."""
    counts = [(row["key"].removeprefix(_BY_RULE), row["before"] or 0, row["after"] or 0) for row in rows]
    counts.sort(key=lambda row: (-abs(row[2] - row[1]), row[0]))
    told = [f"{rule} {before:,} -> {after:,}" for rule, before, after in counts[:_MOST_RULES]]
    return f"by rule: {', '.join(told)}, and {len(counts) - len(told):,} rules more"


def _effect(row: Mapping[str, Any]) -> str:
    """Write one effect: an item of the bill with the reason, or things named by their ids."""
    if row["subject"] == "bill":
        before, after = (value_words(row[side]) for side in SIDES)
        gain = by_how_much(row["before"], row["after"])
        return f"{row['name'].replace('_', ' ')}: {before} -> {after} {row['unit']}{gain}, {_reason(row)}"
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
    return " and ".join(f"{signed(amount)} by {word}" for word, amount in felt)


def _keys(rows: Sequence[Mapping[str, Any]]) -> Lines:
    """Write changed keys of the study under their own names and as study.toml writes them; a list is one key."""
    lists: dict[str, dict[str, list[str]]] = {}
    lines: dict[str, str] = {}
    for row in rows:
        if not row["before"] and not row["after"] and None in (row["before"], row["after"]):
            continue  # a key that is there now and says nothing
        name = _PLACE.sub("", row["key"])
        if name != row["key"]:
            sides = lists.setdefault(name, {side: [] for side in SIDES})
            for side in SIDES:
                sides[side] += [] if row[side] is None else [_asked(row[side], plain=True)]
            before, after = (", ".join(sides[side]) or "none" for side in SIDES)
            lines[name] = f"{name}: {before} -> {after}"
        else:
            plain = name.endswith(("year", "seed"))
            before, after = (_asked(row[side], plain=plain) for side in SIDES)
            lines[name] = f"{name}: {before} -> {after}{'' if plain else by_how_much(row['before'], row['after'])}"
    told = list(lines.values())
    return [*told[:_MOST_KEYS], *([f"and {len(told) - _MOST_KEYS:,} more"] if len(told) > _MOST_KEYS else [])]


def _asked(value: Any, *, plain: bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value_words(value, plain=plain)


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
    told = f"{words}: {value_words(before, plain=plain)} -> {value_words(after, plain=plain)} {unit}".rstrip()
    return told if plain else told + by_how_much(before, after)


def _input(row: Mapping[str, Any], key: str) -> str:
    """Write what changed about an input; "" for what another of its figures says already."""
    name, _, field = key.rpartition(".")
    if row["before"] is None or row["after"] is None:
        side = "only after" if row["before"] is None else "only before"
        return f"{name}: {side}" if field == "sha256" else ""
    if field == "sha256":
        return f"{name}: other content"
    return f"{name}, {field}: {value_words(row['before'])} -> {value_words(row['after'])}"


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else f"{100 * value:.2f} %"


def _points(before: float | None, after: float | None) -> str:
    """Write the difference of two shares in percentage points."""
    return "" if before is None or after is None else f" ({100 * (after - before):+.2f} points)"


def _outcome(row: Mapping[str, Any]) -> str:
    """Write how many locations changed from one outcome to another."""
    before, after = ("not eligible" if row[side] == "-" else str(row[side]).replace("_", " ") for side in SIDES)
    return f"{count(row['count'], 'location')}: {before} -> {after} {_places(row['where'], row['count'])}".rstrip()


def _places(where: Sequence[str], total: int) -> str:
    return f"[{', '.join(where)}{', …' if total > len(where) else ''}]" if where else ""


def _findings(rows: Sequence[Mapping[str, Any]]) -> Lines:
    """Write findings that came, went or changed; many of one code in one line."""
    lines: Lines = []
    for code in dict.fromkeys(row["code"] for row in rows):
        mine = [row for row in rows if row["code"] == code]
        lines += [_many(code, mine)] if len(mine) > _MOST_FINDINGS else [line for row in mine for line in _finding(row)]
    return lines


def _many(code: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Count the findings of one code, with places of those that came, else of those that went."""
    kinds = {
        "only before": [row["before"] for row in rows if row["after"] is None],
        "only after": [row["after"] for row in rows if row["before"] is None],
        "changed": [row["after"] for row in rows if row["before"] and row["after"]],
    }
    parts = []
    for words, found in kinds.items():
        places = list(dict.fromkeys(row["where"][0] for row in found if row["where"]))
        parts += [f"{len(found):,} {words} {_places(places[:_MOST_FINDINGS], len(places))}".rstrip()] if found else []
    return f"{code}: {'; '.join(parts)}"


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

"""Which permit must be approved before which: what `after` of a rule says, and what that means in a register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from expansion.errors import StudyError
from expansion.rulebook import PermitRule
from expansion.wording import meant


def rules_before(rules: Sequence[PermitRule]) -> dict[str, tuple[str, ...]]:
    """Name per rule the rules whose permits come first; a kind of authority stands for all rules of that kind.

    Parameters
    ----------
    rules
        All rules of the book, those that are off included, so that a rule may name one that a study turns off.

    Raises
    ------
    StudyError
        ``E_RULE_UNKNOWN`` where `after` names neither a rule nor a kind of authority, ``E_RULE_ORDER`` where rules wait
        for each other, or for a call before digging.
    """
    of_kind: dict[str, list[str]] = defaultdict(list)
    for rule in rules:
        of_kind[rule.authority_kind.lower()].append(rule.rule_id)
    known = {rule.rule_id: (rule.rule_id,) for rule in rules}
    found, strays = {}, []
    for rule in rules:
        names = [word.strip() for word in rule.after.split("|") if word.strip()]
        strays += [(rule.rule_id, name) for name in names if name not in known and name.lower() not in of_kind]
        first = {one for name in names for one in known.get(name, tuple(of_kind.get(name.lower(), ())))}
        found[rule.rule_id] = tuple(sorted(first - {rule.rule_id}))
    if strays:
        words = [*known, *sorted({rule.authority_kind for rule in rules})]
        hint = meant(strays[0][1], words) or "name ids of rules, or kinds of authority as their column authority_kind"
        raise StudyError(
            "column after names no rule and no kind of authority", code="E_RULE_UNKNOWN",
            where=[f"{rule_id} after {name}" for rule_id, name in strays], hint=hint,
        )  # fmt: skip
    _refuse_circles(found)
    _refuse_calls(rules, found)
    return found


def _refuse_calls(rules: Sequence[PermitRule], before: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse rules that wait for a call before digging: that is made once all else is ready."""
    calls = {rule.rule_id for rule in rules if rule.blocks == "dig"}
    strays = [name for name, first in before.items() if name not in calls and calls & set(first)]
    if strays:
        raise StudyError(
            "permit rules wait for a call before digging, which is made once all permits are there",
            code="E_RULE_ORDER", where=sorted(strays),
            hint=f"take {', '.join(sorted(calls))} out of the column after",
        )  # fmt: skip


def _refuse_circles(before: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse rules that wait for each other."""
    try:
        TopologicalSorter({rule: before[rule] for rule in sorted(before)}).prepare()
    except CycleError as error:
        raise StudyError(
            "permit rules wait for each other", code="E_RULE_ORDER", where=sorted(set(error.args[1])),
            hint="take one of them out of the column after of another",
        ) from None  # fmt: skip


def permits_before(records: Sequence[Mapping[str, object]], before: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Name per permit those that must be approved first, joined by commas, "" for none.

    A permit waits for those of the rules before its own that share a span with it or are granted for the same thing.

    Parameters
    ----------
    records
        permit_id, rule_id, granted_for and span_ids (joined by commas) per permit.
    before
        From `rules_before`.
    """
    wanted = {first for names in before.values() for first in names}
    at: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in records:
        if row["rule_id"] in wanted:
            for place in _places(row):
                at[str(row["rule_id"]), place].add(str(row["permit_id"]))
    found = []
    for row in records:
        rules = before.get(str(row["rule_id"]), ())
        first = {name for rule in rules for place in _places(row) for name in at.get((rule, place), ())}
        found.append(",".join(sorted(first)))
    return found


def _places(row: Mapping[str, object]) -> list[str]:
    """Spans of a permit and what it is granted for."""
    return [*filter(None, str(row["span_ids"]).split(",")), f"for {row['granted_for']}"]

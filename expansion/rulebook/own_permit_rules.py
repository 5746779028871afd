"""Permit rules of a study laid over the shipped ones, cell by cell, and fees brought to the study's currency."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from expansion.errors import StudyError, raise_all
from expansion.rulebook.permit_rule import PermitRule
from expansion.rulebook.rows import Exchange
from expansion.wording import breach_words, meant

_EMPTY = "-"  # sets a cell back to what it is where a rule says nothing
_FEES = ("fee_fixed", "fee_crossing", "fee_meter", "rent_year", "rent_meter_year")
_ORIGIN = ("source", "status")


def read_own_rules(text: str, name: str, shipped: Sequence[PermitRule]) -> tuple[PermitRule, ...]:
    """Read the study's own rules and return all rules: shipped ones with what the study changes of them, and new ones.

    A row whose rule_id is shipped overrides the cells that it gives; empty cells keep what is shipped, ``-`` empties
    one. Any other row is a new rule and gives what a rule needs. Without a source the file is the source, with status
    USER.

    Parameters
    ----------
    text
        CSV with a header; only rule_id is required where every row overrides.
    name
        Name of the file, for errors.
    shipped
        Rules of the profile.

    Raises
    ------
    StudyError
        Every breach with file, row, rule and column: ``E_RULE_ROW``, ``E_DUP_ID``, ``E_CSV_RAGGED``.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""))
    header = list(reader.fieldnames or [])
    raise_all(_misnamed(header, name))
    errors: list[StudyError] = []
    rules, seen = {rule.rule_id: rule for rule in shipped}, set()
    for number, record in enumerate(reader, start=2):
        place = f"{name}:{number}"
        if None in record or None in record.values():
            errors.append(StudyError("row does not have the header's cells", code="E_CSV_RAGGED", where=[place]))
            continue
        rule_id = record["rule_id"].strip()
        if not rule_id and not any(record.values()):
            continue
        if rule_id in seen:
            errors.append(StudyError(f"rule {rule_id} stands twice", code="E_DUP_ID", where=[place]))
            continue
        seen.add(rule_id)
        rule = _lay(record, rules.get(rule_id), name, f"{place} {rule_id}".strip(), errors)
        if rule is not None:
            rules[rule_id] = rule
    raise_all(errors)
    return tuple(rules.values())


def _misnamed(header: Sequence[str], name: str) -> list[StudyError]:
    """Name columns that no rule has, or the lack of rule_id."""
    known = PermitRule.model_fields
    found = []
    if "rule_id" not in header:
        hint = "begin each row with the id of a rule; expansion rates and study.json list those there are"
        found.append(StudyError("the column is missing", code="E_RULE_ROW", where=[f"{name}:1 rule_id"], hint=hint))
    for column in (column for column in header if column not in known):
        hint = meant(column, known) or f"remove it; there are {', '.join(known)}"
        found.append(StudyError("no such column", code="E_RULE_ROW", where=[f"{name}:1 {column}"], hint=hint))
    return found


def _lay(
    record: Mapping[str, str], old: PermitRule | None, name: str, place: str, errors: list[StudyError]
) -> PermitRule | None:
    """Make one rule; what is wrong with it is added to `errors`."""
    given = {column: text.strip() for column, text in record.items() if text.strip()}
    row: dict[str, Any] = old.model_dump() if old else {}
    row |= {column: text for column, text in given.items() if text != _EMPTY}
    for column in (column for column, text in given.items() if text == _EMPTY):
        row.pop(column, None)
    if not set(_ORIGIN) & set(given):
        row |= {"source": f"{name}; {old.source}" if old else name, "status": "USER"}
    try:
        return PermitRule.model_validate({"source": name, "status": "USER"} | row)
    except ValidationError as error:
        for detail in error.errors():
            column = ".".join(str(part) for part in detail["loc"])
            missing = detail["type"] == "missing"
            words = "a new rule needs this cell" if missing else breach_words(detail)
            hint = f"give {column}, or write the id of a shipped rule" if missing else "correct the cell in this row"
            errors.append(StudyError(words, code="E_RULE_ROW", where=[f"{place} {column}".strip()], hint=hint))
        return None


def at_currency(
    rules: Iterable[PermitRule], currency: str, given: Mapping[str, float], shipped: Sequence[Exchange]
) -> tuple[tuple[PermitRule, ...], dict[str, tuple[float, bool]]]:
    """Bring fees and rents to the study's currency.

    Parameters
    ----------
    rules
        Rules, each with the currency of its money; without one it is the study's.
    currency
        The study's.
    given
        Study currency per unit of another, as the study says.
    shipped
        Planning values of the rule book, for currencies that the study gives no rate for.

    Returns
    -------
    tuple
        The rules; and per currency that was exchanged the rate and whether the study gave it.

    Raises
    ------
    StudyError
        ``E_RULE_CURRENCY`` where neither gives a rate, with the rules.
    """
    usd = {row.currency: row.usd for row in shipped}
    rates = {word: round(usd[word] / usd[currency], 6) for word in usd if currency in usd} | dict(given)
    found, used, strays = [], {}, []
    for rule in rules:
        word = rule.currency
        if word in ("", currency) or not any(getattr(rule, name) for name in _FEES):
            found.append(rule)
        elif word in rates:
            used[word] = (rates[word], word in given)
            found.append(_exchanged(rule, currency, rates[word]))
        else:
            strays.append(rule)
    if strays:
        words = sorted({rule.currency for rule in strays})
        raise StudyError(
            f"permit rules state fees in {', '.join(words)}, the study counts in {currency}", code="E_RULE_CURRENCY",
            where=[rule.rule_id for rule in strays],
            hint=f"set permits.exchange = {{ {words[0]} = … }}: {currency} per {words[0]}",
        )  # fmt: skip
    return tuple(found), dict(sorted(used.items()))


def _exchanged(rule: PermitRule, currency: str, rate: float) -> PermitRule:
    """Return a rule with its money in another currency, and a note of it."""
    money = {name: round(getattr(rule, name) * rate, 4) for name in _FEES}
    note = f"fees brought from {rule.currency} at {rate:g} {currency}"
    notes = f"{rule.notes}; {note}" if rule.notes else note
    return rule.model_copy(update={**money, "currency": currency, "notes": notes})

"""The permit rules of a study: the profile's, with the study's own rows over them, in the study's currency."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from expansion.errors import SourceError
from expansion.permits.order import rules_before
from expansion.permits.rules import rules_in_force
from expansion.plan.findings import Finding, find
from expansion.rulebook import PermitRule, Rulebook, load_rulebook
from expansion.rulebook.own_permit_rules import at_currency, read_own_rules
from expansion.study import Study

_LARGEST = 5_000_000
_ORIGIN = frozenset({"source", "status"})


def with_permit_rules(study: Study, folder: Path, book: Rulebook) -> Rulebook:
    """Lay the study's own permit rules over the shipped ones and bring all fees to its currency.

    Raises
    ------
    StudyError
        As `read_own_rules`, `rules_in_force`, `rules_before` and `at_currency`.
    SourceError
        As `read_text`.
    """
    book = _stated(study, folder, book)
    in_force = rules_in_force(study, book)
    rules_before(book.permit_rules)
    exchanged, _ = at_currency(in_force, study.study.currency, study.permits.exchange, book.currencies)
    by_id = {rule.rule_id: rule for rule in exchanged}
    return replace(book, permit_rules=tuple(by_id.get(rule.rule_id, rule) for rule in book.permit_rules))


def permit_rule_findings(study: Study, folder: Path) -> list[Finding]:
    """Say which rules the study adds or changes, and at which rate fees were brought to its currency."""
    shipped = load_rulebook(study.study.profile)
    book = _stated(study, folder, shipped)
    old = {rule.rule_id: rule for rule in shipped.permit_rules}
    new = [rule.rule_id for rule in book.permit_rules if rule.rule_id not in old]
    changed = [
        f"{rule.rule_id}: {', '.join(cells)}"
        for rule in book.permit_rules
        if rule.rule_id in old and (cells := _cells_changed(old[rule.rule_id], rule))
    ]
    found = []
    if new:
        found.append(find("W_RULE_OWN", "info", "permit rules that the study adds to the shipped ones", new))
    if changed:
        found.append(find("W_RULE_OWN", "info", "permit rules of which the study changes cells", changed))
    rules, currency = rules_in_force(study, book), study.study.currency
    for word, (rate, given) in at_currency(rules, currency, study.permits.exchange, book.currencies)[1].items():
        origin = "as permits.exchange says" if given else "a planning value of the rule book"
        text = f"fees of permits stated in {word} were brought to {currency} at {rate:g}, {origin}"
        repair = "" if given else f"give the rate that you count with: permits.exchange = {{ {word} = … }}"
        found.append(find("W_RULE_CURRENCY", "info", text, [word], repair=repair))
    return found


def _stated(study: Study, folder: Path, book: Rulebook) -> Rulebook:
    """Return the rules as their files state them."""
    name = study.permits.rules
    if not name:
        return book
    return replace(book, permit_rules=read_own_rules(read_text(folder, name, "permits.rules"), name, book.permit_rules))


def _cells_changed(old: PermitRule, new: PermitRule) -> list[str]:
    """Cells in which a rule differs, its origin left out."""
    names = [name for name in PermitRule.model_fields if name not in _ORIGIN]
    return [name for name in names if getattr(old, name) != getattr(new, name)]


def read_text(folder: Path, name: str, key: str) -> str:
    """Read a CSV of rules inside the study's folder as text.

    Raises
    ------
    SourceError
        ``E_PATH`` outside the folder, ``E_NO_FILE``, ``E_TOO_BIG`` over 5 MB, ``E_ENCODING`` where it is not UTF-8.
    """
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise SourceError("the file lies outside the study's folder", code="E_PATH", where=[name])
    try:
        if path.stat().st_size > _LARGEST:
            raise SourceError("a file of rules over 5 MB is not one", code="E_TOO_BIG", where=[name])
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = [f"{name}: byte {error.start}"]
        raise SourceError("the rules are not UTF-8 text", code="E_ENCODING", where=where) from error
    except OSError as error:
        raise SourceError("no such file", code="E_NO_FILE", where=[name], hint=f"correct {key}") from error

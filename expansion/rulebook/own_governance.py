"""Governance of a study laid over the shipped rows of its kind of PMO: rules by topic, gates by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from expansion.errors import StudyError, raise_all
from expansion.rulebook.book import Rulebook
from expansion.rulebook.delivery_rows import GovernanceRule
from expansion.rulebook.rows import Gate
from expansion.wording import meant

_ORIGIN = {"source": "[governance] of study.toml", "status": "USER"}


def with_governance(
    book: Rulebook, pmo: str, rules: Mapping[str, float | str], gates: Mapping[str, Mapping[str, str]]
) -> Rulebook:
    """Lay what a study says of its project office over the shipped rows of that kind of office.

    Parameters
    ----------
    book
        Shipped rules.
    pmo
        Kind of PMO of the study; rows of other kinds stay as they are.
    rules
        By topic: a number is the rule's figure, text its words.
    gates
        By gate: what changes of its name, approver_role, mode and artifacts.

    Raises
    ------
    StudyError
        ``E_RULE_UNKNOWN`` for a topic or gate that no plan follows, or for a figure where a rule has none.
    """
    topics = {row.topic: row for row in book.governance if row.pmo == pmo}
    known = {row.gate for row in book.gates if row.pmo == pmo}
    errors = [_stray(name, "topic", topics) for name in rules if name not in topics]
    errors += [_stray(name, "gate", known) for name in gates if name not in known]
    figureless = [name for name, value in rules.items() if _is_figure(value) and _lacks_figure(topics.get(name))]
    if figureless:
        hint = "give its words in quotes"
        errors.append(StudyError("a rule without a figure got one", code="E_RULE_UNKNOWN", where=figureless, hint=hint))
    raise_all(errors)
    own_rules = [_ruled(row, rules) if row.pmo == pmo else row for row in book.governance]
    own_gates = [_gated(row, gates) if row.pmo == pmo else row for row in book.gates]
    return replace(book, governance=tuple(own_rules), gates=tuple(own_gates))


def _stray(name: str, kind: str, known: Mapping[str, object] | set[str]) -> StudyError:
    hint = meant(name, known) or f"there are {', '.join(sorted(known))}"
    return StudyError(f"no such {kind} of governance", code="E_RULE_UNKNOWN", where=[name], hint=hint)


def _is_figure(value: float | str) -> bool:
    return not isinstance(value, str)


def _lacks_figure(row: GovernanceRule | None) -> bool:
    return row is not None and row.value is None


def _ruled(row: GovernanceRule, rules: Mapping[str, float | str]) -> GovernanceRule:
    """Change the words or the figure of a rule."""
    if row.topic not in rules:
        return row
    value = rules[row.topic]
    change: dict[str, object] = {"rule": value} if isinstance(value, str) else {"value": float(value)}
    return row.model_copy(update=change | _ORIGIN)


def _gated(row: Gate, gates: Mapping[str, Mapping[str, str]]) -> Gate:
    """Change cells of a gate."""
    return row.model_copy(update={**gates[row.gate], **_ORIGIN}) if row.gate in gates else row

"""Lay the study's own rates over the rule book and read every input."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from expansion.errors import StudyError
from expansion.plan.findings import Finding, find
from expansion.plan.inputs import Inputs
from expansion.rulebook import Rate, Rulebook, load_rulebook
from expansion.rulebook.book import parse_rows
from expansion.rulebook.escalation import at_prices_of, yearly_escalation
from expansion.rulebook.own_governance import with_governance
from expansion.runs.permit_rules import permit_rule_findings, read_text, with_permit_rules
from expansion.sources import read_inputs
from expansion.study import Study


def load_inputs(study: Study, folder: Path) -> Inputs:
    """Read and check everything that a study names.

    Parameters
    ----------
    study
        The checked study.
    folder
        Folder of study.toml; every file must lie inside it.

    Raises
    ------
    PlanningError
        As `expansion.sources.read_inputs`; ``E_RATE_CURRENCY`` where rates are in another currency than the study.
    """
    inputs = read_inputs(study, folder, rulebook=planning_rules(study, folder))
    added = (*_added_rates(study, inputs.rulebook), *permit_rule_findings(study, folder))
    return replace(inputs, findings=(*inputs.findings, *added))


def load_rules(study: Study, folder: Path) -> Rulebook:
    """Read the rule book of the study's profile, with the study's own rates over it, each as its file states it."""
    book = load_rulebook(study.study.profile)
    if study.inputs.rates is not None:
        book = book.with_rates(read_rates(folder, study.inputs.rates.file))
    book = book.with_engineering(study.network.engineering)
    _require_currency(book, study.study.currency)
    book = with_permit_rules(study, folder, book)
    book = with_governance(book, study.governance.pmo, study.governance.rules, study.governance.gate_changes())
    book.optical_class(study.network.pon_class)
    return replace(book, currency=study.study.currency)


def planning_rules(study: Study, folder: Path) -> Rulebook:
    """Read the rule book as a plan uses it: every rate in prices of the study's price year."""
    book = load_rules(study, folder)
    return at_prices_of(book, study.study.price_year, yearly_escalation(book, study.cost.escalation)[1])


def _added_rates(study: Study, book: Rulebook) -> list[Finding]:
    """Say which rates the study adds to the shipped ones, for they may change more than a price."""
    shipped = {row.rate_id for row in load_rulebook(study.study.profile).rates}
    added = [row for row in book.rates if row.rate_id not in shipped]
    soft = [row.rate_id for row in added if row.category == "soft"]
    sizes = [row.rate_id for row in added if row.category != "soft"]
    found = []
    if soft:
        words = "soft costs of the study come on top of the shipped ones, each a share of all that is built"
        repair = "use the shipped id where the row was meant to replace one"
        found.append(find("W_RATE_ADDED", "info", words, soft, repair=repair))
    if sizes:
        found.append(
            find("W_RATE_ADDED", "info", "sizes with a rate of the study, priced where a plan uses them", sizes)
        )
    return found


def read_rates(folder: Path, name: str) -> tuple[Rate, ...]:
    """Read a rates file of the study. Rows without a source are the user's own: status ``USER``, source the file."""
    text = read_text(folder, name, "inputs.rates.file")
    return parse_rows(_with_origin(text, name), Rate, "rate_id", name)


def _with_origin(text: str, name: str) -> str:
    """Add the columns `source` and `status` where the file lacks them."""
    rows = list(csv.reader(io.StringIO(text)))
    if not rows:
        return text
    added = [(column, value) for column, value in (("source", name), ("status", "USER")) if column not in rows[0]]
    out = io.StringIO()
    writer = csv.writer(out)
    width = len(rows[0])
    for number, row in enumerate(rows):
        extra = [column if number == 0 else value for column, value in added]
        padded = row + [""] * (width - len(row)) if row else row
        writer.writerow([*padded[:width], *extra, *padded[width:]] if row else row)
    return out.getvalue()


def _require_currency(book: Rulebook, currency: str) -> None:
    """Refuse to add money of two currencies."""
    strays = [row.rate_id for row in book.rates if row.currency not in ("", currency)]
    if strays:
        found = sorted({row.currency for row in book.rates} - {"", currency})
        raise StudyError(
            f"the study counts in {currency}, {len(strays)} rates are in {', '.join(found)}",
            code="E_RATE_CURRENCY",
            where=strays,
            hint=f"set study.currency, or give these rates in {currency} in inputs.rates",
        )

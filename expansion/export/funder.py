"""Funder pack: milestones, locations by milestone, certification to sign, and the report to fill in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from expansion.export.funder_facts import (
    funder_terms,
    milestone_rows,
    report_rows,
    service_locations,
    with_milestone,
)
from expansion.export.text import csv_table
from expansion.export.xlsx import write_sheets
from expansion.markup import printable
from expansion.plan.saved import SavedPlan

_TERMS = ("term_id", "program", "topic", "share", "years", "months", "text", "source", "status")


def write_funder(plan: SavedPlan, path: Path) -> Path:
    """Write a folder for a funder; equal plans give equal bytes.

    ``milestones.csv``, ``locations.csv`` (with the milestone that first counts each), ``report.csv`` (targets of the
    plan, actuals empty), ``terms.csv`` (the rows of the rule book behind them), ``pack.xlsx`` with all four, and
    ``certification.md`` to be signed. An area without a day of acceptance is in service at no time.

    Raises
    ------
    OutputError
        ``E_EXPORT_EXTRA`` where xlsxwriter is not installed.
    """
    path.mkdir(parents=True, exist_ok=True)
    locations = service_locations(plan)
    milestones = milestone_rows(plan, locations)
    sheets = {
        "milestones": milestones,
        "locations": with_milestone(locations, milestones),
        "report": report_rows(plan, locations),
        "terms": pd.DataFrame([[row[name] for name in _TERMS] for row in funder_terms(plan)], columns=list(_TERMS)),
    }
    for name, table in sheets.items():
        csv_table(table).to_csv(path / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    write_sheets(path / "pack.xlsx", sheets, {}, {})
    text = certification(plan, locations, milestones)
    (path / "certification.md").write_text(text, encoding="utf-8", newline="\n")
    return path


def certification(plan: SavedPlan, locations: pd.DataFrame, milestones: pd.DataFrame) -> str:
    """Write the text that an engineer and an officer sign: what the plan promises, and which plan that is."""
    own = plan.document
    money = own["study"]["currency"]
    terms = [row for row in funder_terms(plan) if row["topic"] == "certificate"]
    rows = zip(milestones["program"], milestones["share"], milestones["locations"], milestones["date"], strict=True)
    lines = [
        f"# Certification: {_text(own['study']['name'])}",
        "",
        f"Plan `{own['fingerprint']}`. Whoever signs, signs this plan and no other: `expansion verify` says whether a",
        "folder still is that plan.",
        "",
        f"- Locations that get service: {len(locations)}",
        f"- Cost at likely rates: {own['cost']['base']:.2f} {money}; P80 {own['cost']['p80']:.2f} {money}",
        f"- Work begins {own['schedule']['start'] or 'never'}, program complete {own['schedule']['finish'] or 'never'}",
        *(f"- {program}: {share:.0%}, {count} locations, by {_day(day)}" for program, share, count, day in rows),
        "",
        "I have reviewed the network design, the cost and the schedule of this plan. To the best of my knowledge the",
        "network that it describes can deliver the service stated for each location by the days stated.",
        "",
        *(
            f"> {_text(row['program'])}: {_text(row['text'])} ({_text(row['source'])}, {row['status']})"
            for row in terms
        ),
        "",
        "| | professional engineer | officer |",
        "|---|---|---|",
        *(f"| {what} | | |" for what in ("name", "license and state, or title", "date", "signature")),
    ]
    return "\n".join(lines) + "\n"


def _day(day: object) -> str:
    return "no day of this plan" if pd.isna(day) else str(day)


def _text(value: object) -> str:
    """Write a text into Markdown so that no mark or tag of it comes alive."""
    plain = " ".join(printable(value).split())
    return "".join(f"\\{char}" if char in r"\`*_{}[]<>#|!$" else char for char in plain)

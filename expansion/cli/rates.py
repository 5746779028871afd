"""``expansion rates``: the rates that price a study."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from expansion.cli.console import add_command, print_json, print_text
from expansion.cli.layout import Lines, cut, terminal_width
from expansion.rulebook import Rate
from expansion.runs import read_study
from expansion.runs.loading import load_rules


def add_rates(commands: Any) -> None:
    """Add the command and what it can do."""
    group = commands.add_parser("rates", help="the rates that price a study")
    parser = add_command(group.add_subparsers(metavar="ACTION", required=True), "show", show_rates, "show every rate")
    parser.add_argument("study", metavar="STUDY", type=Path, help="a study.toml or its folder")


def show_rates(options: argparse.Namespace) -> int:
    """Print the rates in force, each with source and status."""
    study, folder = read_study(options.study)
    rates = load_rules(study, folder).rates
    if options.json:
        print_json([rate.model_dump(mode="json") for rate in rates])
        return 0
    width = terminal_width()
    print_text("\n".join(cut(line, width) for line in rate_lines(rates)))
    if width:
        print_text("sources are cut at the width of the terminal: whole with --json, or through | less -S")
    return 0


def rate_lines(rates: Sequence[Rate]) -> Lines:
    """Write a table of rates under its heading."""
    rows: list[tuple[str, ...]] = [("rate", "low", "likely", "high", "", "per", "status", "source")]
    for rate in rates:
        money = (f"{value:,.2f}" for value in (rate.low, rate.likely, rate.high))
        rows.append((rate.rate_id, *money, rate.currency or "-", rate.unit, rate.status, rate.source))
    wide = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    right = (1, 2, 3)
    return [
        " ".join(
            cell.rjust(wide[column]) if column in right else cell.ljust(wide[column]) for column, cell in enumerate(row)
        ).rstrip()
        for row in rows
    ]

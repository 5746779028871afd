"""``expansion rates``: the rates that price a study."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from expansion.cli.console import add_command, print_json, print_text
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
    lines = [
        f"{rate.rate_id:<18} {rate.low:>10,.2f} {rate.likely:>10,.2f} {rate.high:>10,.2f}  "
        f"{rate.currency or '-':<3} per {rate.unit:<14} {rate.status:<11} {rate.source}"
        for rate in rates
    ]
    head = f"{'rate':<18} {'low':>10} {'likely':>10} {'high':>10}"
    print_text("\n".join([head, *lines]))
    return 0

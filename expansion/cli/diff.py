"""``expansion diff``: what differs between two saved plans."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from expansion.cli.console import add_command, print_json, print_text
from expansion.plan.diff import diff_documents, diff_outcomes
from expansion.runs import load_plan


def add_diff(commands: Any) -> None:
    """Add the command."""
    parser = add_command(commands, "diff", diff_command, "compare two saved plans")
    parser.add_argument("before", metavar="DIR", type=Path, help="folder of a plan")
    parser.add_argument("after", metavar="DIR", type=Path, help="folder of another plan")


def diff_command(options: argparse.Namespace) -> int:
    """Print the figures that changed and the locations whose outcome changed."""
    before, after = load_plan(options.before), load_plan(options.after)
    figures = diff_documents(before.document, after.document)
    outcomes = diff_outcomes(before.tables["locations"], after.tables["locations"])
    if options.json:
        print_json({"equal": not figures and not outcomes, "figures": figures, "outcomes": outcomes})
        return 0
    lines = [f"{row['key']}: {row['before']} -> {row['after']}" for row in figures]
    lines += [f"{row['count']} locations: {row['before']} -> {row['after']}" for row in outcomes]
    print_text("\n".join(lines) or "the plans are equal")
    return 0

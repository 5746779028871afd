"""``expansion diff``: what differs between two saved plans."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from expansion.cli.changes import describe_changes
from expansion.cli.console import add_command, print_json, print_text
from expansion.cli.layout import terminal_width
from expansion.plan.diff import diff_documents, diff_findings, diff_outcomes
from expansion.runs import load_plan


def add_diff(commands: Any) -> None:
    """Add the command."""
    parser = add_command(commands, "diff", diff_command, "compare two saved plans")
    parser.add_argument("before", metavar="DIR", type=Path, help="folder of a plan")
    parser.add_argument("after", metavar="DIR", type=Path, help="folder of another plan")


def diff_command(options: argparse.Namespace) -> int:
    """Print what was asked otherwise, the figures and outcomes that changed, the findings that came or went."""
    before, after = load_plan(options.before), load_plan(options.after)
    first, second = before.study_document, after.study_document
    changes = {
        "study": diff_documents(first.get("study", {}), second.get("study", {})),
        "rules": diff_documents(first.get("rules", {}), second.get("rules", {})),
        "figures": diff_documents(before.document, after.document),
        "outcomes": diff_outcomes(before.tables["locations"], after.tables["locations"]),
        "findings": diff_findings(before.document["findings"], after.document["findings"]),
    }
    if options.json:
        print_json({"equal": not any(changes.values()), **changes})
    elif any(changes.values()):
        print_text("\n".join(describe_changes(changes, before.document, terminal_width())))
    else:
        print_text("the plans are equal")
    return 0

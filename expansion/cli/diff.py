"""``expansion diff``: what differs between two saved plans, and what made it differ."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from expansion.cli.changes import describe_changes
from expansion.cli.console import add_command, print_json, print_text
from expansion.cli.layout import terminal_width
from expansion.plan.diff import diff_documents, diff_findings, diff_outcomes
from expansion.plan.effects import diff_effects, unchanged
from expansion.plan.rule_rows import diff_rules
from expansion.runs import load_plan


def add_diff(commands: Any) -> None:
    """Add the command."""
    parser = add_command(
        commands, "diff", diff_command, "compare two saved plans: what was asked otherwise, what it did"
    )
    parser.add_argument("before", metavar="DIR", type=Path, help="folder of a plan")
    parser.add_argument("after", metavar="DIR", type=Path, help="folder of another plan")


def diff_command(options: argparse.Namespace) -> int:
    """Print what was asked otherwise, then what that changed, and what it left as it was."""
    before, after = load_plan(options.before), load_plan(options.after)
    first, second = before.study_document, after.study_document
    changes = {
        "study": diff_documents(first.get("study", {}), second.get("study", {})),
        "rules": diff_documents(first.get("rules", {}), second.get("rules", {})),
        "rule_rows": diff_rules(before, after),
        "figures": diff_documents(before.document, after.document),
        "outcomes": diff_outcomes(before.tables["locations"], after.tables["locations"]),
        "findings": diff_findings(before.document["findings"], after.document["findings"]),
        "effects": diff_effects(before, after),
    }
    is_equal = not any(changes.values())
    changes["same"] = [] if is_equal else unchanged(before, after)  # type: ignore[assignment]
    if options.json:
        print_json({"equal": is_equal, **changes})
    elif is_equal:
        print_text("the plans are equal")
    else:
        print_text("\n".join(describe_changes(changes, before.document, terminal_width())))
    return 0

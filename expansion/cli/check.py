"""``expansion check``: read and validate every input of a study."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from expansion.cli.console import add_command, print_error, print_json, print_text
from expansion.cli.layout import terminal_width, wrap
from expansion.cli.summary import finding_lines
from expansion.errors import PlanningError
from expansion.runs import check_study
from expansion.runs.checking import error_rows, finding_row
from expansion.wording import count


def add_check(commands: Any) -> None:
    """Add the command."""
    parser = add_command(commands, "check", check_command, "read and validate every input, write nothing")
    parser.add_argument("study", metavar="STUDY", type=Path, help="a study.toml or its folder")
    parser.add_argument(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="KEY=VALUE",
        dest="changes",
        help="lay over study.toml; KEY= leaves a key out",
    )


def check_command(options: argparse.Namespace) -> int:
    """Print what the readers saw; exit code 0 where the study can be planned."""
    try:
        rows = [finding_row(finding) for finding in check_study(options.study, tuple(options.changes))]
    except PlanningError as error:
        if options.json:
            print_json({"ok": False, "findings": error_rows(error)})
        if options.debug:
            raise
        print_error(error)
        return error.exit_code
    if options.json:
        print_json({"ok": True, "findings": rows})
    elif not options.quiet:
        lines = [part for line in finding_lines(rows) for part in wrap(line, terminal_width())]
        print_text("\n".join([*lines, f"ok: every input can be read, {count(len(rows), 'finding')}"]))
    return 0

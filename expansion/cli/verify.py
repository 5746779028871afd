"""``expansion verify``: check a saved plan with code that shares nothing with the planner."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from expansion.audit import verify_plan
from expansion.cli.console import add_command, print_json, print_text
from expansion.runs.saving import require_plan


def add_verify(commands: Any) -> None:
    """Add the command."""
    parser = add_command(commands, "verify", verify_command, "re-check a saved plan from its files alone")
    parser.add_argument("plan", metavar="DIR", type=Path, help="folder of a plan")


def verify_command(options: argparse.Namespace) -> int:
    """Print every check; exit code 0 where all hold, else 2."""
    require_plan(options.plan)
    checks = verify_plan(options.plan)
    ok = all(check.ok for check in checks)
    rows = [
        {"name": check.name, "ok": check.ok, "checked": check.checked, "failures": list(check.failures)}
        for check in checks
    ]
    if options.json:
        print_json({"ok": ok, "checks": rows})
    elif not options.quiet:
        lines = [f"{'ok  ' if row['ok'] else 'FAIL'} {row['name']:<16} {row['checked']:>9,} checked" for row in rows]
        failures = [f"     {row['name']}: {failure}" for row in rows for failure in row["failures"][:20]]
        print_text("\n".join([*lines, *failures, "every check holds" if ok else "the plan does not hold"]))
    return 0 if ok else 2

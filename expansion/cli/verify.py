"""``expansion verify``: check a saved plan with code that shares nothing with the planner."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from expansion.audit import Check, verify_plan
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
    if options.json:
        print_json({"ok": ok, "checks": [check_row(check) for check in checks]})
    elif not options.quiet:
        lines = [f"{'ok  ' if check.ok else 'FAIL'} {check.name:<16} {check.checked:>9,} checked" for check in checks]
        failures = [f"     {check.name}: {failure}" for check in checks for failure in check.failures]
        print_text("\n".join([*lines, *failures, "every check holds" if ok else "the plan does not hold"]))
    return 0 if ok else 2


def check_row(check: Check) -> dict[str, Any]:
    """Return a check as plain values."""
    return {"name": check.name, "ok": check.ok, "checked": check.checked, "failures": list(check.failures)}

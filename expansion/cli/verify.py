"""``expansion verify``: check a saved plan with code that shares nothing with the planner."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import expansion
from expansion.audit import Cause, Check, advise, group_causes, verify_plan
from expansion.cli.console import add_command, print_json, print_text
from expansion.cli.layout import Lines, terminal_width, wrap
from expansion.runs.saving import load_document, require_plan
from expansion.wording import certified, count

_NAMED = 6


def add_verify(commands: Any) -> None:
    """Add the command."""
    parser = add_command(commands, "verify", verify_command, "re-check a saved plan from its files alone")
    parser.add_argument("plan", metavar="DIR", type=Path, help="folder of a plan")


def verify_command(options: argparse.Namespace) -> int:
    """Print every check, what failed by cause and what to do; exit code 0 where all hold, else 2."""
    require_plan(options.plan)
    checks = verify_plan(options.plan)
    causes = group_causes(checks)
    advice = advise(causes, _version(options.plan), expansion.__version__)
    if options.json:
        found = [{"cause": cause.message, "checks": list(cause.checks)} for cause in causes]
        rows = [check_row(check) for check in checks]
        print_json({"ok": not causes, "checks": rows, "causes": found, "advice": advice})
    elif not options.quiet:
        ending = _failure_lines(causes, advice) if causes else _sound_lines(options.plan)
        print_text("\n".join([*_check_lines(checks), *ending]))
    return 2 if causes else 0


def check_row(check: Check) -> dict[str, Any]:
    """Return a check as plain values."""
    return {"name": check.name, "ok": check.ok, "checked": check.checked, "failures": list(check.failures)}


def _check_lines(checks: Sequence[Check]) -> Lines:
    return [f"{'ok  ' if check.ok else 'FAIL'} {check.name:<16} {check.checked:>9,} checked" for check in checks]


def _failure_lines(causes: Sequence[Cause], advice: str) -> Lines:
    """Write each cause once, with the checks that it fails."""
    width, lines = terminal_width(), []
    for cause in causes:
        more = f" and {len(cause.checks) - _NAMED} more" if len(cause.checks) > _NAMED else ""
        named = ", ".join(cause.checks[:_NAMED]) + more
        failed = named if len(cause.checks) == 1 else f"{count(len(cause.checks), 'check')}: {named}"
        lines += wrap(f"{cause.message} ({failed})", width, indent=5)
    return [*lines, *wrap(f"the plan does not hold; {advice}", width)]


def _sound_lines(folder: Path) -> Lines:
    """Say that all holds, and what the certificate proves."""
    route = load_document(folder)["route"]
    proof = certified(route["cost"], route["certified_lower_bound"])
    return [*(wrap(f"the route: {proof}", terminal_width()) if route["cost"] else []), "every check holds"]


def _version(folder: Path) -> str:
    """Version of the program that wrote the plan; "" where the manifest does not say."""
    try:
        return str(json.loads((folder / "manifest.json").read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""

"""``expansion show``: a saved plan in words or JSON."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from expansion.cli.console import add_command, print_json, print_text
from expansion.cli.frontier import frontier_lines, price_lines
from expansion.cli.layout import terminal_width, titled
from expansion.cli.summary import print_plan
from expansion.runs import load_document, load_plan


def add_show(commands: Any) -> None:
    """Add the command."""
    parser = add_command(commands, "show", show_command, "show a saved plan")
    parser.add_argument("plan", metavar="DIR", type=Path, help="folder of a plan")
    parser.add_argument(
        "--frontier", action="store_true", help="show what other budgets would be worth, and what forcing areas costs"
    )


def show_command(options: argparse.Namespace) -> int:
    """Print the plan, or the frontier of its choice."""
    if options.frontier:
        _print_frontier(options)
    else:
        print_plan(load_document(options.plan), options.plan, options)
    return 0


def _print_frontier(options: argparse.Namespace) -> None:
    """Print the tables `frontier` and `choices`, in words or as JSON."""
    plan = load_plan(options.plan)
    frontier, choices = (json.loads(plan.tables[name].to_json(orient="records")) for name in ("frontier", "choices"))
    if options.json:
        print_json({"frontier": frontier, "choices": choices})
    elif not options.quiet:
        money, width = plan.document["study"]["currency"], terminal_width()
        lines = titled("Frontier", frontier_lines(frontier, money), width)
        print_text("\n".join([*lines, *titled("Forcing", price_lines(choices, money), width)]))

"""``expansion show``: a saved plan in words or JSON."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from expansion.cli.console import add_command
from expansion.cli.summary import print_plan
from expansion.runs import load_document


def add_show(commands: Any) -> None:
    """Add the command."""
    parser = add_command(commands, "show", show_command, "show a saved plan")
    parser.add_argument("plan", metavar="DIR", type=Path, help="folder of a plan")


def show_command(options: argparse.Namespace) -> int:
    """Print the plan."""
    print_plan(load_document(options.plan), options.plan, options)
    return 0

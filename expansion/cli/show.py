"""``expansion show``: a saved plan in words or JSON."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from expansion.cli.console import add_command, print_json, print_text
from expansion.cli.summary import summarize
from expansion.runs import load_document


def add_show(commands: Any) -> None:
    """Add the command."""
    parser = add_command(commands, "show", show_command, "show a saved plan")
    parser.add_argument("plan", metavar="DIR", type=Path, help="folder of a plan")


def show_command(options: argparse.Namespace) -> int:
    """Print the plan."""
    document = load_document(options.plan)
    if options.json:
        print_json(document)
    else:
        print_text(summarize(document, options.plan))
    return 0

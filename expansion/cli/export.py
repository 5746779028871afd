"""``expansion export``: write a saved plan in other formats."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from expansion.cli.console import add_command, print_json, print_text
from expansion.export import EXPORTS
from expansion.runs.handing import export_saved


def add_export(commands: Any) -> None:
    """Add the command."""
    parser = add_command(commands, "export", export_command, "write a saved plan in other formats")
    parser.add_argument("plan", metavar="DIR", type=Path, help="folder of a plan")
    parser.add_argument("--format", required=True, metavar="F[,F]", help=", ".join(EXPORTS))
    parser.add_argument("--out", type=Path, metavar="DIR", help="default: DIR/../DIR-export")


def export_command(options: argparse.Namespace) -> int:
    """Write the formats and print where they lie."""
    names = [name.strip() for name in options.format.split(",") if name.strip()]
    folder = options.out or options.plan.resolve().with_name(options.plan.resolve().name + "-export")
    written = export_saved(options.plan, names, folder)
    if options.json:
        print_json({"written": [str(path) for path in written]})
    elif not options.quiet:
        print_text("\n".join(str(path) for path in written))
    return 0

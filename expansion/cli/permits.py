"""``expansion permits``: the register of a plan, handed out to be filled in and held against what comes back."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from expansion.cli.console import add_command, print_json, print_text
from expansion.cli.layout import terminal_width, wrap
from expansion.runs.permit_states import PermitRow, check_states, export_register, read_register
from expansion.wording import count

_STATES = ("to_file", "filed", "approved", "refused")


def add_permits(commands: Any) -> None:
    """Add the command."""
    parser = add_command(commands, "permits", permits_command, "the permits of a plan, and how far each is")
    parser.add_argument("plan", metavar="DIR", type=Path, help="folder of a plan")
    act = parser.add_mutually_exclusive_group()
    act.add_argument(
        "--export", type=Path, metavar="FILE", dest="out", help="write the register to fill in, as .csv or .xlsx"
    )
    act.add_argument(
        "--check", type=Path, metavar="FILE", dest="told", help="hold a filled-in register against the plan"
    )


def permits_command(options: argparse.Namespace) -> int:
    """List, write or check."""
    if options.told is not None:
        return _tell(check_states(options.plan, options.told), options)
    rows = read_register(options.plan)
    if options.out is not None:
        export_register(options.plan, options.out)
        said = f"{count(len(rows), 'permit')} written to {options.out}; fill in state, filed and decided, put the file "
        said += f'into the study\'s folder and set permits.status = "{options.out.name}"'
        if not options.quiet:
            print_text("\n".join(wrap(said, terminal_width())))
        return 0
    if options.json:
        print_json([row.document() for row in rows])
    else:
        print_text("\n".join(register_lines(rows, terminal_width())))
    return 0


def _tell(findings: Mapping[str, Any], options: argparse.Namespace) -> int:
    """Print what a filled-in file says of the plan."""
    if options.json:
        print_json(findings)
        return 0
    lines = [", ".join(f"{findings['states'][state]} {state}" for state in _STATES)]
    for finding in findings["findings"]:
        lines += wrap(f"{finding['code']} {finding['message']}; {finding['repair']}", terminal_width())
    print_text("\n".join(lines))
    return 0


def register_lines(rows: Sequence[PermitRow], width: int) -> list[str]:
    """Write the register in words, by authority."""
    if not rows:
        return ["the plan needs no permit"]
    lines: list[str] = []
    for who in sorted({row.who for row in rows}):
        lines.append(who)
        for row in (row for row in rows if row.who == who):
            lines += [f"  {line}" for line in wrap(row.words(), width - 2)]
    return lines

"""What every command shares: its options, how it prints results, progress and errors."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from expansion.errors import PlanningError, PlanningErrors
from expansion.runs.clock import Report, Step

Command = Callable[[argparse.Namespace], int]
_WIDTH = 28


def add_command(commands: Any, name: str, run: Command, about: str, *, is_json: bool = True) -> argparse.ArgumentParser:
    """Add a command with the options that all commands have."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=about, description=about[:1].upper() + about[1:] + ".", formatter_class=_Formatter
    )
    parser.add_argument("--quiet", action="store_true", help="print no summary and no progress")
    parser.add_argument("--debug", action="store_true", help="log each stage and show the traceback of an error")
    parser.add_argument(
        "--progress",
        choices=("auto", "json", "none"),
        default="auto",
        help="progress on stderr (default: on a terminal)",
    )
    if is_json:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run, json=False)
    return parser


class _Formatter(argparse.HelpFormatter):
    """Help with a wide column for options."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=_WIDTH)


def print_json(content: object) -> None:
    """Print a result as JSON with sorted keys."""
    print(json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False))


def print_text(text: str) -> None:
    """Print a result in words."""
    print(text)


def print_error(error: PlanningError) -> None:
    """Print every breach as ``error[CODE]: what, where, what to do`` on stderr."""
    for one in error.errors if isinstance(error, PlanningErrors) else (error,):
        print(f"error[{one.code}]: {one_line(one)}", file=sys.stderr)


def one_line(error: PlanningError) -> str:
    """Say what, where and what to do in one line."""
    more = ", …" if len(error.where) > 5 else ""
    parts = [error.message, ", ".join(error.where[:5]) + more, error.hint]
    return " ".join(", ".join(part for part in parts if part).split())


def progress_printer(options: argparse.Namespace) -> Report | None:
    """Return what prints progress: a line that rewrites itself on a terminal, JSON lines if asked for, else nothing."""
    if options.progress == "json":
        return _json_line
    if options.quiet or options.progress == "none" or not sys.stderr.isatty():
        return None
    return _terminal_line


def _json_line(step: Step) -> None:
    row = {"stage": step.stage, "done": step.done, "total": step.total, "seconds": round(step.seconds, 3)}
    print(json.dumps(row), file=sys.stderr, flush=True)


def _terminal_line(step: Step) -> None:
    ended = step.stage == "done"
    label = "done" if ended else step.stage.replace("_", " ")
    text = f"\r\x1b[K[{step.done:>2}/{step.total}] {step.seconds:5.1f} s  {label}"
    print(text, end="\n" if ended else "", file=sys.stderr, flush=True)

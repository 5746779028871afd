"""Read a command line, run its command, and turn every outcome into text and an exit code."""

from __future__ import annotations

import argparse
import importlib
import logging
import re
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import expansion
from expansion.cli.console import print_error
from expansion.errors import PlanningError
from expansion.wording import meant

BUG, USAGE, INTERRUPTED = 1, 2, 130
_COMMANDS = (
    "demo", "init", "check", "plan", "route", "verify", "show", "diff", "export", "permits", "rates", "warm", "serve",
)  # fmt: skip


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints read like every other error."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line and leave with exit code 2."""
        wrong = re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message)
        near = meant(wrong.group(1), re.findall(r"[\w-]+", wrong.group(2))) if wrong else ""
        self.exit(USAGE, f"error[E_USAGE]: {message}, {self.prog}, {near or f'see {self.prog} --help'}\n")


def build_parser(command: str = "") -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Parameters
    ----------
    command
        The one command to know, so that a process imports only what that needs; any other word means all of them.
    """
    parser = _Parser(prog="expansion", description=expansion.__doc__)
    parser.add_argument("--version", action="version", version=f"expansion {expansion.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in (command,) if command in _COMMANDS else _COMMANDS:
        getattr(importlib.import_module(f"expansion.cli.{name}"), f"add_{name}")(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        The command line without the program's name; None takes it from the process.

    Returns
    -------
    int
        0 done, 2 bad input or usage, 3 limits that contradict each other, 130 interrupted, 1 a bug.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = build_parser(words[0] if words else "").parse_args(words)
    except SystemExit as leaving:
        return int(leaving.code or 0)
    options.command_line = ["expansion", *words]
    if options.debug:
        logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(name)s: %(message)s")
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    """Run the chosen command; nothing it raises goes further than here."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        return int(options.run(options))
    except PlanningError as error:
        if options.debug:
            traceback.print_exc()
        print_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted; nothing was written", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = None
        return 0
    except Exception as error:
        return _bug(error, debug=options.debug)
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_signal: int, _frame: object) -> NoReturn:
    """Let a request to end the process unwind as Ctrl-C does, so that nothing half written stays."""
    raise KeyboardInterrupt


def _bug(error: Exception, *, debug: bool) -> int:
    """Say that the program, not the user, is at fault."""
    if debug:
        traceback.print_exc()
    message = " ".join(f"{type(error).__name__}: {error}".split())
    print(f"error[E_BUG]: {message}, in expansion itself, report it with the output of --debug", file=sys.stderr)
    return BUG

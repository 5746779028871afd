"""``expansion warm``: compile the inner loops ahead of time."""

from __future__ import annotations

import argparse
import os
from typing import Any

from expansion.cli.console import add_command, print_json, print_text
from expansion.runs.warming import Warming, warm_loops


def add_warm(commands: Any) -> None:
    """Add the command."""
    add_command(commands, "warm", warm_command, "compile the inner loops and keep them, so that no plan waits for it")


def warm_command(options: argparse.Namespace) -> int:
    """Compile, and print how long each loop took."""
    warming = warm_loops()
    if options.json:
        print_json(warming_row(warming))
    elif not options.quiet:
        print_text("\n".join(warming_lines(warming)))
    return 0


def warming_row(warming: Warming) -> dict[str, Any]:
    """Return what was done as plain values."""
    return {
        "loops": [{"name": loop.name, "seconds": loop.seconds} for loop in warming.loops],
        "folders": [str(folder) for folder in warming.folders],
        "is_beside_package": warming.is_beside,
        "was_warm": warming.was_warm,
        "seconds": warming.seconds,
    }


def warming_lines(warming: Warming) -> list[str]:
    """Say what was done, slowest loop first."""
    compiled = sorted((loop for loop in warming.loops if loop.seconds), key=lambda loop: (-loop.seconds, loop.name))
    lines = [f"{loop.seconds:8.2f} s  {loop.name.removeprefix('expansion.')}" for loop in compiled]
    done = f"{len(compiled)} of {len(warming.loops)} loops compiled" if compiled else "nothing to compile"
    lines.append(f"{done}, {warming.seconds:.2f} s in all")
    if not warming.folders:
        lines.append("no folder can be written: each process compiles anew; set NUMBA_CACHE_DIR to a folder that can")
    elif warming.is_beside:
        lines.append("kept beside the package")
    else:
        why = (
            "NUMBA_CACHE_DIR is set" if os.environ.get("NUMBA_CACHE_DIR") else "the package's folder cannot be written"
        )
        lines.append(f"{why}: kept in {', '.join(str(folder) for folder in warming.folders)}")
    return lines

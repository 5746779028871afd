"""``expansion demo``: plan a study that travels with the program."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from expansion.cli.console import add_command, print_json, print_text, progress_printer
from expansion.cli.summary import print_plan
from expansion.runs import PlanOptions, find_embedded, plan_study
from expansion.runs.embedded import DEFAULT_STUDY, copy_notebooks, embedded_studies


def add_demo(commands: Any) -> None:
    """Add the command."""
    parser = add_command(commands, "demo", demo_command, "plan an embedded study of a real region")
    names = ", ".join(embedded_studies())
    parser.add_argument("--study", default=DEFAULT_STUDY, metavar="NAME", help=f"{names} (default: {DEFAULT_STUDY})")
    parser.add_argument("--out", type=Path, default=Path("out/demo"), metavar="DIR", help="default: out/demo")
    parser.add_argument(
        "--notebooks", type=Path, metavar="DIR", help="copy the notebooks for planners and analysts there, plan nothing"
    )
    parser.add_argument("--executor", default="serial", metavar="NAME", help="serial, processes or tcp://HOST:PORT")


def demo_command(options: argparse.Namespace) -> int:
    """Plan the study, save, and say what came out; or copy the notebooks."""
    if options.notebooks:
        return _hand_out_notebooks(options)
    chosen = PlanOptions(executor=options.executor, command=tuple(options.command_line))
    plan = plan_study(find_embedded(options.study), options.out, chosen, report=progress_printer(options))
    print_plan(plan.document, options.out, options)
    return 0


def _hand_out_notebooks(options: argparse.Namespace) -> int:
    """Copy the notebooks and say how to open them."""
    written = copy_notebooks(options.notebooks)
    if options.json:
        print_json({"written": [str(path) for path in written]})
    elif not options.quiet:
        lines = [str(path) for path in written]
        print_text("\n".join([*lines, f"next: pip install jupyterlab matplotlib; jupyter lab {options.notebooks}"]))
    return 0

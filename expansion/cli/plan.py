"""``expansion plan``: plan a study."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from expansion.cli.console import add_command, progress_printer
from expansion.cli.summary import print_plan
from expansion.runs import PlanOptions, plan_study


def add_plan(commands: Any) -> None:
    """Add the command."""
    parser = add_command(commands, "plan", plan_command, "plan a study and save the plan")
    parser.add_argument("study", metavar="STUDY", type=Path, help="a study.toml or its folder")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder of the plan")
    parser.add_argument("--areas", default="", metavar="A1,A2", help="plan exactly these areas and their parents")
    parser.add_argument(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="KEY=VALUE",
        dest="changes",
        help="lay over study.toml; KEY= leaves a key out",
    )
    parser.add_argument("--seed", type=_seed, metavar="N", help="seed of every random draw, 0 to 2^32 - 1")
    parser.add_argument(
        "--explain-permits", action="store_true", help="plan also the route that ignores permits, and compare"
    )
    parser.add_argument("--executor", default="serial", metavar="NAME", help="serial, processes or tcp://HOST:PORT")


def _seed(text: str) -> int:
    """Read a seed."""
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 to {2**32 - 1}")
    return int(text)


def plan_command(options: argparse.Namespace) -> int:
    """Plan, save, and say what came out."""
    seed = [] if options.seed is None else [f"study.seed={options.seed}"]
    chosen = PlanOptions(
        changes=(*options.changes, *seed),
        only=tuple(sorted({area.strip() for area in options.areas.split(",")} - {""})),
        executor=options.executor,
        explain_permits=options.explain_permits,
        command=tuple(options.command_line),
    )
    plan = plan_study(options.study, options.out, chosen, report=progress_printer(options))
    print_plan(plan.document, options.out, options)
    return 0

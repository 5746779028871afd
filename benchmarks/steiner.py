"""Solve Steiner instances from files, and print cost, bound and time as CSV.

``python -m benchmarks.steiner FILE… [--seconds S] [--solutions DIR]``

Any SteinLib or PACE file, prize-collecting ones too (`TP`, `RootP`). S is wall seconds per instance after a
warm-up, so results vary with the machine; 0 gives the first tree. Solutions are written as ``u v`` per
line, nodes from 1.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from expansion.errors import PlanningError
from expansion.network.steiner import solve_prizes, solve_steiner
from expansion.network.steiner.stp import StpInstance, read_stp
from expansion.network.steiner.types import IntArray
from expansion.network.steiner.warm import warm

COLUMNS = (
    "instance", "nodes", "edges", "terminals", "cost", "lower_bound", "gap", "seconds",
    "certified_lower_bound", "status",
)  # fmt: skip
RECENT = 4
"""Steps by which a stopwatch judges how long the next one may take."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A solution in whole units; `certified` is None where no certificate is made."""

    edges: IntArray
    nodes: IntArray
    cost: int
    lower_bound: int
    certified: int | None
    status: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    options = _parser().parse_args(arguments)
    warm()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    failed = False
    for path in options.files:
        try:
            writer.writerow(_row(path, options.seconds, options.solutions))
        except (PlanningError, ValueError, OSError) as error:
            print(f"error: {path}: {error}", file=sys.stderr)
            writer.writerow([path.stem, *[""] * (len(COLUMNS) - 2), "error"])
            failed = True
        sys.stdout.flush()
    return 2 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.steiner", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--seconds", type=float, default=10.0, help="wall seconds per instance (10)")
    parser.add_argument("--solutions", type=Path, metavar="DIR", help="folder for the trees")
    return parser


def _row(path: Path, seconds: float, solutions: Path | None) -> list[str]:
    instance = read_stp(path)
    begin = time.perf_counter()
    answer = _solve(instance, seconds, begin)
    elapsed = time.perf_counter() - begin
    if solutions:
        _write_solution(solutions, path, instance, answer)
    gap = (answer.cost - answer.lower_bound) / answer.cost if answer.cost else 0.0
    certified = "" if answer.certified is None else instance.amount(answer.certified)
    return [
        path.stem,
        str(instance.node_count),
        str(len(instance.u)),
        str(len(np.union1d(instance.terminals, instance.prize_nodes))),
        instance.amount(answer.cost),
        instance.amount(answer.lower_bound),
        f"{gap:.9f}",
        f"{elapsed:.3f}",
        certified,
        answer.status,
    ]


class Stopwatch:
    """Say when to stop: as soon as another step as long as the longest of the last few could end too late."""

    def __init__(self, begin: float, seconds: float) -> None:
        self.begin = begin
        self.seconds = seconds
        self.stamps = [begin]

    def __call__(self) -> bool:
        """Tell whether to stop now."""
        now = time.perf_counter()
        self.stamps = [*self.stamps[-RECENT:], now]
        longest = max(after - before for before, after in pairwise(self.stamps))
        return now + longest > self.begin + self.seconds


def _solve(instance: StpInstance, seconds: float, begin: float) -> Answer:
    """Work for `seconds` from `begin`, or until the tree is proven; 0 seconds give the first tree."""
    effort = 4 if seconds > 0 else 0
    stop = Stopwatch(begin, 0.9 * seconds) if seconds > 0 else None
    graph = (instance.node_count, instance.u, instance.v, instance.cost)
    if instance.collects_prizes:
        prizes = np.zeros(instance.node_count, dtype=np.int64)
        np.add.at(prizes, instance.prize_nodes, instance.prizes)
        choice = solve_prizes(*graph, prizes, required=instance.terminals, effort=effort, stop=stop)
        return Answer(choice.edges, choice.nodes, choice.cost, choice.lower_bound, None, choice.status)
    tree = solve_steiner(*graph, instance.terminals, effort=effort, stop=stop, is_certified=seconds > 0)
    certified = tree.certified_lower_bound if seconds > 0 else None
    nodes = instance.terminals[:1]
    return Answer(tree.edges, nodes, tree.cost, tree.lower_bound, certified, tree.status)


def _write_solution(folder: Path, path: Path, instance: StpInstance, answer: Answer) -> Path:
    """Write the edges, or the single node of a tree without edges."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{path.stem}.txt"
    ends = zip(instance.u[answer.edges].tolist(), instance.v[answer.edges].tolist(), strict=True)
    lines = [f"{u + 1} {v + 1}" for u, v in ends]
    if not lines:
        lines = [f"{node + 1}" for node in answer.nodes.tolist()]
    target.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return target


if __name__ == "__main__":
    sys.exit(main())

"""Level published instances, or a made-up build program, and print what was found as CSV.

``python -m benchmarks.leveling FILE… [--seconds S] [--solutions DIR]``
``python -m benchmarks.leveling --realistic AREAS [--seed K] [--effort E]``

Published instances get S wall seconds each after warm-up, on two processes; `lower_bound` is the larger of the
planner's own floor and the one that the constraint solver proves; `optimal` says that it equals the makespan. A made-up
program is leveled as the planner levels it, counted in work: the same result each time.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.leveling.checker import faults_of
from benchmarks.leveling.instances import Instance, graph_of, read_instance
from benchmarks.leveling.programs import made_up_program
from benchmarks.leveling.solving import (
    PROCESSES,
    READY,
    SMALL,
    crossed,
    end_of,
    first_schedule,
    prove,
    three_activities,
    warm_up,
)
from expansion.schedule.bounds import makespan_bound
from expansion.schedule.leveling import EFFORTS, RULES, Work, level, single_passes
from expansion.schedule.placing import place_by_priority, placement_at

IntArray = NDArray[np.int64]

COLUMNS = ("instance", "activities", "makespan", "lower_bound", "status", "seconds")
PROGRAM = (*COLUMNS, "objective", "weights", "best_single_pass", "single_pass_objective", "below", "gap", "cpu_seconds")
SMALL_SHARES, LARGE_SHARES = (
    (0.1, 0.3, 1.0),
    (0.85, 1.0, 1.0),
)  # of the time: crossing, the solver, crossing again until


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.leveling", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="PSPLIB .sm or Patterson .rcp and .txt")
    parser.add_argument("--seconds", type=float, default=30.0, help="wall seconds per instance; 0: priority rules only")
    parser.add_argument("--solutions", type=Path, help="folder for one file per instance: activity and start")
    parser.add_argument("--realistic", type=int, default=0, metavar="AREAS", help="level a made-up program instead")
    parser.add_argument("--seed", type=int, default=1, help="of the program")
    parser.add_argument("--effort", type=int, default=3, choices=range(len(EFFORTS)), help="as schedule.effort")
    options = parser.parse_args(arguments)
    if options.realistic:
        return _print(PROGRAM, [_program_row(options.realistic, options.seed, options.effort)])
    if not options.files:
        parser.error("name at least one file, or --realistic AREAS")
    return _print(COLUMNS, _instance_rows(options.files, options.seconds, options.solutions))


def _print(columns: tuple[str, ...], rows: Any) -> int:
    writer = csv.DictWriter(sys.stdout, columns, restval="", lineterminator="\n")
    writer.writeheader()
    failed = False
    for row in rows:
        failed = failed or row["status"] == "error"
        writer.writerow(row)
        sys.stdout.flush()
    return 2 if failed else 0


def _instance_rows(files: Sequence[Path], seconds: float, solutions: Path | None) -> Iterator[dict[str, Any]]:
    """Level each file; one that cannot be read gives a row with status ``error``."""
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(PROCESSES + 1)
    with ProcessPoolExecutor(PROCESSES, context, warm_up, (together,)) as pool:
        for _ in range(PROCESSES):
            pool.submit(three_activities)
        prove(graph_of(three_activities()), first_schedule(graph_of(three_activities())), 0.1)
        together.wait(READY)
        for path in files:
            try:
                instance = read_instance(path)
            except (OSError, ValueError) as error:
                print(error, file=sys.stderr)
                yield {"instance": path.name, "status": "error"}
                continue
            yield _instance_row(instance, seconds, solutions, pool)


def _instance_row(
    instance: Instance, seconds: float, solutions: Path | None, pool: ProcessPoolExecutor
) -> dict[str, Any]:
    begun = time.perf_counter()
    graph = graph_of(instance)
    placed = first_schedule(graph)
    early = place_by_priority(graph, np.zeros(graph.count), crews=False)
    floor = makespan_bound(graph, early, end_of(placed))
    shares = SMALL_SHARES if graph.count <= SMALL else LARGE_SHARES
    for turn, share in enumerate(shares):
        left = share * seconds - (time.perf_counter() - begun)
        if floor >= end_of(placed) or left <= 0:
            continue
        if turn == 1:
            placed, proven = prove(graph, placed, left)
            floor = max(floor, proven)
        else:
            seeds = range(turn * PROCESSES, (turn + 1) * PROCESSES)
            tries = pool.map(crossed, [instance] * PROCESSES, [left] * PROCESSES, seeds, [floor] * PROCESSES)
            placed = min([placed, *(placement_at(graph, place) for place in tries)], key=end_of)
    taken = time.perf_counter() - begun
    faults = faults_of(instance, placed.start.tolist())
    if faults:
        raise AssertionError(f"{instance.name}: {faults[:3]}")
    if solutions is not None:
        solutions.mkdir(parents=True, exist_ok=True)
        lines = [f"{number} {day}" for number, day in enumerate(placed.start.tolist(), start=1)]
        (solutions / f"{instance.name}.sol").write_text("\n".join(lines) + "\n", encoding="utf-8")
    status = "optimal" if floor >= end_of(placed) else "feasible"
    values = (instance.name, graph.count, end_of(placed), floor, status, f"{taken:.2f}")
    return dict(zip(COLUMNS, values, strict=True))


def _program_row(areas: int, seed: int, effort: int) -> dict[str, Any]:
    """Level a made-up program at an effort, after one at effort 0 for the time of the first schedule."""
    graph, goal, group = made_up_program(areas, seed)
    small = made_up_program(2, seed)
    level(*small, Work(2_000_000, 1, each=0.01), 1)
    begun = time.perf_counter()
    level(graph, goal, group, EFFORTS[0], 1)
    first = time.perf_counter() - begun
    begun = time.process_time()
    found = level(graph, goal, group, EFFORTS[effort], 1)
    spent = time.process_time() - begun
    early = place_by_priority(graph, np.zeros(graph.count), crews=False)
    passes = dict(single_passes(graph, goal, group, early))
    scores = {rule: goal.score(place_by_priority(graph, passes[rule])) for rule in RULES}
    rule = min(scores, key=lambda name: scores[name])
    values = (
        f"made-up-{areas}-{seed}", graph.count, found.makespan, found.lower_bound,
        "optimal" if found.makespan == found.lower_bound else "feasible", f"{first:.2f}",
        found.score, f"{goal.span_weight} a day of makespan; locations a day of an area's last activation",
        rule, scores[rule], f"{1 - found.score / scores[rule]:.4f}",
        f"{(found.makespan - found.lower_bound) / found.makespan:.4f}", f"{spent:.1f}",
    )  # fmt: skip
    return dict(zip(PROGRAM, values, strict=True))


if __name__ == "__main__":
    sys.exit(main())

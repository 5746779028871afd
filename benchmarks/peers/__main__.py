"""Do the same jobs with other tools and with this project, each in a process of its own, and print rows as CSV.

``python -m benchmarks.peers [--jobs JOB…] [--demos NAME…] [--sizes N…] [--steiner FILE…] [--seed K] [--patience S]``

Jobs: ``trees`` (join terminals at least cost; on the demos' graphs, on made-up road-like graphs of `--sizes` nodes, and
on SteinLib or PACE files, prize-collecting ones too), ``roads`` (extract to graph), ``snaps`` (locations to roads),
``groups`` (locations to areas under a capacity), ``designs`` (the whole network, priced). A tool that is not installed
gives a row with status ``missing``, one that takes longer than `--patience` seconds ``timeout``.

Ratios are against this project's row of the same job and case (for trees its first tree, as ``benchmarks.steiner
--seconds 0`` gives it): above 1 the other tool takes more CPU seconds, costs more, needs more memory. ``gap`` is to the
published optimum where one is known, else to the best lower bound that this project proved.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.cases import TreeCase, case_of_file, road_like
from benchmarks.peers.trees import PRIZE_DOERS
from benchmarks.peers.work import JOBS, doers_of

COLUMNS = (
    "job", "case", "size", "doer", "status", "cpu_seconds", "prepare_seconds", "value", "unit", "peak_mb",
    "seconds_ratio", "value_ratio", "memory_ratio", "gap", "reference", "note",
)  # fmt: skip
UNITS = {"trees": "cost", "roads": "m", "snaps": "m", "groups": "locations", "designs": "cents"}
DEMOS = ("liechtenstein", "three-rivers")
ROOT = Path(__file__).resolve().parent.parent.parent
Row = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    options = _parser().parse_args(arguments)
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    failed = False
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        for job, name, size, path, optimum in _cases(options, Path(folder)):
            rows = compare(job, name, size, path, optimum, options.patience)
            writer.writerows(rows)
            sys.stdout.flush()
            failed = failed or any(row["status"] in ("error", "wrong") for row in rows if _is_ours(row))
    return 2 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--jobs", nargs="+", choices=JOBS, default=list(JOBS))
    parser.add_argument("--demos", nargs="*", choices=DEMOS, default=list(DEMOS), help="embedded studies (both)")
    parser.add_argument("--sizes", nargs="*", type=int, default=[2_000, 16_000], help="nodes of made-up graphs")
    parser.add_argument("--steiner", nargs="*", type=Path, default=[], metavar="FILE", help="SteinLib or PACE files")
    parser.add_argument("--seed", type=int, default=1, help="of the made-up graphs")
    parser.add_argument("--patience", type=float, default=300.0, help="seconds that a tool may take (300)")
    return parser


Case = tuple[str, str, str, Path, int]


def _cases(options: argparse.Namespace, folder: Path) -> Iterator[Case]:
    """Write every case, and give its job, name, size, file and optimum."""
    if "trees" in options.jobs:
        for path in options.steiner:
            yield _tree(path.stem, case_of_file(path), folder)
        for size in options.sizes:
            yield _tree(f"roads-{size}", road_like(size, options.seed), folder)
    for name in options.demos:
        yield from _demo_cases(name, options.jobs, folder)


def _tree(name: str, case: TreeCase, folder: Path) -> Case:
    size = f"{case.node_count} nodes, {len(case.u)} edges, {len(case.terminals)} terminals"
    return "trees", name, size, case.save(folder / f"{name}.npz"), case.optimum


def _demo_cases(name: str, jobs: Sequence[str], folder: Path) -> Iterator[Case]:
    """Survey a study once for all jobs."""
    from benchmarks.peers.ground import survey, tree_case, write_roads

    if "roads" in jobs:
        path = write_roads(name, folder / f"{name}.osm")
        yield "roads", name, f"{path.stat().st_size} bytes", path, 0
    if not set(jobs) - {"roads"}:
        return
    ground = survey(name)
    saved = ground.save(folder / f"{name}.pickle")
    if "trees" in jobs:
        yield _tree(name, tree_case(ground), folder)
    size = f"{len(ground.inputs.locations)} locations, {len(ground.inputs.roads)} roads"
    for job in ("snaps", "groups", "designs"):
        if job in jobs:
            yield job, name, size, saved, 0


def compare(job: str, name: str, size: str, path: Path, optimum: int, patience: float) -> list[Row]:
    """Let every tool do one job on one case, and set its figures against this project's."""
    doers = list(doers_of(job))
    if job == "trees" and TreeCase.load(path).collects:
        doers = list(PRIZE_DOERS)
    rows = [
        {"job": job, "case": name, "size": size, "doer": doer, "unit": UNITS[job], **run(job, doer, path, patience)}
        for doer in doers
    ]
    ours = next(row for row in rows if _is_ours(row))
    best = max((row.get("bound") or 0.0 for row in rows), default=0.0)
    reference, kind = (optimum, "optimum") if optimum else (best, "bound")
    for row in rows:
        _relate(row, ours, reference, kind)
    return [{key: row[key] for key in COLUMNS if key in row} for row in rows]


def _is_ours(row: Row) -> bool:
    return str(row["doer"]).startswith("expansion")


def _relate(row: Row, ours: Row, reference: float, kind: str) -> None:
    """Add ratios and the gap to a row that has figures."""
    if row["status"] != "ok" or ours["status"] != "ok":
        return
    pairs = (("seconds_ratio", "cpu_seconds"), ("value_ratio", "value"), ("memory_ratio", "peak_mb"))
    for name, figure in pairs:
        if ours[figure]:
            row[name] = round(row[figure] / ours[figure], 4)
    if reference:
        row["gap"], row["reference"] = round(row["value"] / reference - 1, 6), kind
    row["cpu_seconds"] = round(row["cpu_seconds"], 4)
    row["prepare_seconds"] = round(row["prepare_seconds"], 4)


def run(job: str, doer: str, path: Path, patience: float) -> Row:
    """Do one job with one tool in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.peers.work", job, doer, str(path)]
    try:
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=patience)
    except subprocess.TimeoutExpired:
        return {"status": "timeout", "note": f"not done after {patience:g} s"}
    if ended.returncode != 0:
        last = (ended.stderr.strip().splitlines() or ["no word"])[-1]
        return {"status": "error", "note": last[:200]}
    answer: Row = json.loads(ended.stdout.strip().splitlines()[-1])
    return answer


if __name__ == "__main__":
    sys.exit(main())

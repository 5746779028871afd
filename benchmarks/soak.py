"""Run the full counts behind the project's promises, in parts that can be resumed, and record what was measured.

``scripts/soak NAME|all [--instances DIR] [--part NAME…] [--again]``; ``scripts/soak --list`` names them. Each part is
one benchmark command of at most ten minutes on a quiet machine; its result, and all that it printed, is kept in
out/soak/ under the commit, so that a run that was broken off goes on where it stopped. docs/measured.json holds the
last figures of each part.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measured import Measurement, record
from benchmarks.soaks import SOAKS, Part

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "out" / "soak"
MOST_SECONDS = 600.0
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def run_soak(name: str, instances: Path, *, only: Sequence[str], again: bool, limit: float) -> bool:
    """Run what is left of one soak, record it, and say whether all of it held."""
    commit = _git("rev-parse", "--short=12", "HEAD") + ("+changes" if _git("status", "--porcelain", "-uno") else "")
    held = True
    for part in SOAKS[name].parts(instances):
        if only and part.name not in only:
            continue
        kept = KEPT / f"{name}-{part.name}.json"
        row = None if again else _kept_row(kept, commit)
        if row is None:
            row = _run_part(name, part, commit, limit)
            kept.write_text(json.dumps(asdict(row), indent=1, sort_keys=True), encoding="utf-8")
        record([row])
        held = held and row.held
        print(f"{name} {part.name}: {'ok' if row.held else 'FAILED'} in {row.wall_seconds} s {row.figures}", flush=True)
    return held


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _kept_row(path: Path, commit: str) -> Measurement | None:
    """Return a part's result of an earlier run of the same commit, if it held."""
    if not path.is_file():
        return None
    row = Measurement(**json.loads(path.read_text("utf-8")))
    return row if row.commit == commit and row.held else None


def _run_part(soak: str, part: Part, commit: str, limit: float) -> Measurement:
    """Run one part, and keep the figures of what it printed."""
    began, own, busy = time.perf_counter(), _children_seconds(), _busy_seconds()
    held, figures = _figures(part, limit, KEPT / f"{soak}-{part.name}.txt")
    wall, cpu = time.perf_counter() - began, _children_seconds() - own
    others = None if busy is None else max((_busy_seconds() or 0.0) - busy - cpu, 0.0) / max(wall, 1e-9)
    return Measurement(
        soak, part.name, part.command, figures, held, dt.date.today().isoformat(), commit,
        round(wall, 1), round(cpu, 1), None if others is None else round(others, 2),
    )  # fmt: skip


def _figures(part: Part, limit: float, printed: Path) -> tuple[bool, dict[str, Any]]:
    """Run the command, keep what it printed, and return whether it ended well, and its figures or what went wrong."""
    printed.parent.mkdir(parents=True, exist_ok=True)
    try:
        ended = subprocess.run(
            [sys.executable, *part.words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return False, {"error": f"not done after {limit:g} s"}
    printed.write_text(ended.stdout, encoding="utf-8")
    try:
        if not ended.stdout.strip():
            raise ValueError("nothing was printed")
        return ended.returncode == 0, part.digest(_printed(ended.stdout))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        said = (ended.stderr.strip().splitlines() or [f"{type(error).__name__}: {error}"])[-1]
        return False, {"error": said[:200]}


def _children_seconds() -> float:
    """CPU seconds of all processes that this one has started and that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _busy_seconds() -> float | None:
    """CPU seconds that all processes of the machine have used since it started; None where nobody tells."""
    try:
        fields = Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()[1:4]
    except OSError:
        return None
    return sum(map(int, fields)) / _TICKS


def _printed(text: str) -> Any:
    """Read what a benchmark printed: JSON, else the rows of a CSV, else its last line."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        lines = text.strip().splitlines()
    if lines and "," in lines[0] and " " not in lines[0]:
        return list(csv.DictReader(io.StringIO(text)))
    return lines[-1] if lines else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one soak or all; return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("name", nargs="?", choices=[*SOAKS, "all"])
    parser.add_argument("--list", action="store_true", help="name the soaks")
    parser.add_argument("--instances", type=Path, metavar="DIR", help="published instances, for steiner")
    parser.add_argument("--part", nargs="+", default=[], metavar="PART", help="only these parts")
    parser.add_argument("--again", action="store_true", help="also parts that held at this commit")
    parser.add_argument("--limit", type=float, default=MOST_SECONDS, help="seconds that a part may take (600)")
    options = parser.parse_args(arguments)
    if options.list or not options.name:
        print("\n".join(f"{name:<12} {soak.about}" for name, soak in SOAKS.items()))
        return 0
    if options.name != "all" and SOAKS[options.name].needs_instances and not options.instances:
        parser.error(f"{options.name} needs --instances DIR with published instances")
    names = [name for name, soak in SOAKS.items() if options.instances or not soak.needs_instances]
    chosen = names if options.name == "all" else [options.name]
    folder = options.instances or Path()
    held = [run_soak(name, folder, only=options.part, again=options.again, limit=options.limit) for name in chosen]
    return 0 if all(held) else 2


if __name__ == "__main__":
    sys.exit(main())

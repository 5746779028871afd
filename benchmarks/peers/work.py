"""One job by one tool in a process of its own: ``python -m benchmarks.peers.work JOB DOER CASE``, an answer as JSON."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from benchmarks.peers.answer import Answer

JOBS = ("trees", "roads", "snaps", "groups", "designs")


def doers_of(job: str) -> Mapping[str, Callable[[Path], Answer]]:
    """Tools that can do a job, by name."""
    if job not in JOBS:
        raise ValueError(f"unknown job {job}")
    doers: Mapping[str, Callable[[Path], Answer]] = import_module(f"benchmarks.peers.{job}").DOERS
    return doers


def peak_mb() -> float:
    """Largest resident memory of this process so far; what getrusage tells begins with the parent's on Linux."""
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Do the job, and print the answer with what it took; a tool that is not installed is ``missing``."""
    job, doer, case = sys.argv[1:4]
    work = doers_of(job)[doer]
    try:
        answer = work(Path(case))
    except ImportError as error:
        print(json.dumps({"status": "missing", "note": f"{error.name} is not installed"}))
        return
    status = "ok" if answer.is_right else "wrong"
    print(json.dumps({"status": status, "peak_mb": round(peak_mb(), 1), **asdict(answer)}))


if __name__ == "__main__":
    main()

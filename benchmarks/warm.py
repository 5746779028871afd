"""Warm an empty cache with two processes at once, then with one more, and print what each had to do as JSON.

``python -m benchmarks.warm``

Exit code 2 where both processes compiled, where the last one found anything to do or took a second, or where a plan
compiles a loop all the same.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEMO = "three-rivers"


def main() -> int:
    """Run the benchmark; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="warm-") as name:
        folder = Path(name)
        both = [_start(folder / "cache", "warm", "--json") for _ in range(2)]
        rows = [_finish(process) for process in both]
        later = _finish(_start(folder / "cache", "warm", "--json"))
        saved = _codes_saved_by_a_plan(folder)
    busy = [row for row in rows if not row["was_warm"]]
    compiled = {loop["name"]: loop["seconds"] for row in busy for loop in row["loops"]}
    ok = len(busy) == 1 and later["was_warm"] and later["seconds"] < 1 and not saved
    figures = {
        "loops": len(compiled),
        "cold_seconds": max((row["seconds"] for row in busy), default=0.0),
        "slowest_loop": max(compiled, key=lambda name: compiled[name], default=""),
        "processes_that_compiled": len(busy),
        "warm_seconds": later["seconds"],
        "compiled_by_a_plan_afterward": saved,
        "ok": ok,
    }
    print(json.dumps(figures, indent=1, sort_keys=True))
    return 0 if ok else 2


def _start(cache: Path, *words: str, **settings: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache), **settings}
    command = [sys.executable, "-m", "expansion", *words]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def _finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    printed, _ = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"exit code {process.returncode}")
    result: dict[str, Any] = json.loads(printed)
    return result


def _codes_saved_by_a_plan(folder: Path) -> list[str]:
    """Plan a demo with the warm cache, and name the loops whose code numba still has to write."""
    words = ("demo", "--study", DEMO, "--out", str(folder / "plan"), "--quiet")
    printed, _ = _start(folder / "cache", *words, NUMBA_DEBUG_CACHE="1").communicate()
    return sorted(set(re.findall(r"data saved to '.*/([\w.]+)-\d+\.py", printed)))


if __name__ == "__main__":
    sys.exit(main())

"""Run the full counts behind the project's promises, in parts that can be resumed, and record what was measured.

``scripts/soak NAME|all [--instances DIR] [--again]``; ``scripts/soak --list`` names them. Each part is one benchmark
command of at most ten minutes; its result is kept in out/soak/ under the commit, so that a run that was broken off goes
on where it stopped. docs/measured.json holds the last result of each soak with its commit.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "out" / "soak"
MEASURED = ROOT / "docs" / "measured.json"
MOST_SECONDS = 600
STUDIES = ("liechtenstein", "three-rivers")


@dataclass(frozen=True)
class Part:
    """One command of a soak: arguments after ``python``; what it prints is read as JSON, else as CSV."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Soak:
    """A named set of parts and what it shows."""

    about: str
    parts: Callable[[Path | None], list[Part]]


def _demos(_: Path | None) -> list[Part]:
    return [Part(name, ("-m", "benchmarks.demos", name)) for name in STUDIES]


def _determinism(_: Path | None) -> list[Part]:
    return [Part(name, ("-m", "benchmarks.determinism", f"data/{name}")) for name in STUDIES]


def _anywhere(_: Path | None) -> list[Part]:
    words = ("-m", "benchmarks.any_extract", "--cases", "25", "--first")
    return [Part(f"cases-{first}", (*words, str(first))) for first in range(0, 200, 25)]


def _bad_inputs(_: Path | None) -> list[Part]:
    return [Part("all", ("-m", "benchmarks.bad_inputs"))]


def _county(_: Path | None) -> list[Part]:
    counts = ("3000", "10000", "30000")
    return [Part(count, ("-m", "benchmarks.county", "--locations", count)) for count in counts]


def _steiner(instances: Path | None) -> list[Part]:
    if instances is None:
        raise SystemExit("soak steiner needs --instances DIR with SteinLib files")
    files = sorted((instances / "steiner" if (instances / "steiner").is_dir() else instances).glob("*.stp"))
    return [Part(path.stem, ("-m", "benchmarks.steiner", str(path.resolve()), "--seconds", "30")) for path in files]


def _tests(_: Path | None) -> list[Part]:
    words = ("-m", "pytest", "-q", "-n", "2", "--hypothesis-seed")
    return [Part(f"seed-{seed}", (*words, str(seed))) for seed in range(3)]


SOAKS = {
    "demos": Soak("both embedded studies within their promises, verified", _demos),
    "determinism": Soak("both studies planned in eight ways, equal to the byte", _determinism),
    "anywhere": Soak("200 cut-outs of both extracts through init, plan and verify", _anywhere),
    "bad-inputs": Soak("every bad input gets its code", _bad_inputs),
    "county": Soak("made-up counties of 3,000 to 30,000 locations", _county),
    "steiner": Soak("published instances, 30 seconds each (--instances DIR)", _steiner),
    "tests": Soak("the test suite under three random seeds", _tests),
}


def run_soak(name: str, instances: Path | None, *, again: bool) -> bool:
    """Run what is left of one soak, record it, and say whether all of it held."""
    commit = _git("rev-parse", "--short=12", "HEAD") + ("+changes" if _git("status", "--porcelain", "-uno") else "")
    results = {}
    for part in SOAKS[name].parts(instances):
        kept = KEPT / f"{name}-{part.name}.json"
        result = None if again else _kept_result(kept, commit)
        if result is None:
            result = {"commit": commit, **_run_part(part)}
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(result, indent=1, sort_keys=True), encoding="utf-8")
        results[part.name] = result
        print(f"{name} {part.name}: {'ok' if result['ok'] else 'FAILED'} in {result['seconds']} s", flush=True)
    _record(name, commit, results)
    return all(result["ok"] for result in results.values())


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _kept_result(path: Path, commit: str) -> dict[str, Any] | None:
    """Return a part's result of an earlier run of the same commit, if it held."""
    if not path.is_file():
        return None
    result: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return result if result["commit"] == commit and result["ok"] else None


def _run_part(part: Part) -> dict[str, Any]:
    """Run one part and keep what it printed."""
    began = time.perf_counter()
    try:
        ended = subprocess.run(
            [sys.executable, *part.words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=MOST_SECONDS
        )
        ok, printed, said = ended.returncode == 0, _printed(ended.stdout), ended.stderr[-2000:]
    except subprocess.TimeoutExpired:
        ok, printed, said = False, None, f"not done after {MOST_SECONDS} s"
    return {"ok": ok, "seconds": round(time.perf_counter() - began, 1), "printed": printed, "said": "" if ok else said}


def _printed(text: str) -> Any:
    """Read what a benchmark printed: JSON, else the rows of a CSV, else its last line."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        lines = text.strip().splitlines()
    if lines and "," in lines[0] and " " not in lines[0]:
        return list(csv.DictReader(io.StringIO(text)))
    return lines[-1] if lines else ""


def _record(name: str, commit: str, results: dict[str, Any]) -> None:
    """Write the results of one soak into docs/measured.json."""
    measured = json.loads(MEASURED.read_text("utf-8")) if MEASURED.is_file() else {}
    measured[name] = {
        "about": SOAKS[name].about,
        "commit": commit,
        "ok": all(result["ok"] for result in results.values()),
        "parts": {key: {k: v for k, v in result.items() if k != "commit"} for key, result in results.items()},
    }
    MEASURED.write_text(json.dumps(measured, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one soak or all; return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("name", nargs="?", choices=[*SOAKS, "all"])
    parser.add_argument("--list", action="store_true", help="name the soaks")
    parser.add_argument("--instances", type=Path, metavar="DIR", help="published instances, for steiner")
    parser.add_argument("--again", action="store_true", help="also parts that held at this commit")
    options = parser.parse_args(arguments)
    if options.list or not options.name:
        print("\n".join(f"{name:<12} {soak.about}" for name, soak in SOAKS.items()))
        return 0
    names = [name for name in SOAKS if name != "steiner" or options.instances]
    chosen = names if options.name == "all" else [options.name]
    held = [run_soak(name, options.instances, again=options.again) for name in chosen]
    return 0 if all(held) else 2


if __name__ == "__main__":
    sys.exit(main())

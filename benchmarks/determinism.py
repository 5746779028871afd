"""Plan one study in many ways that must not matter, and print as JSON whether plan.json stays the same to the byte.

``python -m benchmarks.determinism STUDY [--set KEY=VALUE …]``

The ways: another hash seed, shuffled rows in another folder, another time zone and locale, one or two threads of linear
algebra, worker processes. One more plan has another seed: its draws change, its route does not.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Way:
    """One way to plan the same study."""

    name: str
    words: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    shuffle: int = 0


def _threads(count: int) -> dict[str, str]:
    return dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(count))


FIRST = Way("as it is", environment={"PYTHONHASHSEED": "1", **_threads(1)})
SAME = (
    Way("again"),
    Way("another hash seed, two threads", environment={"PYTHONHASHSEED": "4242", **_threads(2)}),
    Way("shuffled rows, another folder", shuffle=5),
    Way("shuffled otherwise", shuffle=6, environment={"PYTHONHASHSEED": "7"}),
    Way("another time zone and locale", environment={"TZ": "Pacific/Auckland", "LC_ALL": "C"}),
    Way("worker processes", words=("--executor", "processes")),
)
OTHER_SEED = Way("another seed", words=("--seed", "4711"))


def shuffle_study(source: Path, folder: Path, seed: int) -> Path:
    """Copy a study with the rows of its tables and the features of its layers in another order."""
    order = random.Random(seed)
    shutil.copytree(source, folder)
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as stream:
            head, *rows = list(csv.reader(stream))
        order.shuffle(rows)
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream, lineterminator="\n").writerows([head, *rows])
    for path in sorted(folder.glob("*.geojson")):
        collection = json.loads(path.read_text("utf-8"))
        order.shuffle(collection["features"])
        path.write_text(json.dumps(collection), encoding="utf-8")
    return folder


def plan_in(way: Way, study: Path, folder: Path, changes: Sequence[str] = ()) -> Path:
    """Plan `study` in a process of its own, the way that `way` says, below `folder`; return the plan's folder."""
    chosen = shuffle_study(study, folder / "study", way.shuffle) if way.shuffle else study
    words = [*way.words, *(["--set", *changes] if changes else [])]
    command = [sys.executable, "-m", "expansion", "plan", str(chosen), "--out", str(folder / "plan"), "--quiet", *words]
    settings = {**os.environ, "PYTHONPATH": str(ROOT), **way.environment}
    folder.mkdir(parents=True, exist_ok=True)
    ended = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise RuntimeError(f"{way.name}: exit code {ended.returncode}: {ended.stderr}")
    return folder / "plan"


def differing(first: Path, second: Path) -> list[str]:
    """Files of a plan that differ, what the contract leaves out of comparison set aside."""
    paths = [Path("plan.json"), *(path.relative_to(first) for path in sorted((first / "tables").iterdir()))]
    return [str(path) for path in paths if (first / path).read_bytes() != (second / path).read_bytes()]


def measure(study: Path, changes: Sequence[str] = ()) -> dict[str, Any]:
    """Plan the study in all ways; `ok` says that nothing differs but the draws under another seed."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="determinism-") as name:
        folder = Path(name)
        first = plan_in(FIRST, study, folder / "first", changes)
        differ = {
            way.name: differing(first, plan_in(way, study, folder / f"way-{number}", changes))
            for number, way in enumerate(SAME)
        }
        document = json.loads((first / "plan.json").read_text("utf-8"))
        other = plan_in(OTHER_SEED, study, folder / "seed", changes)
        drawn = json.loads((other / "plan.json").read_text("utf-8"))
    same_route, other_cost = document["route"] == drawn["route"], document["cost"]["p80"] != drawn["cost"]["p80"]
    return {
        "study": study.name,
        "fingerprint": document["fingerprint"],
        "plans": len(SAME) + 2,
        "differing": {name: files for name, files in differ.items() if files},
        "route_equal_under_another_seed": same_route,
        "draws_differ_under_another_seed": other_cost,
        "ok": not any(differ.values()) and same_route and other_cost,
        "seconds": round(time.perf_counter() - began, 1),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.determinism", description=__doc__)
    parser.add_argument("study", type=Path, help="folder of a study")
    parser.add_argument("--set", nargs="+", default=[], dest="changes", metavar="KEY=VALUE")
    options = parser.parse_args(arguments)
    result = measure(options.study.resolve(), options.changes)
    print(json.dumps(result, indent=1, sort_keys=True))
    return 0 if result["ok"] else 2


if __name__ == "__main__":
    sys.exit(main())

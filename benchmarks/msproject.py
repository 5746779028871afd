"""Hold a plan against its Microsoft Project file as others read it, and print as JSON.

MPXJ schedules the file anew: its dates against ours. longpath counts the fourteen points in it, against our self-audit,
and finds critical path and floats of the plan's own tasks and links.

``python -m benchmarks.msproject NAME`` plans an embedded study; ``--plan DIR`` takes a plan in a folder. Needs Java.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.mpxj_reader import ROOT, read_with_mpxj


def compare(plan: Path) -> dict[str, Any]:
    """Export a plan, read and schedule it with MPXJ, audit it with longpath, and count what differs.

    Returns
    -------
    dict
        `tasks`, `links`, `ignored_errors`; `differing` lines whose start, finish or duration changed by scheduling;
        `unlike_plan` tasks whose dates in the file are not those of the plan's own table; `floats_differing` early or
        late dates and floats that are not longpath's; the points of `compare_points`.
    """
    import pandas as pd

    from benchmarks.critical_paths import differences, graph_of_plan
    from benchmarks.fourteen_points import compare_points

    with tempfile.TemporaryDirectory(prefix="mspdi-") as folder:
        _run("export", str(plan), "--format", "mspdi", "--out", folder, "--quiet")
        read = read_with_mpxj(Path(folder) / "plan.xml")
        points = compare_points(plan, Path(folder) / "plan.xml")
    table = pd.read_parquet(plan / "tables" / "tasks.parquet")
    own = {str(row["task_id"]): [row["start"], row["finish"]] for row in table.to_dict("records")}
    tasks = [task for task in read["tasks"] if task["fields"][0]]
    found = {task["fields"][0]: [task["start"][:10], task["finish"][:10]] for task in tasks}
    lines = {str(task["uid"]): [task["start"], task["finish"], task["duration"]] for task in read["tasks"]}
    return {
        "tasks": len(own),
        "links": sum(len(task["links"]) for task in tasks),
        "ignored_errors": len(read["ignored_errors"]),
        "unlike_plan": sorted(name for name in own if found.get(name) != own[name]),
        "differing": sorted(uid for uid, dates in read["scheduled"].items() if dates != lines[uid]),
        "floats_differing": differences(graph_of_plan(plan)),
        **points,
    }


def _run(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "expansion", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where a date differs or an error was ignored."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", help="embedded study")
    parser.add_argument("--plan", type=Path, help="folder of a plan")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        plan = options.plan or Path(folder) / "plan"
        if options.plan is None:
            _run("demo", "--study", options.name, "--out", str(plan), "--quiet")
        figures = {"study": options.name or plan.name} | compare(plan)
    print(json.dumps(figures))
    wrong = ("differing", "unlike_plan", "ignored_errors", "floats_differing", "points_differing")
    return int(any(figures[name] for name in wrong))


if __name__ == "__main__":
    sys.exit(main())

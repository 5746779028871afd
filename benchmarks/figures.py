"""Walk every figure that stands in two places over all exports of a plan, and print as JSON where two differ.

``python -m benchmarks.figures PLAN``

PLAN is the folder of a saved plan, or the name of an embedded study, which is then planned. Each export is read back by
programs of other hands. Prints how many places were read, how many figures of each carrier another holds too, and the
places at which two differ. Exit code 2 where any does.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from expansion.export import export_plan
from expansion.runs.planning import plan_study
from expansion.runs.saving import load_plan
from tests.export.figure_readers import FIGURE_READERS, apart

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Export, read back, compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figures", description=__doc__)
    parser.add_argument("plan", metavar="PLAN")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="figures-") as scratch:
        saved = Path(options.plan)
        if not saved.is_dir():
            saved = Path(scratch) / "plan"
            plan_study(ROOT / "data" / options.plan, saved)
        written = export_plan(load_plan(saved), list(FIGURE_READERS), Path(scratch))
        carriers = {name: read(path) for (name, read), path in zip(FIGURE_READERS.items(), written, strict=True)}
    differing, shared = apart(carriers)
    places = {place for figures in carriers.values() for place in figures}
    told = {"places": len(places), "shared": shared, "differing": [[*map(str, place)] for place in differing]}
    print(json.dumps(told, indent=1))
    return 2 if differing else 0


if __name__ == "__main__":
    sys.exit(main())

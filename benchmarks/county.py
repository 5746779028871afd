"""Plan a made-up county of any size and print seconds per stage, memory and quality as JSON.

``python -m benchmarks.county --locations N [--seed K]``

The county is written as OSM extract, CSV and GeoJSON into a folder of its own, then read, planned and saved as any
study. Writing it is not counted; compiled code is warmed on a small county first, so that seconds compare.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.synthetic_county import write_county
from expansion.runs import PlanOptions, load_plan, plan_study

WARM_LOCATIONS = 400


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.county", description=__doc__)
    parser.add_argument("--locations", type=int, required=True, help="locations of the county, at least 10")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if options.locations < 10:
        parser.error("--locations must be at least 10")
    with tempfile.TemporaryDirectory(prefix="county-") as folder:
        measure(Path(folder), WARM_LOCATIONS, options.seed)
        print(json.dumps(measure(Path(folder), options.locations, options.seed), indent=1, sort_keys=True))
    return 0


def measure(folder: Path, locations: int, seed: int) -> dict[str, Any]:
    """Plan one county, and return what the contract asks for."""
    study, out = folder / f"study-{locations}", folder / f"plan-{locations}"
    write_county(study, locations, seed)
    began = time.perf_counter()
    plan_study(study, out, PlanOptions())
    seconds = time.perf_counter() - began
    saved = load_plan(out)
    times = json.loads((out / "timings.json").read_text(encoding="utf-8"))
    edges = saved.tables["edges"]
    document = saved.document
    return {
        "locations": document["counts"]["locations"],
        "eligible": document["counts"]["eligible"],
        "unreachable": document["counts"]["unreachable"],
        "areas": document["counts"]["areas"],
        "road_nodes": int(max(edges["u"].max(), edges["v"].max())) + 1,
        "road_edges": len(edges),
        "route_gap": document["route"]["gap"],
        "route_status": document["route"]["status"],
        "findings_of_severity_error": sum(f["severity"] == "error" for f in document["findings"]),
        "seconds": times["stages"],
        "total": round(seconds, 3),
        "peak_rss_mb": times["peak_rss_mb"],
    }


if __name__ == "__main__":
    sys.exit(main())

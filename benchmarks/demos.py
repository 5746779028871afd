"""Plan and verify an embedded study, and print as JSON what the project promises of it.

``python -m benchmarks.demos NAME``
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

ROOT = Path(__file__).resolve().parent.parent
NEAR_M = 100.0


def measure(name: str) -> dict[str, Any]:
    """Plan and verify one study as a user does, and hold the result against its promises."""
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        out = Path(folder) / "plan"
        began = time.perf_counter()
        planned = _run("demo", "--study", name, "--out", str(out), "--quiet")
        seconds = time.perf_counter() - began
        if planned.returncode != 0:
            raise RuntimeError(planned.stderr)
        verified = json.loads(_run("verify", str(out), "--json").stdout)
        document = json.loads((out / "plan.json").read_text("utf-8"))
        times = json.loads((out / "timings.json").read_text("utf-8"))
        near = share_near_plant(out, name)
    counts, route, network = document["counts"], document["route"], document["network"]
    figures = {
        "study": name,
        "seconds": round(seconds, 1),
        "peak_rss_mb": times["peak_rss_mb"],
        "stages": times["stages"],
        "route_gap": route["gap"],
        "certified_gap": round(1 - route["certified_lower_bound"] / route["cost"], 6) if route["cost"] else 0.0,
        "civil_gap": network["civil_gap"],
        "unreachable_share": round(counts["unreachable"] / counts["eligible"], 4),
        "terminals_near_plant_share": near,
        "findings_of_severity_error": sum(row["severity"] == "error" for row in document["findings"]),
        "checks": {check["name"]: check["checked"] for check in verified["checks"]},
        "failed_checks": [check["name"] for check in verified["checks"] if not check["ok"]],
    }
    return {**figures, "broken": broken(figures)}


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "expansion", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def share_near_plant(out: Path, name: str) -> float:
    """Share of the locations that the route joins which lie within 100 m of an office, hub, fiber or duct."""
    locations = gpd.read_parquet(out / "tables" / "locations.parquet")
    joined = locations[locations["eligible"] & (locations["outcome"] != "unreachable")]
    plant = gpd.read_file(ROOT / "data" / name / "plant.geojson").to_crs(locations.crs)
    owned = plant[plant["kind"].isin(["co", "hub", "fiber", "duct"])]
    near = shapely.STRtree(owned.geometry.to_numpy()).query(
        joined.geometry.to_numpy(), predicate="dwithin", distance=NEAR_M
    )
    return round(len(np.unique(near[0])) / max(len(joined), 1), 4)


def broken(figures: dict[str, Any]) -> list[str]:
    """Promises that these figures break."""
    rules = {
        "under 60 seconds": figures["seconds"] < 60,
        "route gap at most 0.5 %": figures["route_gap"] <= 0.005,
        "certified gap at most 1 %": figures["certified_gap"] <= 0.01,
        "at most 2 % unreachable": figures["unreachable_share"] <= 0.02,
        "fewer than 20 % of terminals near plant": figures["terminals_near_plant_share"] < 0.2,
        "no finding of severity error": figures["findings_of_severity_error"] == 0,
        "every check holds": not figures["failed_checks"],
    }
    return [rule for rule, holds in rules.items() if not holds]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.demos", description=__doc__)
    parser.add_argument("study", help="name of an embedded study")
    result = measure(parser.parse_args(arguments).study)
    print(json.dumps(result, indent=1, sort_keys=True))
    return 2 if result["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())

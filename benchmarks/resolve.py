"""Measure how fast a route is solved again after one pin, avoid or lock, on the embedded studies.

``python -m benchmarks.resolve [NAME…] [--cases N]`` prints CSV: one row per study and kind of change, with the median
and the worst CPU seconds of N changes (warm: loops are compiled and one change of the kind is made before), the largest
proven gap, and the largest price of a change in the study's currency. Exit code 2 where a change took a second or more.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import Transformer

from expansion.pipeline.exploring import Explored, explore, reroute
from expansion.runs.loading import load_inputs
from expansion.runs.studies import read_study
from expansion.runs.warming import warm_loops
from expansion.study import Study, parse_study

ROOT = Path(__file__).resolve().parent.parent
STUDIES = ("liechtenstein", "three-rivers")
KINDS = ("pin", "avoid", "hub")
LIMIT_SECONDS = 1.0
COLUMNS = ("study", "change", "cases", "seconds_median", "seconds_worst", "gap_worst", "price_worst")


def changes(explored: Explored, kind: str, cases: int) -> Iterator[Study]:
    """Make studies with one lock more, spread evenly over the edges that it may be about; the first is to warm up."""
    graph, plain = explored.ground.graph, explored.study.model_dump(by_alias=True)
    used = np.zeros(len(graph.u), dtype=bool)
    used[explored.route.edges] = True
    joined = np.isin(graph.component, graph.component[explored.ground.graph.u[explored.route.edges]])[graph.u]
    road = (graph.edges["kind"] == "road").to_numpy(dtype=bool) & (explored.ground.prices.existing == "") & joined
    rows = np.flatnonzero(road & (used if kind != "pin" else ~used))
    ids = graph.edges["edge_id"].to_numpy(dtype=object)
    for row in rows[np.linspace(0, len(rows) - 1, cases + 1).astype(np.int64)].tolist():
        locks: dict[str, Any] = {"network": dict(plain["network"])}
        if kind == "hub":
            locks["network"]["locks"] = {"hubs": [_hub(explored, row)]}
        else:
            locks["network"]["route"] = plain["network"]["route"] | {f"{kind}_edges": [ids[row]]}
        yield parse_study(plain | locks)


def _hub(explored: Explored, row: int) -> dict[str, Any]:
    """Place a hub at the end of an edge."""
    graph = explored.ground.graph
    node = int(graph.u[row])
    move = Transformer.from_crs(graph.crs, 4326, always_xy=True)
    longitude, latitude = move.transform(graph.x[node], graph.y[node])
    return {"name": "bench", "longitude": longitude, "latitude": latitude}


def measure(name: str, kind: str, explored: Explored, cases: int) -> dict[str, Any]:
    """Make the changes one by one, each from the route as it stands."""
    seconds, gaps, prices = [], [0.0], [0.0]
    for number, study in enumerate(changes(explored, kind, cases)):
        began = time.process_time()
        found = reroute(explored, study)
        if number:
            seconds.append(time.process_time() - began)
        gaps.append(found.explored.route.gap)
        prices.append(found.price or 0.0)
    figures = (statistics.median(seconds), max(seconds), max(gaps), max(prices))
    return dict(zip(COLUMNS, (name, kind, cases, *(round(value, 6) for value in figures)), strict=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.resolve", description=__doc__)
    parser.add_argument("studies", nargs="*", default=STUDIES, help="embedded studies")
    parser.add_argument("--cases", type=int, default=10, help="changes per kind")
    options = parser.parse_args(arguments)
    warm_loops()
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    slow = False
    for name in options.studies:
        study, folder = read_study(ROOT / "data" / name)
        explored = explore(study, load_inputs(study, folder))
        for kind in KINDS:
            row = measure(name, kind, explored, options.cases)
            writer.writerow(row)
            slow = slow or row["seconds_worst"] >= LIMIT_SECONDS
    return 2 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Site the hubs and huts of a study on its route, and print cost, bound and seconds as JSON.

``python -m benchmarks.siting [--study NAME…] [--locations N…] [--seed K] [--area-units U]``

Embedded studies by name (both unless `--locations` is given) and made-up counties of `--locations` houses. Counted are
the choice of hubs with its bound and the choice of huts; reading, routing and cables are not. `--area-units` sets
`areas.max_locations`, so that one part holds as many units.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.ground import StudyGround, survey_at
from benchmarks.synthetic_county import write_county
from expansion.network.cables import Slack
from expansion.network.ground import Ground
from expansion.network.huts import FeederRates
from expansion.network.offices import farthest_m
from expansion.network.optics import Budget
from expansion.network.routing import route_terminals
from expansion.network.siting.catalog import HubRules
from expansion.network.siting.cover import CoverRules, Load, Ways, force_huts, least_huts
from expansion.network.siting.place import Choice, site_hubs
from expansion.network.supply import find_roots, hang_supply
from expansion.runs import find_embedded

DEMOS = ("liechtenstein", "three-rivers")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.siting", description=__doc__)
    parser.add_argument("--study", nargs="*", choices=DEMOS, default=None, help="embedded studies")
    parser.add_argument("--locations", nargs="*", type=int, default=[], help="houses of made-up counties, at least 10")
    parser.add_argument("--seed", type=int, default=1, help="of the counties")
    parser.add_argument("--area-units", type=int, default=0, help="most units in one area (the study's own)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="siting-") as folder:
        rows = [measure(name, path, options.area_units) for name, path in _studies(options, Path(folder))]
    print(json.dumps(rows, indent=1, sort_keys=True))
    return 0


def _studies(options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Path]]:
    """Name each study and where it stands."""
    names = options.study if options.study is not None else () if options.locations else DEMOS
    for name in names:
        yield name, Path(find_embedded(name))
    for count in options.locations:
        write_county(folder / f"county-{count}", count, options.seed)
        yield f"county-{count}", folder / f"county-{count}"


def measure(name: str, path: Path, area_units: int = 0) -> dict[str, Any]:
    """Site one study, and tell what it took."""
    ground, forest, rules = prepare(path, area_units)
    rows = np.flatnonzero((ground.graph.location_node >= 0) & (ground.areas.of_location >= 0)).astype(np.int64)
    units = ground.inputs.locations["units"].to_numpy()
    rows = rows[units[rows] <= ground.study.network.hub_capacity]
    ids = list(ground.areas.table["area_id"])
    wall, cpu = time.perf_counter(), time.process_time()
    choice = site_hubs(forest, ground.areas.of_location, rows, units, ids, rules=rules)
    huts, least = _huts(ground, forest, choice, rules)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    siting = choice.siting
    return {
        "study": name, "locations": len(rows), "areas": len(ids), "parts": len(siting.parts["cost"]),
        "largest_part_rows": int(np.diff(siting.parts["offsets"]).max(initial=0)), "hubs": len(choice.hubs),
        "cost": siting.cost, "lower_bound": siting.lower_bound, "gap": round(siting.gap, 6), "status": siting.status,
        "tree_split_cost": siting.seed_cost, "ratio": round(siting.cost / siting.seed_cost, 4) if siting.cost else 1.0,
        "huts": huts, "huts_at_least": least, "seconds": round(wall, 3), "cpu_seconds": round(cpu, 3),
    }  # fmt: skip


def prepare(path: Path, area_units: int) -> tuple[StudyGround, Ground, HubRules]:
    """Read and route a study, every location of it."""
    ground = survey_at(path, area_units)
    inputs, graph, prices, study = ground.inputs, ground.graph, ground.prices, ground.study
    roots, book = find_roots(inputs, graph, prices), inputs.rulebook
    wanted = graph.location_node[graph.location_node >= 0]
    route = route_terminals(graph, prices, roots.nodes, wanted, effort=0, seed=1)
    supply = hang_supply(graph, prices, roots, route.edges)
    slack = Slack.from_book(book)
    forest = Ground(supply, graph, prices, slack, graph.edges.geometry.to_numpy())
    span = min(book.engineering_value("distribution_max_m"), _reach(ground, slack))
    return ground, forest, HubRules.from_book(study.network, book, span)


def _reach(ground: StudyGround, slack: Slack) -> float:
    """Route meters that light may go, with the allowances of the design."""
    book = ground.inputs.rulebook
    budget = Budget.from_rules(ground.study, book)
    splices, stored = int(book.engineering_value("route_splices")), book.engineering_value("route_slack_m")
    return budget.route_reach_m(splices, 1 + max(slack.aerial, slack.buried), stored)


def _huts(ground: StudyGround, forest: Ground, choice: Choice, rules: HubRules) -> tuple[int, int]:
    """Count the huts that reach forces (strands left out), and those that there must be at least."""
    rates = FeederRates.from_book(ground.inputs.rulebook)
    cover = CoverRules(_reach(ground, forest.slack), rates.hut_fibers, {}, rates.hut, rules.fiber_m())
    roots = find_roots(ground.inputs, ground.graph, ground.prices)
    offices = set(roots.office_node.tolist())
    loads = [Load(hub.node, hub.splitters, farthest_m(forest.supply, forest.graph, hub)) for hub in choice.hubs]
    least = 0
    for root in sorted({forest.supply.root(load.node) for load in loads}):
        mine = [load for load in loads if forest.supply.root(load.node) == root]
        least += len(least_huts(Ways(forest.supply, forest.prices, mine, root, offices), cover))
    return len(force_huts(forest.supply, forest.prices, loads, offices, cover)), least


if __name__ == "__main__":
    sys.exit(main())

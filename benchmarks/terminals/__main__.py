"""Compare the placement of terminals with a plain one and with a proven bound, and print figures as JSON.

``python -m benchmarks.terminals [NAME…] [--exact N]``

Every area of an embedded study is designed. Per hub the bill of what terminals decide (terminals, closures, handholes,
distribution cable, splices, drops along the road, with the soft share) is compared with the relaxation of the whole
choice as a mixed-integer program; with ``--exact`` the program itself is solved for hubs of at most N locations.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.peers.ground import StudyGround, survey
from benchmarks.peers.plain_terminals import group_along_street
from benchmarks.terminals.program import NODES, write_program
from expansion.network import design_network
from expansion.network.terminals import Task, Terminal, place_terminals
from expansion.network.terminals.bill import bill


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.terminals", description=__doc__)
    parser.add_argument("names", nargs="*", default=["three-rivers", "liechtenstein"], help="embedded studies")
    parser.add_argument("--exact", type=int, default=0, help="locations of a hub up to which the program is solved")
    options = parser.parse_args(arguments)
    for name in options.names:
        print(json.dumps({"study": name} | measure(hub_tasks(survey(name)), options.exact), sort_keys=True), flush=True)
    return 0


def hub_tasks(ground: StudyGround) -> list[Task]:
    """Design every area, and keep what the terminals of each hub were placed on."""
    kept: list[Task] = []

    def keep(function: Callable[[Task], list[Terminal]], tasks: Sequence[Task]) -> list[list[Terminal]]:
        kept.extend(tasks)
        return [function(task) for task in tasks]

    everywhere = np.zeros(len(ground.areas.table), dtype=np.int64)
    design_network(
        ground.study, ground.inputs, ground.graph, ground.prices, ground.areas, ground.eligibility, phase=everywhere,
        mapper=keep,
    )  # fmt: skip
    return kept


def measure(tasks: Sequence[Task], exact: int = 0) -> dict[str, float]:
    """Add up bills and bounds over the hubs."""
    plain, placed, bound, seconds = 0.0, 0.0, 0.0, 0.0
    terminals: list[Terminal] = []
    plain_count = 0
    for street, rules in tasks:
        before = group_along_street((street, rules))
        began = time.process_time()
        found = place_terminals((street, rules))
        seconds += time.process_time() - began
        program = write_program(street, rules)
        at = {row: terminal.node for terminal in found for row in terminal.rows}
        over = program.solve(at=at).cost - program.solve(nodes=NODES * (len(street.units) <= exact)).lower_bound
        price = bill(street, rules, found)
        plain, placed, bound = plain + bill(street, rules, before), placed + price, bound + price - over
        plain_count += len(before)
        terminals += found
    used = sum(terminal.used for terminal in terminals)
    return {
        "hubs": len(tasks), "terminals": len(terminals), "terminals_plain": plain_count, "units": used,
        "ports_filled": round(used / sum(terminal.capacity for terminal in terminals), 4),
        "bill_plain": round(plain), "bill": round(placed), "lower_bound": round(bound),
        "below_plain": round(1 - placed / plain, 4), "gap": round((placed - bound) / placed, 5),
        "cpu_seconds": round(seconds, 2),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())

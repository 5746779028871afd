"""Permits by brute force against the register: ``python -m benchmarks.brute_permits [STUDY …]``.

For each demo its frozen route, two cut-outs and the whole road graph, in the last three with every edge built. Prints
CSV: study, part, edges, permits, disagreements, seconds (CPU, both together). Exit code 2 if anything disagrees.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterator
from typing import Any

from tests.permits.frozen import build_everything, cut_out, read_demo, read_frozen
from tests.permits.plain import by_brute_force, disagreements, register

CUT_OUTS = {
    "liechtenstein": ((9.5085, 47.1685, 1000), (9.5750, 47.1110, 1500)),
    "three-rivers": ((-85.6325, 41.9440, 900), (-85.6470, 41.9714, 3000)),
}


def main() -> int:
    """Compare every part of every study."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.brute_permits", description=__doc__)
    parser.add_argument("studies", nargs="*", default=sorted(CUT_OUTS), metavar="STUDY")
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["study", "part", "edges", "permits", "disagreements", "seconds"])
    wrong = 0
    for name in parser.parse_args().studies:
        study, inputs = read_demo(name)
        for part, edges in _parts(name, read_frozen(name, inputs.crs)):
            start = time.process_time()
            table = register(study, inputs, edges)
            differ = disagreements(by_brute_force(study, inputs, edges), table)
            out.writerow([name, part, len(edges), len(table), len(differ), f"{time.process_time() - start:.1f}"])
            for row in differ:
                sys.stderr.write(f"{name} {part}: {row}\n")
            wrong += len(differ)
    return 2 if wrong else 0


def _parts(name: str, frozen: Any) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a study."""
    yield "route", frozen
    for number, place in enumerate(CUT_OUTS[name], start=1):
        yield f"cut-out {number}", build_everything(cut_out(frozen, *place))
    yield "every edge", build_everything(frozen)


if __name__ == "__main__":
    sys.exit(main())

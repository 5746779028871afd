"""Time the way from two chosen areas of an embedded study to a costed route, and to the whole plan, as CSV.

``python -m benchmarks.two_areas [--study NAME] [--pairs N] [--seed K]``

The study is read and validated, the kernels are compiled, no plan is kept from one pair to the next. Each row is one
pair of areas: CPU seconds to the costed route and to the whole plan (which other work changes least), and
wall seconds.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import time
from collections.abc import Sequence

from expansion.network.steiner.warm import warm
from expansion.pipeline import make_plan, survey_study
from expansion.runs import embedded_studies, find_embedded, load_inputs, read_study

AFTER_COST = "price_locks"
"""Stage that begins when the chosen areas have a route, permits and a cost."""
COLUMNS = ("study", "areas", "locations", "costed_cpu_seconds", "costed_seconds", "plan_cpu_seconds", "plan_seconds")


class Clocks:
    """CPU and wall clock at the start and at the beginning of each stage."""

    def __init__(self) -> None:
        self.at: dict[str, tuple[float, float]] = {"start": (time.process_time(), time.perf_counter())}

    def begin(self, stage: str, *_: int) -> None:
        """Note when a stage begins."""
        self.at[stage] = (time.process_time(), time.perf_counter())

    def since_start(self, stage: str) -> tuple[float, float]:
        """CPU and wall seconds from the start to a stage; to now for a stage that never began."""
        cpu, wall = self.at.get(stage, (time.process_time(), time.perf_counter()))
        return cpu - self.at["start"][0], wall - self.at["start"][1]


def measure(name: str, pairs: int, seed: int) -> list[dict[str, object]]:
    """Plan `pairs` pairs of areas drawn with `seed`; a first pair that is not counted compiles and fills caches."""
    study, folder = read_study(find_embedded(name))
    inputs = load_inputs(study, folder)
    warm()
    areas = sorted(survey_study(study, inputs).areas.table["area_id"])
    draw = random.Random(seed)
    rows = []
    for turn in range(pairs + 1):
        two = tuple(sorted(draw.sample(areas, min(2, len(areas)))))
        clocks = Clocks()
        plan = make_plan(study, inputs, only=two, progress=clocks.begin)
        if turn:
            times = (*clocks.since_start(AFTER_COST), *clocks.since_start(""))
            chosen = plan.document["counts"]["locations_chosen"]
            values = (name, "+".join(two), chosen, *(f"{seconds:.2f}" for seconds in times))
            rows.append(dict(zip(COLUMNS, values, strict=True)))
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one row per pair of areas."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.two_areas", description=__doc__)
    parser.add_argument("--study", choices=[*embedded_studies(), "all"], default="all")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for name in embedded_studies() if options.study == "all" else [options.study]:
        writer.writerows(measure(name, options.pairs, options.seed))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

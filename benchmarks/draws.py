"""Calibration, speed and memory of the cost draws, as JSON.

``python -m benchmarks.draws [--draws N] [--areas A] [--lines L] [--projects P] [--seed K]``

- ``seconds``, ``peak_mb``: percentiles of A areas with L lines under N draws, their shares of the contingency and the
  tornado; CPU seconds, and the most memory of this process.
- ``fresh_coverage``: share of N draws of another seed that P80 of the first covers.
- ``projects_coverage``: share of P generated projects whose cost P80 covers. Their costs come from another generator
  than the planner's (`actual_cost`): own factors, heavier tails, ranges that a tenth of all prices leave.

Exit code 2 where a promise of docs/methods/cost.md does not hold: fresh coverage within 0.79 to 0.81, that of projects
within 0.70 to 0.90, 10 s and 1 GB.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.cost import draw_factors
from expansion.cost.catalog import price_item
from expansion.cost.components import split_price
from expansion.cost.uncertainty import Bill, area_levels, find_drivers, percentiles, tabulate, total_draws
from expansion.plan.plan import Draws
from expansion.rulebook import Rulebook, load_rulebook
from expansion.study import Study, parse_study

FloatArray = NDArray[np.float64]
AREAS_OF_A_PROJECT = 6
PROMISED = {"fresh_coverage": (0.79, 0.81), "projects_coverage": (0.70, 0.90), "seconds": (0, 10), "peak_mb": (0, 1024)}
_FIFTH = 1.6448536269514722  # score of the 95th percentile


def study_of(seed: int, draws: int) -> Study:
    """Return a study that asks for so many draws."""
    return parse_study(
        {"study": {"name": "draws", "seed": seed}, "inputs": {"osm": {"file": "x"}}, "cost": {"draws": draws}}
    )


def random_lines(book: Rulebook, random: np.random.Generator, areas: int, lines: int) -> pd.DataFrame:
    """Make a bill of shipped rates with quantities whose cost varies by a factor of a hundred."""
    known = [rate.rate_id for rate in book.rates if rate.category not in ("soft", "survey")]
    soft = [rate.rate_id for rate in book.rates if rate.category == "soft"]
    parts = []
    for item in (*soft, *random.permutation(known).tolist()):
        price = price_item(book, item)
        parts += [(price.category, item, part) for part in split_price(book, item, price)]
    rows: list[dict[str, Any]] = []
    for area in range(areas):
        for category, item, part in parts[:lines]:
            quantity = float(np.round(np.exp(random.normal(9.0, 1.2)) / max(part.likely, 0.01), 3))
            rows.append(
                {
                    "area_id": f"A{area:04}", "category": category, "item": item, "component": part.component,
                    "quantity": quantity, "rate_low": part.low, "rate_likely": part.likely, "rate_high": part.high,
                    "cost": round(quantity * part.likely, 2), "factor": part.factor,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def actual_cost(bill: Bill, random: np.random.Generator) -> float:
    """Cost of one project under another law than the planner's.

    Every price is ``likely x exp(score x spread)`` with a spread of its own to each side, such that low and high are
    its 5th and 95th percentile: a tenth of all prices leave the published range. A score mixes a market factor (Student
    t of 5 degrees of freedom) that moves every price, a ground factor (t of 4) that moves what is dug, noise of the
    item, and noise of the area (both t of 5). Quantities move with an error of the area. No factor of the planner's is
    used.
    """

    def heavy(freedom: float, *shape: int) -> FloatArray:
        return np.asarray(random.standard_t(freedom, shape) / np.sqrt(freedom / (freedom - 2.0)))

    market, ground = heavy(5.0, 1)[0], heavy(4.0, 1)[0]
    dug = np.array([name == "soil" for name in bill.factor])
    own, local = heavy(5.0, len(bill.low)), heavy(5.0, len(bill.areas))
    common = np.where(dug, 0.45 * market + 0.6 * ground, 0.6 * market)
    rest = np.where(dug, np.sqrt(1.0 - 0.45**2 - 0.6**2), 0.8)
    score = common + rest * np.sqrt(0.7) * own + rest * np.sqrt(0.3) * local[:, None]
    rate = _price(score, bill.low, bill.likely, bill.high)
    error = heavy(5.0, len(bill.areas), 1)
    measured = np.array([row is not None for row in bill.growth])
    grown = np.where(measured, _price(error, *(np.array([level]) for level in (0.92, 1.0, 1.12))), 1.0)
    build, soft = bill.is_build, bill.is_soft
    spent = bill.quantity * rate * grown
    markup = 1.0 + rate[:, soft].sum(axis=1)
    return float((spent[:, build].sum(axis=1) * markup).sum() + spent[:, ~build & ~soft].sum())


def _price(score: FloatArray, low: FloatArray, likely: FloatArray, high: FloatArray) -> FloatArray:
    """Lay a score out between low and high, each at its own side."""
    up, down = np.log(high / likely) / _FIFTH, np.log(likely / low) / _FIFTH
    return np.asarray(likely * np.exp(np.where(score > 0, score * up, score * down)))


def covered_projects(book: Rulebook, projects: int, draws: int, seed: int) -> float:
    """Share of generated projects whose cost is at most the P80 that the planner gives them."""
    random = np.random.default_rng(seed)
    scores = draw_factors(study_of(seed, draws), book).scores
    held = 0
    for _ in range(projects):
        lines = random_lines(book, random, AREAS_OF_A_PROJECT, int(random.integers(15, 60)))
        bill = tabulate(lines, book)
        held += actual_cost(bill, random) <= float(percentiles(total_draws(bill, scores))[2])
    return held / projects


def measure(book: Rulebook, options: argparse.Namespace) -> dict[str, Any]:
    """Measure everything once."""
    random = np.random.default_rng(options.seed)
    bill = tabulate(random_lines(book, random, options.areas, options.lines), book)
    draws: Draws = draw_factors(study_of(options.seed, options.draws), book)
    began = time.process_time()
    area_levels(bill, draws)
    p80 = float(percentiles(total_draws(bill, draws.scores))[2])
    find_drivers(bill, draws.scores, p80)
    seconds = time.process_time() - began
    fresh = draw_factors(study_of(options.seed + 1, options.draws), book)
    one = replace(bill, areas=("all",), quantity=bill.quantity.sum(axis=0, keepdims=True))
    return {
        "draws": options.draws, "areas": options.areas, "lines": len(bill.low), "seconds": round(seconds, 3),
        "fresh_coverage": round(float((total_draws(one, fresh.scores) <= p80).mean()), 4),
        "projects": options.projects,
        "projects_coverage": round(covered_projects(book, options.projects, options.draws, options.seed), 4),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and say by the exit code whether the promises hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, value in (("draws", 10_000), ("areas", 500), ("lines", 40), ("projects", 200), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    found = measure(load_rulebook("generic"), parser.parse_args(arguments))
    print(json.dumps(found, indent=1, sort_keys=True))
    return 0 if all(low <= found[name] <= high for name, (low, high) in PROMISED.items()) else 2


if __name__ == "__main__":
    sys.exit(main())

"""Choose areas and years of a made-up portfolio on a shared feeder, and trace its frontier over budgets; print JSON.

``python -m benchmarks.portfolio --areas 500 --years 8 [--seed K] [--points 10] [--plain]``
``python -m benchmarks.portfolio --router STUDY [--sets 20] [--seed K]``

Areas hang from a random tree of feeder segments; budgets, crews and staff of each year are short; rules, initiatives,
grant milestones and floors on early and lasting return hold. `seconds` is CPU time of the choice by itself,
`frontier_seconds` of all points. The same arguments give the same choice: no clock stops the search.

With --router, random sets of a study's areas are priced as the choice does, and by routing and
designing exactly these areas.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.area_sets import compare_sets
from expansion.portfolio.frontier import Point, spread, trace_frontier
from expansion.portfolio.greedy import choose_greedily
from expansion.portfolio.limits import NOBODY, Floor, People
from expansion.portfolio.money import UNLIMITED, Costs, Limits
from expansion.portfolio.problem import Problem
from expansion.portfolio.rules import Rules
from expansion.portfolio.search import search

KINDS = ("aerial", "buried", "install", "splice", "trainer")
INITIATIVES = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.portfolio", description=__doc__)
    parser.add_argument("--areas", type=int, default=500)
    parser.add_argument("--years", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--points", type=int, default=10, help="points of the frontier; 0 for none")
    parser.add_argument("--plain", action="store_true", help="areas, budgets and order alone: no people, no floors")
    parser.add_argument("--router", type=Path, metavar="STUDY", help="price sets of its areas by the router instead")
    parser.add_argument("--sets", type=int, default=20, help="how many sets, with --router")
    options = parser.parse_args(arguments)
    if options.router is not None:
        print(json.dumps(compare_sets(options.router, options.sets, options.seed), indent=1))
        return 0
    problem = made_up_portfolio(options.areas, options.years, options.seed)
    if options.plain:
        rules = replace(problem.rules, phases=(), after_phase=())
        problem = replace(problem, people=NOBODY, floors=(), rules=rules)
    print(json.dumps(measure(problem, options.points), indent=1))
    return 0


def measure(problem: Problem, points: int) -> dict[str, object]:
    """Choose, rank and trace the frontier."""
    began = time.process_time()
    found = search(problem)
    seconds = time.process_time() - began
    ranked = choose_greedily(problem)
    began = time.process_time()
    frontier = trace_frontier(problem, spread(points)) if points else []
    value = 0.0 if found.when is None else problem.value(found.when)
    return {
        "areas": problem.areas, "initiatives": len(problem.costs.runs), "years": problem.years,
        "segments": len(problem.costs.segment), "value": round(value, 3), "bound": round(found.upper_bound, 3),
        "gap": round(1 - value / found.upper_bound, 6), "seconds": round(seconds, 2),
        "ranking_value": None if ranked is None else round(problem.value(ranked), 3),
        "areas_chosen": 0 if found.when is None else int((found.when[: problem.areas] >= 0).sum()),
        "initiatives_chosen": 0 if found.when is None else int((found.when[problem.areas :] >= 0).sum()),
        "keeps_all_limits": found.when is not None and problem.keeps(found.when),
        "frontier_seconds": round(time.process_time() - began, 2),
        "frontier_monotone": _rising(frontier), "frontier_over_ranking": _over_ranking(frontier),
        "frontier_worst_gap": max((point.gap for point in frontier), default=0.0),
        "frontier": [asdict(point) | {"chosen": len(point.chosen)} for point in frontier],
    }  # fmt: skip


def _rising(frontier: Sequence[Point]) -> bool:
    """Say whether values and bounds never fall as budgets grow."""
    return all(a.value <= b.value and a.bound <= b.bound for a, b in pairwise(frontier))


def _over_ranking(frontier: Sequence[Point]) -> bool:
    """Say whether no point lies below what ranking by ratio reaches."""
    return all(point.ranking_value is None or point.value >= point.ranking_value for point in frontier)


def made_up_portfolio(areas: int, years: int, seed: int) -> Problem:
    """Draw a portfolio: some 45 % of the money that everything costs, people for somewhat less."""
    random = np.random.default_rng(seed)
    locations = np.rint(random.lognormal(4.0, 0.7, areas)).astype(np.int64) + 5
    own = np.rint(locations * random.uniform(1_500, 6_500, areas) * 100).astype(np.int64)
    costs, parent = _network(random, own)
    benefit = np.r_[locations * random.choice([0.5, 0.8, 1.0], areas), random.uniform(0, 60, INITIATIVES)]
    money = int(costs.together(range(areas)) * 0.45)
    shares = np.linspace(0.8, 1.2, years) / years
    limits = Limits(
        tuple(range(2027, 2027 + years)), (money * shares).astype(np.int64), np.full(years, UNLIMITED, dtype=np.int64)
    )
    rules = _rules(random, parent, areas)
    problem = Problem(benefit, 0.97 ** np.arange(years), costs, rules, limits, _people(random, costs, years))
    return replace(problem, floors=_floors(random, problem, locations))


def _network(random: np.random.Generator, own: np.ndarray) -> tuple[Costs, np.ndarray]:
    """Draw a tree of segments, one for every two areas, and hang each area from one; some areas feed others."""
    areas, count = len(own), max(len(own) // 2, 1)
    above = np.array([-1, *(int(random.integers(max(0, k - 12), k)) for k in range(1, count))], dtype=np.int64)
    hung = random.integers(0, count, areas)
    segment = np.rint(random.lognormal(11.0, 0.6, count) * 100).astype(np.int64)
    ways = []
    for place in hung.tolist():
        way = []
        while place >= 0:
            way.append(place)
            place = int(above[place])
        ways.append(tuple(sorted(way)))
    parent = np.full(areas + INITIATIVES, -1, dtype=np.int64)
    for area in range(1, areas):
        near = [k for k in range(max(0, area - 30), area) if hung[k] in ways[area]]
        if near and random.random() < 0.3:
            parent[area] = near[-1]
    yearly = np.rint(random.uniform(20_000, 150_000, INITIATIVES) * 100).astype(np.int64)
    return Costs(own, segment, above, tuple(ways), yearly, random.integers(1, 4, INITIATIVES)), parent


def _rules(random: np.random.Generator, parent: np.ndarray, areas: int) -> Rules:
    """Ask for some areas, exclude some, tie some, and let the first areas wait for training."""
    items = areas + INITIATIVES
    picked = random.permutation(areas)
    leaf = [int(k) for k in picked if k not in set(parent.tolist()) and parent[k] < 0]
    asked, never, pairs = leaf[: areas // 100], leaf[areas // 100 : areas // 50], leaf[areas // 50 : areas // 20]
    half = len(pairs) // 2
    required, allowed = np.zeros(items, dtype=bool), np.ones(items, dtype=bool)
    required[asked], allowed[never] = True, False
    training, crm, plain = areas, areas + 1, areas + 2
    waits = tuple(sorted([(training, area, 0) for area in range(areas)] + [(crm, plain, 1)]))
    return Rules(
        tuple(f"A{k}" for k in range(areas)) + tuple(f"I{k}" for k in range(INITIATIVES)), parent, required,
        required.copy(), allowed, tuple(zip(pairs[: half // 2], pairs[half // 2 : half], strict=False)),
        tuple(zip(pairs[half : half + half // 2], pairs[half + half // 2 :], strict=False)),
        waits, ((crm, 2, 0),), ((areas + 3, 2),), INITIATIVES,
    )  # fmt: skip


def _people(random: np.random.Generator, costs: Costs, years: int) -> People:
    """Draw crew-days in step with money, and offer what half of all work takes."""
    cents = np.r_[costs.own, np.zeros(INITIATIVES, dtype=np.int64)]
    demand = np.rint(cents[:, None] / 1e5 * random.uniform(0.6, 1.4, (len(cents), len(KINDS)))).astype(np.int64)
    demand[: costs.areas, -1] = 0
    demand[costs.areas :, 2:] = random.integers(5_000, 60_000, (INITIATIVES, 3))
    demand[costs.areas : costs.areas + 2, 2:] = 5_000  # training and CRM, which areas wait for
    offered = np.repeat((demand.sum(axis=0) * 0.5 / years).astype(np.int64)[:, None], years, axis=1)
    return People(KINDS, demand, offered)


def _floors(random: np.random.Generator, problem: Problem, locations: np.ndarray) -> tuple[Floor, ...]:
    """Ask for early and lasting return, and for grant milestones among the chosen."""
    none, last = np.zeros(INITIATIVES, dtype=np.int64), problem.years - 1
    worth = np.rint(locations * random.normal(300, 900, len(locations)) * 100).astype(np.int64)
    homes = np.r_[locations, none]
    milestones = [
        Floor(f"milestone {share} %", homes, min(round(share / 100 * problem.years), last), 0, share * 10_000)
        for share in (20, 40, 60, 80)
    ]
    early = Floor("early return", homes, min(1, last), int(locations.sum() * 0.06))
    return (
        early,
        Floor("lasting return", np.r_[worth, none], last, int(np.maximum(worth, 0).sum() * 0.25)),
        *milestones,
    )


if __name__ == "__main__":
    raise SystemExit(main())

"""What the choice takes sets of areas to cost, against the router and the design run on exactly these areas.

``python -m benchmarks.portfolio --router STUDY [--sets 20] [--seed K]``
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from expansion.cost import draw_factors
from expansion.pipeline.candidates import design_candidates
from expansion.pipeline.chosen import design_choice
from expansion.pipeline.grounding import lay_ground
from expansion.plan.graph import IntArray
from expansion.plan.inputs import Inputs
from expansion.plan.parts import Candidates, Ground
from expansion.plan.plan import Cost, Draws, Portfolio
from expansion.portfolio import choose_areas
from expansion.portfolio.posing import pose
from expansion.portfolio.problem import Problem
from expansion.runs.loading import load_inputs
from expansion.runs.studies import read_study
from expansion.scale import map_serial
from expansion.study import Study


@dataclass(frozen=True, slots=True)
class Yard:
    """A study ready to design any of its areas: candidates, the problem they pose, and a choice to vary."""

    study: Study
    inputs: Inputs
    ground: Ground
    candidates: Candidates
    problem: Problem
    portfolio: Portfolio
    draws: Draws

    def designed(self, when: IntArray) -> Cost:
        """Route, design and price exactly these areas, all in one phase."""
        chosen = when[: self.problem.areas] >= 0
        first = self.problem.limits.years[0]
        choice = replace(self.portfolio, year=np.where(chosen, first, -1), phase=np.where(chosen, 1, -1))
        route = self.candidates.network.route
        return design_choice(
            self.study, self.inputs, self.ground, self.candidates, choice, route, self.draws, map_serial
        ).cost


def compare_sets(path: Path, sets: int, seed: int) -> dict[str, object]:
    """Draw sets of areas, with all that they need, and price each both ways."""
    yard = open_yard(path)
    rows = [_compared(yard, members) for members in _drawn(yard.problem, sets, seed)]
    errors = np.array([abs(row.error) for row in rows] or [0.0])
    worst = max(rows, key=lambda row: abs(row.error), default=None)
    return {
        "study": yard.study.study.name, "areas": yard.problem.areas,
        "sets": [asdict(row) for row in rows],
        "mean_error": round(float(errors.mean()), 6), "median_error": round(float(np.median(errors)), 6),
        "error_95": round(float(np.quantile(errors, 0.95)), 6), "worst_error": round(float(errors.max()), 6),
        "worst_beyond_design": worst.beyond_design if worst else {},
    }  # fmt: skip


def open_yard(path: Path) -> Yard:
    """Design the candidates of a study."""
    study, folder = read_study(path)
    inputs, ground = lay_ground(study, load_inputs(study, folder), lambda _: None)
    every = draw_factors(study, inputs.rulebook)
    draws = Draws({name: scores[:2] for name, scores in every.scores.items()})
    candidates, prospects = design_candidates(study, inputs, ground, draws, map_serial, lambda _: None)
    parts = (ground.areas, ground.eligibility, candidates.network, candidates.cost)
    problem = pose(study, inputs.rulebook, *parts, (), prospects).problem
    portfolio = choose_areas(study, inputs.rulebook, *parts, prospects=prospects)
    return Yard(study, inputs, ground, candidates, problem, portfolio, draws)


def _drawn(problem: Problem, sets: int, seed: int) -> Iterator[IntArray]:
    """Draw sets of areas that can be connected, of some to most of them, with parents and companions."""
    random = np.random.default_rng(seed)
    may = [area for area in np.nonzero(problem.rules.allowed)[0].tolist() if area < problem.areas]
    may = [area for area in may if problem.benefit[area] > 0]
    for _ in range(sets):
        picked = [area for area in may if random.random() < random.uniform(0.1, 0.9)] or may[:1]
        when = np.full(len(problem.benefit), -1, dtype=np.int64)
        when[sorted(problem.rules.everything_needed(picked))] = 0
        yield when


@dataclass(frozen=True, slots=True)
class Row:
    """A set priced both ways.

    `beyond_design` says where the difference lies: by category what the candidates' bill charges these areas beyond
    their own design, and last, `shared`, what the choice adds of shared parts that others are charged, or takes off.
    """

    areas: int
    foreseen: float
    designed: float
    error: float
    beyond_design: dict[str, float]


def _compared(yard: Yard, when: IntArray) -> Row:
    """Price a set as the choice does and as it is designed."""
    areas, bill = np.nonzero(when[: yard.problem.areas] >= 0)[0].tolist(), yard.candidates.cost.bom
    names = {yard.problem.rules.names[area] for area in areas}
    charged = bill[bill["area_id"].isin(names)].groupby("category")["cost"].sum()
    cost, foreseen = yard.designed(when), yard.problem.costs.together(areas) / 100
    beyond = charged.sub(pd.Series(cost.by_category, dtype=float), fill_value=0.0).round(2).to_dict()
    beyond["shared"] = round(foreseen - float(charged.sum()), 2)
    error = foreseen / cost.base - 1 if cost.base else 0.0
    return Row(len(areas), round(foreseen, 2), cost.base, round(error, 6), beyond)

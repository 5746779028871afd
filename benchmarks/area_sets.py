"""What the choice takes sets of areas to cost, against the router and the design run on exactly these areas.

``python -m benchmarks.portfolio --router STUDY [--sets 20] [--seed K]``
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from expansion.cost import draw_factors
from expansion.pipeline.candidates import design_candidates
from expansion.pipeline.chosen import design_choice
from expansion.pipeline.grounding import lay_ground
from expansion.plan.graph import IntArray
from expansion.plan.inputs import Inputs
from expansion.plan.parts import Candidates, Ground
from expansion.plan.plan import Draws, Portfolio
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

    def designed(self, when: IntArray) -> float:
        """Route, design and price exactly these areas, all in one phase: their base cost."""
        chosen = when[: self.problem.areas] >= 0
        first = self.problem.limits.years[0]
        choice = replace(self.portfolio, year=np.where(chosen, first, -1), phase=np.where(chosen, 1, -1))
        route = self.candidates.network.route
        trial = design_choice(
            self.study, self.inputs, self.ground, self.candidates, choice, route, self.draws, map_serial
        )
        return float(trial.spent.sum())


def compare_sets(path: Path, sets: int, seed: int) -> dict[str, object]:
    """Draw sets of areas, with all that they need, and price each both ways."""
    yard = open_yard(path)
    rows = [_compared(yard, members) for members in _drawn(yard.problem, sets, seed)]
    errors = [abs(row["error"]) for row in rows]
    return {
        "study": yard.study.study.name, "areas": yard.problem.areas, "sets": rows,
        "worst_error": max(errors, default=0.0), "mean_error": round(float(np.mean(errors)), 6) if errors else 0.0,
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


def _compared(yard: Yard, when: IntArray) -> dict[str, float]:
    """Price a set as the choice does and as it is designed."""
    areas = np.nonzero(when[: yard.problem.areas] >= 0)[0].tolist()
    foreseen, designed = yard.problem.costs.together(areas) / 100, yard.designed(when)
    error = foreseen / designed - 1 if designed else 0.0
    return {
        "areas": len(areas),
        "foreseen": round(foreseen, 2),
        "designed": round(designed, 2),
        "error": round(error, 6),
    }

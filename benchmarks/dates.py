"""Calibration and speed of dates and costs drawn together, on a plan, as JSON.

``python -m benchmarks.dates PLAN [--seeds N]``

PLAN is the folder of a saved plan, or the name of an embedded study, which is then planned. It is drawn again under N
other seeds: lead times, weather, production, risks and prices.

- ``covered_finish``, ``covered_cost``, ``covered_joint``: share of these fresh draws that P80 of the program's finish,
  P80 of its cost, and `joint_finish` and `joint_cost` together cover; ``standard_error`` is that of such a share over
  the ``fresh`` draws and the plan's own.
- ``finish``, ``cost``: largest distance, over program and phases, between the share of fresh draws that P80 of the plan
  covers and the share of its own draws that it covers. Dates are whole days on which many draws end, so that P80 may
  cover a little more than 80 of 100 of its own.
- ``joint``: the same for `joint_finish` and `joint_cost` together.
- ``removed``: risks whose removal would bring P80 of finish or cost up instead of down.
- ``seconds``: CPU seconds of one draw of everything, 1,000 draws at most.

Exit code 2 where a promise of docs/methods/schedule.md does not hold: shares covered within 0.03 of 0.8, distances of
at most 0.03, no risk the wrong way, at most 2 s.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.cost import draw_costs, draw_factors, pick_draws
from expansion.delivery import fire_risks
from expansion.plan.plan import Cost, Permits, Schedule
from expansion.plan.saved import SavedPlan
from expansion.plan.uncertainty import DrawnCosts, DrawnDates
from expansion.rulebook import load_rulebook
from expansion.runs.planning import PlanOptions, plan_study
from expansion.runs.saving import load_plan
from expansion.schedule import draw_dates
from expansion.study import Study, parse_study

ROOT = Path(__file__).resolve().parent.parent
FlagArray = NDArray[np.bool_]
SHARE = 0.8
PROMISED = {f"covered_{name}": (SHARE - 0.03, SHARE + 0.03) for name in ("finish", "cost", "joint")} | {
    "finish": (0, 0.03),
    "cost": (0, 0.03),
    "joint": (0, 0.03),
    "removed": (0, 0),
    "seconds": (0, 2),
}


@dataclass(frozen=True, slots=True)
class Redrawn:
    """Dates and costs of a plan under one seed."""

    dates: DrawnDates
    money: DrawnCosts

    def of(self, areas: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Last day and cost per draw of some areas together."""
        days = self.dates.areas[[self.dates.area_ids.index(name) for name in areas]].max(axis=0)
        return days, self.money.areas[[self.money.area_ids.index(name) for name in areas]].sum(axis=0)


def redraw(saved: SavedPlan, seed: int) -> Redrawn:
    """Draw a saved plan again under a seed; its own gives the draws that it holds."""
    study = _seeded(parse_study(saved.study_document["study"]), seed)
    book, tables = load_rulebook(study.study.profile), saved.tables
    draws, risks = draw_factors(study, book), tables["risks"]
    cost = _cost(tables["bom"])
    events = fire_risks(study, book, risks, pick_draws(book, cost, draws))
    _, dates = draw_dates(study, book, _schedule(saved), Permits(tables["permits"], ()), draws, risks, events)
    return Redrawn(dates, draw_costs(book, cost, draws, risks, events))


def _seeded(study: Study, seed: int) -> Study:
    return study.model_copy(update={"study": study.study.model_copy(update={"seed": seed})})


def _schedule(saved: SavedPlan) -> Schedule:
    """Read back what the draws need of a schedule."""
    told, tables = saved.document["schedule"], saved.tables
    dates = ("", "", "", "", "")
    return Schedule(
        tables["tasks"], tables["task_links"], tables["resources"], *dates, told["makespan_days"],
        told["lower_bound_days"], 0.0, "feasible", (),
    )  # fmt: skip


def _cost(bom: pd.DataFrame) -> Cost:
    """Read back what the draws need of a bill."""
    none = pd.DataFrame()
    return Cost(bom, 0.0, 0.0, 0.0, 0.0, 0.0, {}, 0.0, 0.0, none, none, ())


def measure(saved: SavedPlan, seeds: int) -> dict[str, Any]:
    """Measure everything once."""
    own_seed = int(saved.document["study"]["seed"])
    began = time.process_time()
    own = redraw(saved, own_seed)
    seconds = time.process_time() - began
    fresh = [redraw(saved, own_seed + number) for number in range(1, seeds + 1)]
    apart: dict[str, float] = {"finish": 0.0, "cost": 0.0, "joint": 0.0}
    covered: dict[str, float] = {}
    for row in _rows(saved):
        here, there = _covered(saved, row, [own]), _covered(saved, row, fresh)
        if row["scope"] == "program":
            covered = {f"covered_{name}": round(float(there[name].mean()), 4) for name in apart}
        for name in apart:
            apart[name] = max(apart[name], abs(float(here[name].mean()) - float(there[name].mean())))
    risks = saved.tables["risks"]
    wrong = int(((risks["p80_days"] < 0) | (risks["p80_cost"] < 0)).sum())
    draws = len(saved.tables["forecast_draws"])
    error = math.sqrt(SHARE * (1 - SHARE) * (1 / draws + 1 / (draws * seeds)))
    return {
        "draws": draws, "fresh": draws * seeds, "standard_error": round(error, 4), "seeds": seeds,
        "tasks": len(saved.tables["tasks"]), "risks": len(risks), **covered,
        **{name: round(value, 4) for name, value in apart.items()}, "removed": wrong, "seconds": round(seconds, 3),
    }  # fmt: skip


def _rows(saved: SavedPlan) -> list[dict[str, Any]]:
    """List the forecasts of program and phases."""
    return [row for row in saved.tables["forecasts"].to_dict("records") if row["scope"] != "area"]


def _covered(saved: SavedPlan, row: dict[str, Any], drawn: Sequence[Redrawn]) -> dict[str, FlagArray]:
    """Tell per draw whether P80 of finish and of cost, and the joint pair, cover it."""
    areas, first = saved.tables["areas"], pd.Timestamp(saved.study_document["study"]["study"]["start"])
    mine = areas["chosen"] if row["scope"] == "program" else areas["phase"].astype("str") == row["id"]
    names = areas.loc[mine.fillna(False).to_numpy(dtype=bool), "area_id"].to_list()
    parts = [one.of([name for name in names if name in one.dates.area_ids]) for one in drawn]
    days = np.concatenate(
        [one.dates.program if row["scope"] == "program" else part[0] for one, part in zip(drawn, parts, strict=True)]
    )
    cost = np.concatenate([part[1] for part in parts])
    until = {name: (pd.Timestamp(row[name]) - first).days for name in ("finish_p80", "joint_finish")}
    return {
        "finish": days <= until["finish_p80"], "cost": cost <= row["cost_p80"],
        "joint": (days <= until["joint_finish"]) & (np.round(cost, 2) <= row["joint_cost"]),
    }  # fmt: skip


def _read(plan: Path) -> SavedPlan:
    """Load a saved plan, or plan an embedded study."""
    if (plan / "plan.json").is_file():
        return load_plan(plan)
    with tempfile.TemporaryDirectory(prefix="dates-") as folder:
        plan_study(ROOT / "data" / plan, Path(folder) / "plan", PlanOptions())
        return load_plan(Path(folder) / "plan")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and say by the exit code whether the promises hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("plan", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args(arguments)
    found = measure(_read(options.plan), options.seeds)
    print(json.dumps(found, indent=1, sort_keys=True))
    return 0 if all(low <= found[name] <= high for name, (low, high) in PROMISED.items()) else 2


if __name__ == "__main__":
    sys.exit(main())

"""What an area is worth: measures of it, weighted by the study."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.choosing import Criterion
from expansion.plan.graph import FloatArray
from expansion.plan.plan import Areas, Eligibility, Network
from expansion.plan.selection import BENEFITS, Prospects
from expansion.rulebook import Rulebook
from expansion.study import Study

NEED = "need"
ABOUT = {
    NEED: "Units that lack service, by the worth of their status",
    "locations": "Locations that may be funded and connected",
    "unserved": "Units without service at all",
    "unserved_share": "Share of the area's units without service at all",
    "orders": "Units that order at the expected take rate",
    "anchors": "Schools, libraries, clinics and other anchor institutions",
    "npv": "What the area earns over its costs, by its business case as a candidate",
}


@dataclass(frozen=True, slots=True)
class Worth:
    """Benefit per area, the measures that it is made of, and the table that tells them, after `BENEFITS`."""

    benefit: FloatArray
    measures: dict[str, FloatArray]
    table: pd.DataFrame


def weigh_areas(
    study: Study,
    rulebook: Rulebook,
    areas: Areas,
    eligibility: Eligibility,
    network: Network,
    prospects: Prospects | None,
) -> Worth:
    """Measure every area and weigh what the study counts.

    Parameters
    ----------
    study
        Criteria; without any, need alone counts, with weight 1.
    rulebook
        What a unit is worth by status, and the take rate.
    areas, eligibility, network
        All areas, and who in them can be connected.
    prospects
        Business case and anchors of each area; without it they are neither told nor counted.
    """
    measures = _measure(rulebook, areas, eligibility, network)
    if prospects is not None:
        measures |= {"anchors": prospects.anchors, "npv": np.round(prospects.npv, 2)}
    counted = _counted(study)
    benefit = np.zeros(len(areas.table))
    for criterion in counted:
        benefit = benefit + criterion.weight * measures.get(criterion.measure, np.zeros(len(benefit)))
    return Worth(benefit, measures, _table(areas, counted, measures))


def _counted(study: Study) -> list[Criterion]:
    """Criteria of the study, and need with weight 1 where none of them measures it."""
    given = list(study.portfolio.criteria)
    if any(criterion.measure == NEED for criterion in given):
        return given
    return [Criterion(name=NEED, measure=NEED, weight=1), *given]


def connectable(areas: Areas, eligibility: Eligibility, network: Network) -> NDArray[np.bool_]:
    """Mark locations that may be funded, lie in an area and can be connected."""
    table, outcome = eligibility.table, network.location_outcome
    counts = table["eligible"].to_numpy(dtype=bool) & (areas.of_location >= 0)
    if len(outcome) == len(table):
        counts &= outcome != "unreachable"
    return np.asarray(counts, dtype=bool)


def _measure(rulebook: Rulebook, areas: Areas, eligibility: Eligibility, network: Network) -> dict[str, FloatArray]:
    """Measure what the demand says of each area."""
    table, counts = eligibility.table, connectable(areas, eligibility, network)
    units, status = table["units"].to_numpy(dtype=np.float64), table["status"].to_numpy(dtype=str)
    each = {name: rulebook.engineering_value(f"worth_{name}") for name in ("unserved", "underserved")}
    worth = np.array([each.get(name, 0.0) for name in status.tolist()], dtype=np.float64) * units

    def summed(values: FloatArray) -> FloatArray:
        found = np.zeros(len(areas.table))
        np.add.at(found, areas.of_location[counts], values[counts])
        return found

    every, unserved = summed(units), summed(np.where(status == "unserved", units, 0.0))
    share: FloatArray = unserved / np.maximum(every, 1.0)
    take = rulebook.engineering_value("take_rate")
    return {
        NEED: summed(worth),
        "locations": summed(np.ones(len(units))),
        "unserved": unserved,
        "unserved_share": np.round(share, 6),
        "orders": np.round(every * take, 6),
    }


def _table(areas: Areas, counted: list[Criterion], measures: dict[str, FloatArray]) -> pd.DataFrame:
    """List per area what counts, in the study's order, and what is told without counting."""
    told = {criterion.measure for criterion in counted}
    rest = [Criterion(name=name, measure=name, weight=0) for name in ABOUT if name in measures and name not in told]
    ids = [str(name) for name in areas.table["area_id"]]
    rows = [(row, criterion) for row in range(len(ids)) for criterion in [*counted, *rest]]
    amounts = np.array([measures[one.measure][row] if one.measure in measures else 0.0 for row, one in rows])
    weights = np.array([one.weight for _, one in rows], dtype=np.float64)
    columns: dict[str, object] = {
        "area_id": [ids[row] for row, _ in rows], "criterion": [one.name for _, one in rows],
        "measure": [one.measure for _, one in rows], "amount": amounts.astype(np.float64) + 0.0, "weight": weights,
        "score": np.round(amounts * weights, 6) + 0.0,
        "sentence": [one.sentence or ABOUT[one.measure] for _, one in rows],
    }  # fmt: skip
    return BENEFITS.build(columns)

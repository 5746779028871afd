"""Say which locations get fiber and which no road of the study can reach, with the gap and its price."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from expansion.plan.findings import Finding, find
from expansion.plan.graph import IntArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.locks import Locks
from expansion.plan.plan import Areas, Eligibility
from expansion.study import Study
from expansion.wording import count


def outcomes_of(
    study: Study,
    inputs: Inputs,
    graph: RoadGraph,
    areas: Areas,
    eligibility: Eligibility,
    phase: IntArray,
    locks: Locks | None = None,
) -> tuple[NDArray[np.object_], list[Finding]]:
    """Say per location: fiber, unreachable, none (too large for a hub) or "" (not asked for).

    `locks` has findings of its own on those whom it cuts off.

    Returns
    -------
    tuple
        Outcome per row of the study's locations; findings on those that are cut off or too large.
    """
    eligible = eligibility.table["eligible"].to_numpy()
    outcome = np.full(len(eligible), "", dtype=object)
    cut_off = eligible & (graph.location_node < 0)
    outcome[cut_off] = "unreachable"
    far = cut_off.copy()
    far[locks.cut_off if locks is not None else []] = False
    in_area = areas.of_location >= 0
    asked = eligible & ~cut_off & in_area
    asked[in_area] &= phase[areas.of_location[in_area]] >= 0
    large = asked & (inputs.locations["units"].to_numpy() > study.network.hub_capacity)
    outcome[asked] = "fiber"
    outcome[large] = "none"
    ids = inputs.locations["location_id"].to_numpy()
    findings = []
    if far.any():
        findings.append(_cut_off(study, inputs, ids[far], graph.nearest_road_m[far]))
    if large.any():
        many = count(int(large.sum()), "location has", "locations have")
        findings.append(
            find(
                "W_UNITS", "warning", f"{many} more units than a hub can serve", ids[large],
                repair="raise network.hub_capacity, or split the location into buildings",
            )
        )  # fmt: skip
    return outcome, findings


def _cut_off(study: Study, inputs: Inputs, ids: NDArray[np.object_], gap_m: NDArray[np.float64]) -> Finding:
    """Name the locations that no road joined to the plant reaches, the nearest road and the price of the gap."""
    price = float(np.nansum(gap_m)) * inputs.rulebook.rate("plow").likely
    nearest = float(np.nanmin(gap_m))
    return find(
        "W_UNREACHABLE", "warning",
        f"{count(len(ids), 'eligible location has', 'eligible locations have')} no road joined to the plant within "
        f"{study.network.snap_max_m:g} m; the nearest lies {nearest:.0f} m from a road; laterals to the nearest roads "
        f"alone would cost about {price:,.0f} {inputs.rulebook.currency}",
        ids, amount=round(price, 2), unit=inputs.rulebook.currency,
        repair="correct the road map, raise network.snap_max_m, or serve them by radio or satellite",
    )  # fmt: skip

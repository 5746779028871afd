"""When the base cost is spent: what passes areas in their build year, what connects units as they order."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.cost.bom import TO_CONNECT
from expansion.cost.business.facts import AreaFacts, gather_facts
from expansion.cost.business.flows import make_flows
from expansion.cost.business.terms import find_terms
from expansion.cost.shares import split_by_weight
from expansion.plan.plan import Areas, Cost, Eligibility, Network, Permits, Portfolio, Schedule
from expansion.plan.specs_cost import SPENDING
from expansion.rulebook import Rulebook
from expansion.rulebook.escalation import yearly_escalation
from expansion.study import Study

FloatArray = NDArray[np.float64]
Row = tuple[int, int | None, str, str, float, float | None]
NEVER = "not ordered"


def spend_by_year(
    study: Study, rulebook: Rulebook, areas: Areas, eligibility: Eligibility, portfolio: Portfolio, network: Network,
    permits: Permits, cost: Cost, schedule: Schedule,
) -> pd.DataFrame:  # fmt: skip
    """Spread the base cost over calendar years, per build phase and component.

    Parameters
    ----------
    study, rulebook
        Take rate, its curve and the horizon; rise of prices in a year.
    areas, eligibility, portfolio, network, permits, cost
        The chosen areas, their build years and bill, escalated to the years of build.
    schedule
        Days of acceptance, from which customers order.

    Returns
    -------
    DataFrame
        After `SPENDING`: rows add to the base cost to the cent, those of part ``pass`` to what passes. What connects
        is spent with the share of units that order in a year; what nobody orders within the horizon has no year.
    """
    years = portfolio.year[portfolio.year >= 0]
    rows: list[Row] = []
    if len(years):
        terms = find_terms(study, rulebook, min([study.study.start.year, *years.tolist()]))
        facts = gather_facts(areas, eligibility, portfolio, network, cost, schedule, permits)
        flows = make_flows(facts, terms)
        yearly = 1 + yearly_escalation(rulebook, study.cost.escalation)[1]
        index: FloatArray = np.array([yearly ** (year - study.study.price_year) for year in flows.years.tolist()])
        bill = _bill(facts, cost)
        rows = [*_passing(bill), *_connecting(bill, flows.new, flows.years, index)]
    rows.sort(key=lambda row: (row[0], row[1] is None, row[1] or 0, row[2], row[3]))
    return SPENDING.build({column.name: [row[k] for row in rows] for k, column in enumerate(SPENDING.columns)})


def _bill(facts: AreaFacts, cost: Cost) -> pd.DataFrame:
    """Cents per line, with the place of its area, phase, year of build, and whether it connects."""
    place = {name: row for row, name in enumerate(facts.ids)}
    bom = cost.bom[cost.bom["area_id"].isin(facts.ids).to_numpy()]
    at = bom["area_id"].map(place).to_numpy(dtype=np.int64)
    return pd.DataFrame(
        {
            "at": at, "phase": facts.phase[at], "year": facts.year[at], "component": bom["component"].to_numpy(object),
            "connects": bom["category"].isin(TO_CONNECT).to_numpy(),
            "cents": np.rint(bom["cost"].to_numpy() * 100).astype(np.int64),
            "escalated": np.rint(bom["cost_escalated"].to_numpy() * 100).astype(np.int64),
        }
    )  # fmt: skip


def _passing(bill: pd.DataFrame) -> list[Row]:
    """Sum what passes areas by the year of build."""
    lines = bill[~bill["connects"].to_numpy()]
    sums = lines.groupby(["phase", "year", "component"], sort=True)[["cents", "escalated"]].sum()
    return [
        (int(phase), int(year), "pass", str(component), cents / 100, escalated / 100)
        for (phase, year, component), cents, escalated in sums.itertuples(name=None)
        if cents
    ]


def _connecting(bill: pd.DataFrame, new: FloatArray, years: NDArray[np.int64], index: FloatArray) -> list[Row]:
    """Split what connects by the share of units that order in each year; the last part is what nobody orders."""
    never = 1.0 - new.sum(axis=1, keepdims=True)
    share = np.hstack((new, np.where(never > 1e-12, never, 0.0)))  # sums of a take rate of 1 are off by less
    when: list[int | None] = [*years.tolist(), None]
    rows: list[Row] = []
    for (phase, component), lines in bill[bill["connects"].to_numpy()].groupby(["phase", "component"], sort=True):
        wanted = (lines["cents"].to_numpy()[:, None] * share[lines["at"].to_numpy()]).sum(axis=0)
        for place, cents in enumerate(split_by_weight(int(lines["cents"].sum()), wanted)):
            year = when[place]
            dear = None if year is None else round(cents * float(index[place])) / 100
            part = NEVER if year is None else "connect"
            rows += [(int(phase), year, part, str(component), cents / 100, dear)] if cents else []
    return rows

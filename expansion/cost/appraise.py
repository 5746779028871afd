"""Say of the cost what can be said once it is known what is built when: percentiles with risks, surveys, owners."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from expansion.cost.estimate import area_costs, contingency_cents
from expansion.cost.poles import split_by_owner
from expansion.cost.surveys import value_surveys
from expansion.cost.timing import escalate_cost
from expansion.cost.uncertainty import find_drivers, percentiles, tabulate
from expansion.plan.plan import Areas, Cost, Draws, Network, Permits, Portfolio
from expansion.plan.uncertainty import DrawnCosts, Events
from expansion.rulebook import Rulebook
from expansion.study import Study


def settle_cost(
    study: Study, rulebook: Rulebook, cost: Cost, areas: Areas, portfolio: Portfolio, draws: Draws, events: Events,
    money: DrawnCosts,
) -> Cost:  # fmt: skip
    """Take the percentiles of the cost from the draws that also hold what may go wrong.

    Parameters
    ----------
    study, rulebook
        Contingency where the study names one, rise of prices, ranges.
    cost
        The bill of what is built.
    areas, portfolio
        Build year per area.
    draws, events, money
        What was drawn, and what areas cost in it, with the risks that happen.

    Returns
    -------
    Cost
        With percentiles of the total and of areas, contingency and its parts per area, drivers, and money of the years
        of build. ``base + reserve_estimate + reserve_risks == p80`` to the cent: what prices and quantities ask above
        the base at 80 % confidence, and what risks add to that. A bill of nothing costs nothing.
    """
    settled = _with_risks(study, rulebook, cost, draws, events, money) if len(cost.bom) else cost
    return escalate_cost(study, rulebook, settled, areas, portfolio, draws, money, events.draws)


def _with_risks(study: Study, rulebook: Rulebook, cost: Cost, draws: Draws, events: Events, money: DrawnCosts) -> Cost:
    """Take percentiles, reserves and drivers from the draws that hold risks."""
    total, risks = money.program, money.risks.sum(axis=0)
    p10, p50, p80, p90 = percentiles(total).tolist()
    calm = float(percentiles(total - risks)[2])
    reserve = contingency_cents(study, round(cost.base * 100), p50, p80)
    bill = tabulate(cost.bom, rulebook)
    scores = {name: values[events.draws] for name, values in draws.scores.items()}
    return replace(
        cost, p10=p10, p50=p50, p80=p80, p90=p90, contingency=reserve / 100,
        reserve_estimate=round(calm - cost.base, 2), reserve_risks=round(p80 - calm, 2) + 0.0,
        per_area=_per_area(cost.bom, money, reserve), drivers=find_drivers(bill, scores, p80, risks),
    )  # fmt: skip


def _per_area(bom: pd.DataFrame, money: DrawnCosts, reserve: int) -> pd.DataFrame:
    """List base, percentiles and contingency per area."""
    cents = np.rint(bom["cost"].to_numpy() * 100).astype(np.int64)
    total = money.program
    shared = np.einsum("ad,d->a", money.areas, (total - total.mean()) / max(len(total), 1))
    return area_costs(bom, cents, percentiles(money.areas).T, shared, reserve)


def appraise_cost(
    study: Study, rulebook: Rulebook, cost: Cost, network: Network, permits: Permits, draws: Draws
) -> Cost:
    """Value surveys, and share make-ready among pole owners.

    Parameters
    ----------
    study, rulebook
        Surveys and their rates.
    cost, network, permits
        What is built.
    draws
        Scores of all factors.

    Returns
    -------
    Cost
        With `surveys` and `make_ready`.
    """
    surveys = value_surveys(study, rulebook, network, permits, cost, draws)
    return replace(cost, surveys=surveys, make_ready=split_by_owner(network, cost))

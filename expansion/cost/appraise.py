"""Say of the cost what can be said once it is known what is built when: years of build, worth of surveys."""

from __future__ import annotations

from dataclasses import replace

from expansion.cost.poles import split_by_owner
from expansion.cost.surveys import value_surveys
from expansion.cost.timing import escalate_cost
from expansion.plan.plan import Areas, Cost, Draws, Network, Permits, Portfolio
from expansion.rulebook import Rulebook
from expansion.study import Study


def appraise_cost(
    study: Study, rulebook: Rulebook, cost: Cost, network: Network, permits: Permits, areas: Areas,
    portfolio: Portfolio, draws: Draws,
) -> Cost:  # fmt: skip
    """Bring the cost of what is built to the years of build, value surveys, share make-ready among pole owners.

    Parameters
    ----------
    study, rulebook
        Rise of prices, surveys and their rates.
    cost, network, permits
        What is built.
    areas, portfolio
        Build year per area.
    draws
        The draws behind the percentiles of `cost`.

    Returns
    -------
    Cost
        With `escalated…`, `surveys` and `make_ready`; base cost and percentiles as they were.
    """
    surveys = value_surveys(study, rulebook, network, permits, cost, draws)
    escalated = escalate_cost(study, rulebook, cost, areas, portfolio, draws)
    return replace(escalated, surveys=surveys, make_ready=split_by_owner(network, cost))

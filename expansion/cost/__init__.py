"""Price a network: bill of materials and work, and how far the total may move."""

from expansion.cost.appraise import appraise_cost, settle_cost
from expansion.cost.at_risk import draw_costs, pick_draws
from expansion.cost.estimate import estimate_cost
from expansion.cost.factors import draw_factors

__all__ = ["appraise_cost", "draw_costs", "draw_factors", "estimate_cost", "pick_draws", "settle_cost"]

"""Judge what the chosen areas earn and cost over the years."""

from expansion.cost.business.judge import judge_business

__all__ = ["judge_business"]

"""Judge what the chosen areas earn and cost over the years."""

from expansion.cost.business.judge import expect_worth, judge_business
from expansion.cost.business.spending import spend_by_year

__all__ = ["expect_worth", "judge_business", "spend_by_year"]

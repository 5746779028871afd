"""Choose areas and years under budgets, with a bound on what any choice could be worth."""

from expansion.portfolio.budgets import build_years
from expansion.portfolio.choose import choose_areas, compare_spending, fit_budgets
from expansion.portfolio.exploring import explore_choice
from expansion.portfolio.grants import check_milestones

__all__ = ["build_years", "check_milestones", "choose_areas", "compare_spending", "explore_choice", "fit_budgets"]

"""Choose areas and years under budgets, with a bound on what any choice could be worth."""

from expansion.portfolio.budgets import build_years
from expansion.portfolio.choose import choose_areas, compare_spending, fit_budgets

__all__ = ["build_years", "choose_areas", "compare_spending", "fit_budgets"]

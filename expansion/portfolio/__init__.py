"""Choose areas and years under budgets, with a bound on what any choice could be worth."""

from expansion.portfolio.choose import choose_areas, fit_budgets, learn_costs

__all__ = ["choose_areas", "fit_budgets", "learn_costs"]

"""One area by hand, and terms under which the sums come out even.

2027: built for 6,000 (to pass); accepted on 31 December
2028: half of the orders come, evenly over the year     2029: the other half       2030: all stay

10 units passed, take rate 0.4: 4 subscribers in the end; each pays 50 a month and costs 100 a year
"""

from dataclasses import replace

import numpy as np

from expansion.cost.business.facts import AreaFacts, year_of
from expansion.cost.business.terms import Terms

TERMS = Terms(
    take_rate=0.4, curve=(0.5, 1.0), arpu_per_month=50.0, opex_per_subscriber=100.0, opex_fixed_wireless=200.0,
    pole_rental=0.0, churn_per_month=0.0, reconnect_cost=100.0, arpu_growth=0.0, opex_growth=0.0, capital_growth=0.0,
    discount_rate=0.1,
    discounting="year-end", horizon_years=4, terminal_value="none", plant_life_years=8, electronics_life_years=0,
    subsidy_per_location=0.0, subsidy_share=0.0, grants={}, base_year=2027, price_year=2027, ranges={},
)  # fmt: skip


def terms(**changes):
    return replace(TERMS, **changes)


def areas(*, years=(2027,), days=None, **changes):
    """Build one area per year given, alike but for that; a change is a number for all of them."""
    days = days or [f"{year}-12-31" for year in years]
    fixed = {
        "locations": 8, "wired": 10, "wireless": 0, "to_pass": 600_000, "to_connect": 100_000, "electronics": 50_000,
        "customer": 40_000, "poles": 0.0, "permit_rent": 0,
    } | changes  # fmt: skip
    columns = {
        name: np.full(len(years), value, dtype=float if name == "poles" else np.int64) for name, value in fixed.items()
    }
    return AreaFacts(
        ids=tuple(f"A{number:03d}" for number in range(1, len(years) + 1)), phase=np.arange(1, len(years) + 1),
        year=np.array(years), accepted=np.array([year_of(day) for day in days]), accepted_day=tuple(days), **columns,
    )  # fmt: skip

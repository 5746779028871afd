"""Spending by year is a table whose sums are the base cost."""

import pandas as pd
import pytest

from expansion.figures.spending import spending_years

LINES = [
    (1, 2027, "pass", "labor", 100.01, 100.01),
    (2, 2028, "pass", "cable", 50.0, 52.5),
    (1, 2028, "connect", "labor", 10.0, 10.5),
    (1, None, "not ordered", "labor", 10.0, None),
]
NAMES = ["phase", "year", "part", "component", "cost", "cost_escalated"]


@pytest.fixture
def spending():
    return pd.DataFrame(LINES, columns=NAMES).astype({"year": "Int64"})


def test_years_stand_below_each_other_and_end_in_the_base_cost(spending):
    years = spending_years(spending)
    assert years["year"].tolist() == ["2027", "2028", "not ordered", "total"]
    assert years["total"].tolist() == [100.01, 60.0, 10.0, 170.01]
    assert years["pass"].tolist() == [100.01, 50.0, 0.0, 150.01]
    assert years["connect"].tolist() == [0.0, 10.0, 10.0, 20.0]
    assert years["escalated"].tolist() == [100.01, 63.0, 0.0, 163.01]


@pytest.mark.parametrize(("by", "heads"), [("component", ["cable", "labor"]), ("phase", ["phase 1", "phase 2"])])
def test_components_or_phases_add_to_each_year(spending, by, heads):
    years = spending_years(spending, by=by)
    assert years[heads].sum(axis=1).round(2).tolist() == years["total"].tolist()


def test_a_plan_of_nothing_has_no_years(spending):
    assert len(spending_years(spending[:0])) == len(spending_years(None)) == 0

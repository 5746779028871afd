"""The business case of a small plan: sums to the cent, grants that close the gap, and what cannot be judged."""

import json

import numpy as np
import pandas as pd
import pytest

from expansion.errors import StudyError
from expansion.pipeline import make_plan
from expansion.runs.loading import load_inputs
from expansion.runs.studies import read_study
from tests.audit.small_study import write_small_study


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """Plan the small study with changes laid over it."""
    folder = write_small_study(tmp_path_factory.mktemp("business"))
    made = {}

    def plan(*changes):
        if changes not in made:
            study, home = read_study(folder, ("network.route.curve=false", *changes))
            made[changes] = make_plan(study, load_inputs(study, home))
        return made[changes]

    return plan


def cents(values):
    return np.rint(np.asarray(values, dtype=float) * 100).astype(int)


def test_sums_of_areas_phases_and_the_whole_are_those_of_the_rows(planned):
    plan = planned()
    case, table = plan.document["business"], plan.tables["business"]
    for name in ("revenue", "opex", "net", "capital_to_pass"):
        assert cents(case[name]) == cents(table[name]).sum()
        assert cents(case[name]) == sum(cents(phase[name]) for phase in case["phases"])
    assert cents(case["npv"]) == cents(table["discounted"]).sum() == cents(plan.tables["business_areas"]["npv"]).sum()


def test_capital_to_pass_is_that_of_the_bill(planned):
    plan = planned()
    assert plan.document["business"]["capital_to_pass"] == plan.document["cost"]["cost_to_pass"]


def test_the_grants_that_are_needed_leave_nothing_to_the_cent(planned):
    needed = planned().tables["business_areas"]
    grants = ", ".join(
        f'{{area = "{name}", amount = {amount}}}'
        for name, amount in zip(needed["area_id"], needed["subsidy_needed"], strict=True)
    )
    granted = planned(f"business.grants=[{grants}]")
    assert granted.tables["business_areas"]["npv"].tolist() == [0.0] * len(needed)
    assert granted.document["business"]["areas_paying"] == len(needed)


def test_money_of_another_currency_is_never_mixed(planned, tmp_path):
    plan = planned()
    rates = tmp_path / "rates.csv"
    rows = [rate.model_dump() | {"currency": "EUR" if rate.currency else ""} for rate in plan.rulebook.rates]
    pd.DataFrame(rows).to_csv(rates, index=False)
    write_small_study(tmp_path)
    study, home = read_study(tmp_path, ("study.currency=EUR", 'inputs.rates={file="rates.csv"}'))
    foreign = make_plan(study, load_inputs(study, home))
    assert foreign.document["business"]["npv"] is None
    found = next(row for row in foreign.document["findings"] if row["code"] == "W_BUSINESS_CURRENCY")
    assert "arpu_per_month" in found["where"]


def test_a_plan_of_nothing_has_no_case(planned):
    plan = planned("portfolio.total_budget=0", "portfolio.budgets=[]")
    assert plan.document["business"]["npv"] is None
    assert len(plan.tables["business"]) == 0
    json.dumps(plan.document, allow_nan=False)


def test_a_grant_of_no_area_is_refused(planned):
    with pytest.raises(StudyError, match="unknown areas"):
        planned('business.grants=[{area = "A9", amount = 1}]')


def test_a_perpetuity_must_be_discounted_faster_than_it_grows(planned):
    with pytest.raises(StudyError, match="without end"):
        planned("business.terminal_value=perpetuity", "business.arpu_growth=0.07")


def test_the_rate_of_return_depends_neither_on_the_discount_rate_nor_on_when_in_a_year_money_flows(planned):
    cases = [planned(*changes).document["business"] for changes in (
        (), ("business.discount_rate=0.12",), ("business.discounting=year-end",),
    )]  # fmt: skip
    assert len({case["irr"] for case in cases}) == 1
    assert len({case["npv"] for case in cases}) == 3


def test_percentiles_are_in_order_and_hold_the_likely_case(planned):
    case = planned().document["business"]
    assert case["npv_p10"] < case["npv_p50"] < case["npv_p90"]
    assert case["npv_p10"] < case["npv"] < case["npv_p90"]

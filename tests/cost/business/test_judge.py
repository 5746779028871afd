"""The business case of a small plan: sums to the cent, grants that close the gap, and what cannot be judged."""

import json
from dataclasses import replace

import numpy as np
import pytest

from expansion import pipeline
from expansion.cost.business import judge_business
from expansion.errors import StudyError
from expansion.pipeline import works
from expansion.plan.business import business_section
from expansion.runs.loading import load_inputs
from expansion.runs.studies import read_study
from tests.audit.small_study import write_small_study

FAST = ("network.route.curve=false", "cost.draws=200")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The small study, its plan, and what its business case was judged from."""
    folder = write_small_study(tmp_path_factory.mktemp("business"))
    kept = []

    def keep(study, *rooms):
        kept.append(rooms)
        return judge_business(study, *rooms)

    study, home = read_study(folder, FAST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(works, "judge_business", keep)
        plan = pipeline.make_plan(study, load_inputs(study, home))
    return folder, plan, kept[0]


@pytest.fixture(scope="module")
def judged(small):
    """Judge the areas of the small plan under changed terms."""
    folder, _, rooms = small
    return lambda *changes: judge_business(read_study(folder, (*FAST, *changes))[0], *rooms)


def cents(values):
    return np.rint(np.asarray(values, dtype=float) * 100).astype(int)


def test_sums_of_areas_phases_and_the_whole_are_those_of_the_rows(small):
    plan = small[1]
    case, table = plan.document["business"], plan.tables["business"]
    for name in ("revenue", "opex", "net", "capital_to_pass"):
        assert cents(case[name]) == cents(table[name]).sum()
        assert cents(case[name]) == sum(cents(phase[name]) for phase in case["phases"])
    assert cents(case["npv"]) == cents(table["discounted"]).sum() == cents(plan.tables["business_areas"]["npv"]).sum()


def test_capital_to_pass_is_that_of_the_bill(small):
    document = small[1].document
    assert document["business"]["capital_to_pass"] == document["cost"]["cost_to_pass"]


def test_capital_to_connect_is_what_the_bill_spends_on_those_who_order(small):
    spent = small[1].tables["spending"]
    connects = spent.loc[spent["part"] == "connect", "cost"].sum()
    areas, years = small[1].document["business"]["areas"], spent["year"].nunique()
    assert connects == pytest.approx(small[1].document["business"]["capital_to_connect"], abs=0.01 * areas * years)


def test_the_grants_that_are_needed_leave_nothing_to_the_cent(judged):
    needed = judged().per_area
    grants = ", ".join(
        f'{{area = "{name}", amount = {amount}}}'
        for name, amount in zip(needed["area_id"], needed["subsidy_needed"], strict=True)
    )
    granted = judged(f"business.grants=[{grants}]")
    assert granted.per_area["npv"].tolist() == [0.0] * len(needed)
    assert granted.whole.areas_paying == len(needed)


def test_money_of_another_currency_is_never_mixed(judged):
    foreign = judged("study.currency=EUR")
    assert business_section(foreign)["npv"] is None
    found = next(finding for finding in foreign.findings if finding.code == "W_BUSINESS_CURRENCY")
    assert "arpu_per_month" in found.where


def test_a_plan_of_nothing_has_no_case(small):
    folder, _, rooms = small
    areas, eligibility, portfolio = rooms[1:4]
    nothing = replace(portfolio, year=np.full_like(portfolio.year, -1))
    study = read_study(folder, FAST)[0]
    case = judge_business(study, rooms[0], areas, eligibility, nothing, *rooms[4:])
    assert business_section(case)["npv"] is None
    assert len(case.table) == 0
    json.dumps(business_section(case), allow_nan=False)


def test_a_grant_of_no_area_is_refused(judged):
    with pytest.raises(StudyError, match="unknown areas"):
        judged('business.grants=[{area = "A9", amount = 1}]')


def test_a_perpetuity_must_be_discounted_faster_than_it_grows(judged):
    with pytest.raises(StudyError, match="without end"):
        judged("business.terminal_value=perpetuity", "business.arpu_growth=0.07")


def test_the_rate_of_return_depends_neither_on_the_discount_rate_nor_on_when_in_a_year_money_flows(judged):
    changed = ((), ("business.discount_rate=0.12",), ("business.discounting=year-end",))
    cases = [business_section(judged(*changes)) for changes in changed]
    assert len({case["irr"] for case in cases}) == 1
    assert len({case["npv"] for case in cases}) == 3


def test_percentiles_are_in_order_and_hold_the_likely_case(small):
    case = small[1].document["business"]
    assert case["npv_p10"] < case["npv_p50"] < case["npv_p90"]
    assert case["npv_p10"] < case["npv"] < case["npv_p90"]

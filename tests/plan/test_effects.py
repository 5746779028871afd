"""Changing one rate, rule or limit changes exactly what it should, and the difference says so."""

import pytest

from expansion.cli.changes import describe_changes
from expansion.pipeline import make_plan
from expansion.plan.diff import diff_documents, diff_findings, diff_outcomes
from expansion.plan.effects import diff_effects, unchanged
from expansion.plan.rule_rows import diff_rules
from expansion.plan.saved import SavedPlan
from expansion.runs.loading import load_inputs
from expansion.runs.rate_book import RateWish, set_rate
from expansion.runs.studies import read_study
from tests.audit.small_study import write_small_study

FAST = ("network.route.curve=false", "cost.draws=100", "portfolio.budgets=[]", "portfolio.total_budget=9e6")
SOFT = {"engineering", "project_management", "inspection"}


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """Plan the small study, with changes, or with one rate set."""
    made = {}

    def plan(*changes, rate=None):
        if (changes, rate) not in made:
            folder = write_small_study(tmp_path_factory.mktemp("effects"))
            if rate:
                set_rate(folder, RateWish(rate[0], "a quote", likely=rate[1]))
            study, home = read_study(folder, (*FAST, *changes))
            whole = make_plan(study, load_inputs(study, home))
            made[changes, rate] = SavedPlan(whole.document, whole.study_document, whole.tables, whole.certificates)
        return made[changes, rate]

    return plan


def items(before, after):
    return {row["name"]: row for row in diff_effects(before, after) if row["subject"] == "bill"}


def words(before, after):
    """Say what differs, as the command does."""
    pair = [plan.study_document for plan in (before, after)]
    changes = {
        "study": diff_documents(*(one["study"] for one in pair)),
        "rule_rows": diff_rules(before, after),
        "figures": diff_documents(before.document, after.document),
        "outcomes": diff_outcomes(before.tables["locations"], after.tables["locations"]),
        "findings": diff_findings(before.document["findings"], after.document["findings"]),
        "effects": diff_effects(before, after),
        "same": unchanged(before, after),
    }  # fmt: skip
    return "\n".join(describe_changes(changes, before.document))


def test_a_plan_has_no_effect_on_itself(planned):
    assert diff_effects(planned(), planned()) == []
    assert unchanged(planned(), planned()) == [
        "areas", "locations", "route", "network", "bill", "permits", "dates",
    ]  # fmt: skip


def test_a_dearer_closure_changes_closures_and_the_shares_of_what_is_built(planned):
    before, after = planned(), planned(rate=("closure", 700))
    changed = items(before, after)
    assert changed.keys() == {"closure", *SOFT}
    assert changed["closure"]["by_quantity"] == 0
    assert changed["closure"]["difference"] == changed["closure"]["by_price"] > 0
    assert unchanged(before, after) == ["areas", "locations", "route", "network", "permits", "dates"]


def test_the_items_of_the_bill_add_up_to_the_change_of_the_base(planned):
    before, after = planned(), planned(rate=("closure", 700))
    gain = sum(row["difference"] for row in items(before, after).values())
    assert gain == pytest.approx(after.document["cost"]["base"] - before.document["cost"]["base"], abs=0.001)


def test_the_cause_comes_first_then_the_effect_then_what_stays(planned):
    said = words(planned(), planned(rate=("closure", 700)))
    places = ("Rates       closure: 350 -> 700 USD each", "Cost  ", "Unchanged")
    cause, effect, same = (said.index(text) for text in places)
    assert cause < effect < same
    assert "(+350, +100.0 %)" in said
    assert "closure: " in said[effect:]
    assert "by price" in said[effect:]


def test_another_split_changes_splitters_ports_and_splices_and_leaves_the_route(planned):
    before, after = planned(), planned("network.split_ratio=16")
    changed = items(before, after)
    assert {"splitter_8", "splitter_16"} <= changed.keys()
    lossy = {"passive", "electronics", "cable", "soft"}  # and attenuators, since less split leaves more light
    assert {row["category"] for name, row in changed.items() if name != "attenuator"} <= lossy
    assert {"areas", "route", "permits"} <= set(unchanged(before, after))
    assert "network.split_ratio: 8 -> 16 (+8, +100.0 %)" in words(before, after)


def test_a_permit_rule_that_is_off_takes_its_permits_away_and_what_they_cost(planned):
    before = planned()
    rule = next(iter(before.document["permits"]["by_rule"]))
    after = planned(f'permits.disable=["{rule}"]')
    gone = [row for row in diff_effects(before, after) if row["name"] == "no longer needed"]
    assert gone[0]["count"] >= before.document["permits"]["by_rule"][rule]
    assert f"permits.disable: none -> {rule}" in words(before, after)
    assert "permits" not in unchanged(before, after)


def test_a_smaller_budget_drops_areas_by_name(planned):
    before, after = planned(), planned("portfolio.total_budget=150000")
    dropped = next(row for row in diff_effects(before, after) if row["name"] == "no longer chosen")
    assert dropped["count"] == before.document["counts"]["areas_chosen"] - after.document["counts"]["areas_chosen"]
    assert f"{dropped['count']} areas: no longer chosen [{', '.join(dropped['where'])}]" in words(before, after)


def test_another_price_of_money_leaves_everything_but_the_business(planned):
    before, after = planned(), planned("business.discount_rate=0.1")
    assert diff_effects(before, after) == []
    assert "bill" in unchanged(before, after)
    assert {row["key"].split(".")[0] for row in diff_documents(before.document, after.document)} <= {
        "business", "fingerprint", "counts",
    }  # fmt: skip


def test_one_rate_is_one_row_of_the_rule_book_with_its_effect_in_money(planned):
    before, after = planned(), planned(rate=("closure", 700))
    changed = diff_rules(before, after)
    assert [(row["table"], row["row"]) for row in changed] == [("rates", "closure")]
    assert changed[0]["money"] == items(before, after)["closure"]["difference"]


def test_one_engineering_rule_changes_its_own_items_and_no_more(planned):
    before, after = planned(), planned("network.engineering.handhole_spacing_m=60")
    assert items(before, after).keys() == {"handhole", *SOFT}
    assert unchanged(before, after) == ["areas", "locations", "route", "network", "permits", "dates"]
    assert "engineering, handhole_spacing_m: value " in words(before, after)


def test_a_lower_threshold_moves_locations_to_another_technology(planned):
    before, after = planned(), planned("technology.threshold_per_location=4000")
    moved = diff_outcomes(before.tables["locations"], after.tables["locations"])
    left = [row["after"].replace("_", " ") for row in moved if row["before"] == "fiber" != row["after"]]
    said = words(before, after)
    assert left
    assert all(f": fiber -> {technology}" in said for technology in left)
    assert "technology.threshold_per_location: 15,000 -> 4,000 (-11,000, -73.3 %)" in said
    assert "locations" not in unchanged(before, after)

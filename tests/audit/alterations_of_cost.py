"""Alterations of components, factors and what follows from them, each found by the check that looks there."""

import json

from expansion.runs.saving import document_text
from tests.audit.alterations import alteration, first


def study_of(plan):
    return json.loads((plan.folder / "study.json").read_text("utf-8"))


def write_study(plan, study):
    (plan.folder / "study.json").write_text(document_text(study), "utf-8")


@alteration("sums")
def labor_is_told_as_material(plan):
    bom, sums = plan.table("bom"), plan.document["cost"]["by_component"]
    row = first((bom["item"] == "plow") & (bom["component"] == "labor"))
    plan.change("bom", row, component="material")
    for name, sign in (("labor", -1), ("material", 1)):
        sums[name] = round(sums[name] + sign * bom["cost"].iloc[row], 2)


@alteration("sums")
def one_component_of_an_item_has_another_quantity(plan):
    bom = plan.table("bom")
    row = first((bom["item"] == "plow") & (bom["component"] == "conduit"))
    plan.change("bom", row, quantity=bom["quantity"].iloc[row] - 0.001)


@alteration("sums")
def conduit_moves_with_another_factor(plan):
    row = first(plan.table("bom")["component"] == "conduit")
    plan.change("bom", row, factor="labor")


@alteration("sums")
def a_component_is_left_out_of_its_sum(plan):
    sums = plan.document["cost"]["by_component"]
    sums["labor"] = round(sums["labor"] - 10, 2)


@alteration("draws")
def two_factors_are_told_to_move_apart(plan):
    study = study_of(plan)
    rows = study["rules"]["correlations"]
    rows[0]["correlation"] = -rows[0]["correlation"]
    write_study(plan, study)


@alteration("draws")
def quantities_are_told_to_grow_less(plan):
    study = study_of(plan)
    for row in study["rules"]["ranges"]:
        row["high"] = 1.0
    write_study(plan, study)


@alteration("draws")
def an_area_holds_less_of_the_contingency(plan):
    areas = plan.table("areas")
    one, other = [row for row, chosen in enumerate(areas["chosen"]) if chosen][:2]
    plan.change("areas", one, contingency=round(areas["contingency"].iloc[one] - 500, 2))
    plan.change("areas", other, contingency=round(areas["contingency"].iloc[other] + 500, 2))


@alteration("draws")
def the_contingency_is_lowered(plan):
    areas, cost = plan.table("areas"), plan.document["cost"]
    row = first(areas["chosen"])
    plan.change("areas", row, contingency=round(areas["contingency"].iloc[row] - 500, 2))
    cost["contingency"] = round(cost["contingency"] - 500, 2)


@alteration("draws")
def a_swing_is_told_narrower(plan):
    drivers = plan.table("cost_drivers")
    plan.change("cost_drivers", 0, p80_high=drivers["p80_high"].iloc[0] - 100, swing=drivers["swing"].iloc[0] - 100)


@alteration("draws")
def the_p80_of_the_years_of_build_is_lowered(plan):
    cost = plan.document["cost"]
    cost["p80_escalated"] = round(cost["p80_escalated"] - 50, 2)


@alteration("sums")
def a_line_is_not_escalated(plan):
    bom, areas, cost = plan.table("bom"), plan.table("areas"), plan.document["cost"]
    row = first(bom["cost_escalated"] > bom["cost"] + 1)
    cut = round(float(bom["cost_escalated"].iloc[row] - bom["cost"].iloc[row]), 2)
    plan.change("bom", row, cost_escalated=bom["cost"].iloc[row])
    mine = first(areas["area_id"] == bom["area_id"].iloc[row])
    plan.change("areas", mine, cost_escalated=round(areas["cost_escalated"].iloc[mine] - cut, 2))
    cost["base_escalated"] = round(cost["base_escalated"] - cut, 2)


@alteration("sums")
def a_stated_rate_is_higher_than_what_it_became(plan):
    study = study_of(plan)
    study["rules"]["rates_as_stated"][0]["likely"] += 1
    write_study(plan, study)


@alteration("surveys")
def a_survey_frees_more_than_the_draws_say(plan):
    surveys = plan.table("surveys")
    plan.change(
        "surveys", 1, freed=surveys["freed"].iloc[1] + 900, reserve_after=surveys["reserve_after"].iloc[1] - 900
    )


@alteration("surveys")
def a_survey_that_pays_is_told_not_to(plan):
    row = first(plan.table("surveys")["is_worth_it"])
    plan.change("surveys", row, is_worth_it=False)


@alteration("surveys")
def a_survey_costs_less(plan):
    plan.change("surveys", 0, cost=1.0, is_worth_it=True)


@alteration("quantities")
def a_pole_changes_its_owner(plan):
    row = first(plan.table("make_ready")["poles"] > 0)
    plan.change("make_ready", row, owner="Another Power")


@alteration("quantities")
def an_owner_is_paid_less(plan):
    table = plan.table("make_ready")
    plan.change("make_ready", 0, make_ready=table["make_ready"].iloc[0] - 10)


@alteration("quantities")
def a_span_names_other_owners(plan):
    row = first(plan.table("spans")["pole_count"] > 0)
    plan.change("spans", row, pole_owners="Another Power 9")

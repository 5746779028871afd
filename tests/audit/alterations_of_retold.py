"""Planted alterations of what is told a second time; see `tests.audit.alterations`."""

from tests.audit.alterations import alteration, first


@alteration("retold")
def a_design_rule_allows_more(plan):
    rules = plan.table("rules")
    plan.change("rules", first(rules["rule_id"] == "free_span"), limit=60.0)


@alteration("retold")
def an_unused_rule_names_a_place(plan):
    plan.change("rules", first(plan.table("rules")["checked"] == 0), worst_place="w10")


@alteration("retold")
def the_threshold_of_technology_is_raised(plan):
    plan.document["technology_choice"]["threshold_per_location"] += 1000


@alteration("retold")
def money_of_no_year_is_escalated(plan):
    plan.change("spending", first(plan.table("spending")["year"].isna()), cost_escalated=1.0)


@alteration("retold")
def a_piece_begins_farther_on_its_reel(plan):
    reels = plan.table("reels")
    row = first(reels["reel_from_m"] > 2800)
    plan.change("reels", row, reel_from_m=float(reels["reel_from_m"].iloc[row]) + 10)


@alteration("retold")
def a_splice_carries_another_hub(plan):
    splices = plan.table("splices")
    plan.change("splices", first(splices["carries"] == "splitter 1 in A003-H1"), carries="splitter 1 in A002-H1")


@alteration("retold")
def a_meeting_is_held_longer(plan):
    table = plan.table("communications")
    plan.change("communications", first(table["times"] > 2), last_date="2030-01-07")


@alteration("retold")
def a_charter_digs_less(plan):
    table = plan.table("charters")
    row = first(table["label"] == "Of it in the ground")
    plan.change("charters", row, number=float(table["number"].iloc[row]) - 100)


@alteration("retold")
def a_port_lights_the_hub_next_door(plan):
    optics = plan.table("optics")
    plan.change("optics", first(optics["hub_id"] == "A001-H1"), hub_id="A001-H2")


@alteration("forecasts")
def one_draw_costs_a_tenth_more(plan):
    draws = plan.table("forecast_draws")
    plan.change("forecast_draws", 0, cost=float(draws["cost"].iloc[0]) * 1.1)

"""Planted alterations of what tables repeat of the rule book, the study and one another, and of single payments."""

import numpy as np

from tests.audit.alterations import alteration, first


@alteration("cash flow")
def a_payment_is_moved_to_an_earlier_month(plan):
    curve = plan.table("s_curve")
    cents = np.round(curve["paid"].to_numpy() * 100)
    area = curve.loc[first((curve["scope"] == "area") & (cents > 200_000)), "id"]
    phase = str(int(plan.table("areas").set_index("area_id")["phase"][area]))
    for scope, name in (("program", "program"), ("phase", phase), ("area", area)):
        rows = np.flatnonzero((curve["scope"] == scope) & (curve["id"] == name))
        if scope == "program":
            late = rows[first((cents[rows] > 200_000) & (np.arange(len(rows)) > 0))] - rows[0]
        cents[rows[late]] -= 100_000
        cents[rows[late - 1]] += 100_000
        curve.loc[rows, "cumulative_paid"] = np.cumsum(cents[rows]) / 100
    curve["paid"] = cents / 100
    plan.write("s_curve", curve)


@alteration("repeated")
def a_survey_resolves_more(plan):
    plan.change("surveys", 0, resolves=0.9)


@alteration("repeated")
def a_target_of_the_review_is_better_the_other_way(plan):
    row = first(plan.table("review_targets")["better"] == "lower")
    plan.change("review_targets", row, better="higher")


@alteration("repeated")
def a_task_belongs_to_another_phase(plan):
    row = first(plan.table("tasks")["wbs_phase"] == "execution")
    plan.change("tasks", row, wbs_phase="planning")


@alteration("repeated")
def an_initiative_asks_for_fewer_people(plan):
    row = first(plan.table("initiatives")["roles"].notna())
    plan.change("initiatives", row, roles="trainer 2")


@alteration("repeated")
def an_option_is_faster_than_its_technology(plan):
    plan.change("options", first(plan.table("options")["technology"] == "satellite"), down_mbps=150.0)


@alteration("repeated")
def a_business_case_counts_locations_of_others(plan):
    plan.change("business_areas", 0, locations=int(plan.table("business_areas")["locations"].iloc[0]) + 3)


@alteration("repeated")
def a_port_keeps_to_a_looser_class(plan):
    plan.change("optics", 0, budget_db=28.0)


@alteration("repeated")
def a_splice_names_a_port_beside_its_fiber(plan):
    plan.change("splices", first(plan.table("splices")["in_cable"].notna()), in_port="olt 7")


@alteration("rules")
def a_port_serves_one_more_location(plan):
    plan.change("optics", 0, locations=int(plan.table("optics")["locations"].iloc[0]) + 1)


@alteration("repeated")
def a_terminal_hangs_from_another_hub(plan):
    sites = plan.table("sites")
    hubs = sites.loc[sites["kind"] == "hub", "site_id"].tolist()
    row = first(sites["kind"] == "terminal")
    plan.change("sites", row, parent_site_id=next(hub for hub in hubs if hub != sites["parent_site_id"].iloc[row]))


@alteration("rules")
def a_rule_tells_a_looser_limit(plan):
    row = first(plan.table("rules")["rule_id"] == "drop_length")
    plan.change("rules", row, limit=200.0)


@alteration("frontier")
def a_point_of_the_frontier_has_more_money(plan):
    table = plan.table("frontier")
    plan.change("frontier", 1, budget=round(float(table["budget"].iloc[1]) * 1.1, 2))


@alteration("frontier")
def a_point_of_the_frontier_reaches_more_than_its_areas_hold(plan):
    plan.change("frontier", 0, locations=int(plan.table("frontier")["locations"].iloc[0]) + 500)

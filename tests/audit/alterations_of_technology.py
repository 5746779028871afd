"""Alterations of options and of the curve over the threshold, each found by the check on technology."""

from tests.audit.alterations import alteration, first


@alteration("technology")
def satellite_counts_as_served_under_bead(plan):
    plan.change("options", first(plan.table("options")["technology"] == "satellite"), meets_served=True)


@alteration("technology")
def an_option_is_had_though_it_is_told_why_not(plan):
    options = plan.table("options")
    plan.change("options", first(options["technology"] == "satellite"), why_not="no sky")


@alteration("technology")
def an_option_forgets_what_it_costs_to_run(plan):
    options = plan.table("options")
    row = first(options["technology"] == "satellite")
    plan.change("options", row, lifetime_cost=options["capital"].iloc[row])


@alteration("technology")
def fiber_is_built_beyond_the_threshold(plan):
    options = plan.table("options")
    row = first((options["technology"] == "fiber") & options["is_best"])
    more = 1e5 - options["capital"].iloc[row]
    plan.change("options", row, capital=1e5, lifetime_cost=options["lifetime_cost"].iloc[row] + more)


@alteration("technology")
def another_option_is_told_to_be_the_best(plan):
    options = plan.table("options")
    row = first((options["technology"] == "fiber") & options["is_best"])
    plan.change("options", row, is_best=False)


@alteration("technology")
def the_curve_takes_fiber_away(plan):
    curve = plan.table("technology_curve")
    last = len(curve) - 1
    fewer = int(curve["fiber"].iloc[last]) - int(curve["fiber"].iloc[0])
    changes = {"fiber": curve["fiber"].iloc[0], "satellite": int(curve["satellite"].iloc[last]) + fewer}
    plan.change("technology_curve", last, **changes)


@alteration("technology")
def the_bound_of_a_threshold_lies_over_its_cost(plan):
    curve = plan.table("technology_curve")
    plan.change("technology_curve", 3, lower_bound=curve["value_cost"].iloc[3] + 1)


@alteration("technology")
def the_bound_of_the_choice_is_told_higher(plan):
    told = plan.document["technology_choice"]["fiber"]
    told["lower_bound"] = told["cost"] + 100

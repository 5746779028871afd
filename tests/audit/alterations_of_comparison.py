"""Planted alterations of what permits do: the comparison with the route that ignores them."""

from tests.audit.alterations import alteration


def row_of(plan, name):
    return plan.table("permit_comparison")["row_id"].to_list().index(name)


@alteration("permit comparison")
def the_plan_waits_less_than_its_permits(plan):
    row = row_of(plan, "A001-aware")
    plan.change("permit_comparison", row, wait_days=plan.table("permit_comparison")["wait_days"].iloc[row] - 20)


@alteration("permit comparison")
def the_other_route_is_made_dear(plan):
    for name in ("edge_cost", "base_cost", "total"):
        table = plan.table("permit_comparison")
        row = row_of(plan, "study-ignoring")
        plan.change("permit_comparison", row, **{name: table[name].iloc[row] + 5000})
    plan.document["permit_comparison"]["ignoring"]["base_cost"] += 5000


@alteration("permit comparison")
def the_other_route_is_said_to_break_a_budget(plan):
    plan.change("permit_comparison", row_of(plan, "study-ignoring"), over_budget=900.0)


@alteration("permit comparison")
def an_area_is_said_to_differ(plan):
    plan.document["permit_comparison"]["areas_that_differ"] = ["A003"]

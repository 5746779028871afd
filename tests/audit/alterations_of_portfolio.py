"""Alterations of what the choice tells beside the areas."""

from tests.audit.alterations import alteration, first


@alteration("selection")
def a_criterion_scores_more_than_it_weighs(plan):
    plan.change("benefits", 0, score=float(plan.table("benefits")["score"].iloc[0]) + 3)


@alteration("selection")
def an_area_has_more_homes_than_locations(plan):
    table = plan.table("benefits")
    row = first(table["measure"] == "locations")
    plan.change("benefits", row, amount=float(table["amount"].iloc[row]) + 1)


@alteration("selection")
def an_initiative_costs_less_than_its_years(plan):
    plan.change("initiatives", first(plan.table("initiatives")["chosen"]), cost=1.0)


@alteration("selection")
def training_begins_after_the_areas_that_wait_for_it(plan):
    plan.change("initiatives", first(plan.table("initiatives")["chosen"]), start_year=2028)


@alteration("frontier")
def the_frontier_falls(plan):
    plan.change("frontier", len(plan.table("frontier")) - 1, value=0.0)


@alteration("frontier")
def forcing_costs_less_than_nothing(plan):
    plan.change("choices", 0, force_price=-1.0)


@alteration("frontier")
def a_milestone_counts_homes_that_nobody_built(plan):
    plan.change("milestones", 0, locations=int(plan.table("milestones")["locations"].iloc[0]) + 5)


@alteration("links")
def build_no_longer_waits_for_training(plan):
    links = plan.table("task_links")
    row = first((links["predecessor_id"] == "initiative-training.ready") & links["successor_id"].str.contains("2.6"))
    plan.write("task_links", links.drop(links.index[row]))


@alteration("work")
def training_takes_a_day_less(plan):
    tasks = plan.table("tasks")
    row = first(tasks["task_id"] == "initiative-training.p1")
    plan.change("tasks", row, duration_days=int(tasks["duration_days"].iloc[row]) - 1)

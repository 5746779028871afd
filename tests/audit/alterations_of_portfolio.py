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


@alteration("prospects")
def a_candidate_is_worth_more_than_its_bill_says(plan):
    for name, column, row in (("prospects", "npv", 0), ("benefits", "amount", _told(plan, "npv"))):
        plan.change(name, row, **{column: float(plan.table(name)[column].iloc[row]) + 1000})


@alteration("prospects")
def a_house_is_counted_as_an_anchor(plan):
    for name, column, row in (("prospects", "anchors", 0), ("benefits", "amount", _told(plan, "anchors"))):
        plan.change(name, row, **{column: plan.table(name)[column].iloc[row] + 1})


@alteration("prospects")
def benefits_tell_another_worth(plan):
    row = _told(plan, "npv")
    plan.change("benefits", row, amount=float(plan.table("benefits")["amount"].iloc[row]) + 1)


@alteration("prospects")
def an_area_that_is_not_built_looks_cheap(plan):
    areas = plan.table("areas")
    row = first(~areas["chosen"])
    plan.change("areas", row, cost_base=float(areas["cost_base"].iloc[row]) - 100)


@alteration("prospects")
def a_package_takes_fewer_crew_days(plan):
    days = plan.table("prospect_days")
    row = first(days["crew_days"] > 1)
    plan.change("prospect_days", row, crew_days=float(days["crew_days"].iloc[row]) - 1)


@alteration("prospects")
def a_package_of_an_area_is_forgotten(plan):
    days = plan.table("prospect_days")
    plan.write("prospect_days", days.drop(days.index[first(days["wbs"] == "1.2")]))


@alteration("prospects")
def crews_may_work_less_than_the_choice_takes(plan):
    path = plan.folder / "study.json"
    path.write_text(path.read_text("utf-8").replace('"crew_share": 0.9', '"crew_share": 0.01'), "utf-8")


def _told(plan, measure):
    """Row of an area's benefits that tells a measure which does not count."""
    return first(plan.table("benefits")["measure"] == measure)

"""Planted alterations of sections: what they hold, what holds them up, and the work in them."""

import pandas as pd

from tests.audit.alterations import alteration, first


@alteration("sections")
def a_section_leaves_a_span_to_nobody(plan):
    sections = plan.table("sections")
    row = first(sections["span_ids"].str.contains(","))
    plan.change("sections", row, span_ids=sections["span_ids"].iloc[row].partition(",")[2])


@alteration("sections")
def a_section_hides_a_permit_that_holds_it_up(plan):
    sections = plan.table("sections")
    row = first(sections["permit_ids"].notna())
    plan.change("sections", row, permit_ids=sections["permit_ids"].iloc[row].partition(",")[2] or None)


@alteration("sections")
def a_section_is_built_sooner_than_its_tasks(plan):
    sections = plan.table("sections")
    row = first(sections["start"].notna())
    sooner = pd.Timestamp(sections["start"].iloc[row]) - pd.Timedelta(days=30)
    plan.change("sections", row, start=str(sooner.date()))


@alteration("links")
def build_no_longer_waits_for_a_permit_of_its_section(plan):
    tasks, links = plan.table("tasks"), plan.table("task_links")
    permits = set(tasks.loc[tasks["permit_id"].notna(), "task_id"])
    build = set(tasks.loc[tasks["crew_kind"].isin(["buried", "bore", "aerial"]), "task_id"])
    row = first(links["predecessor_id"].isin(permits) & links["successor_id"].isin(build))
    plan.write("task_links", links.drop(index=links.index[row]))


@alteration("sections")
def a_task_is_told_to_be_work_for_no_section(plan):
    tasks = plan.table("tasks")
    plan.change("tasks", first(tasks["section_id"].notna() & tasks["crew_kind"].notna()), section_id=None)


@alteration("dates")
def work_is_taken_out_of_the_season_of_its_permit(plan):
    tasks = plan.table("tasks")
    row = first(tasks["calendar"].str.contains("/"))
    plan.change("tasks", row, calendar=tasks["crew_kind"].iloc[row])


@alteration("crews")
def an_agency_is_told_to_do_less(plan):
    resources = plan.table("resources")
    plan.change("resources", first(resources["kind"] == "agency"), peak=0, count=0)


@alteration("crews")
def crews_work_before_they_come(plan):
    """The study says that there is one splice crew until June 2028; the plan then has had two of them at work."""
    study = plan.folder / "study.json"
    text = study.read_text("utf-8")
    study.write_text(text.replace('"2028-06-01"', '"2099-06-01"'), "utf-8")


@alteration("crews")
def an_application_loses_its_place_at_an_agency_with_a_limit(plan):
    tasks = plan.table("tasks")
    plan.change("tasks", first(tasks["crews"].notna() & tasks["permit_id"].notna()), crews=None)


@alteration("crews")
def a_role_is_told_to_have_fewer_people_at_work(plan):
    resources = plan.table("resources")
    plan.change("resources", first(resources["kind"] == "role"), peak=0, count=0)


@alteration("work")
def a_delivery_is_not_followed_up(plan):
    tasks = plan.table("tasks")
    plan.change("tasks", first(tasks["task_id"].str.contains(r"-W\d+$")), duration_days=70)

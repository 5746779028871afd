"""Planted alterations of what was drawn: dates, money, joint confidence, and what each risk does."""

import pandas as pd

from tests.audit.alterations import alteration, first
from tests.audit.alterations_of_cost import study_of, write_study


def both_places(plan, **values):
    """Set figures of the program in the table and in plan.json."""
    plan.change("forecasts", 0, **values)
    plan.document["forecast"] |= values
    schedule = plan.document["schedule"]
    schedule |= {name: value for name, value in values.items() if name in schedule}


@alteration("drawn dates")
def a_task_is_critical_less_often(plan):
    tasks = plan.table("tasks")
    row = first(tasks["criticality"] > 0.1)
    plan.change("tasks", row, criticality=round(tasks["criticality"].iloc[row] - 0.05, 6))


@alteration("drawn dates")
def a_risk_delays_more_than_it_does(plan):
    plan.change("risks", 0, p80_days=int(plan.table("risks")["p80_days"].iloc[0]) + 30)


@alteration("drawn dates")
def a_risk_delays_a_task_less(plan):
    risks = plan.table("risks")
    row = first(risks["task_ids"].notna() & risks["task_ids"].fillna("").str.contains(","))
    plan.change("risks", row, task_ids=risks["task_ids"].iloc[row].partition(",")[0])


@alteration("forecasts")
def a_risk_costs_less_than_it_does(plan):
    risks = plan.table("risks")
    row = first(risks["p80_cost"] > 100)
    plan.change("risks", row, p80_cost=round(risks["p80_cost"].iloc[row] - 50, 2))


@alteration("forecasts")
def two_risks_change_places(plan):
    risks = plan.table("risks")
    ranks = risks["rank"].to_list()
    plan.write("risks", risks.assign(rank=[ranks[1], ranks[0], *ranks[2:]]))


@alteration("forecasts")
def date_and_money_hold_together_more_often(plan):
    told = plan.document["forecast"]["joint_confidence"]
    both_places(plan, joint_confidence=round(told + 0.1, 6))


@alteration("forecasts")
def the_date_of_the_joint_pair_comes_sooner(plan):
    day = pd.Timestamp(plan.document["forecast"]["joint_finish"]) - pd.Timedelta(days=2)
    both_places(plan, joint_finish=str(day.date()))


@alteration("forecasts")
def the_cost_at_risk_is_lowered_in_every_draw(plan):
    draws = plan.table("forecast_draws")
    plan.write("forecast_draws", draws.assign(cost=(draws["cost"] * 0.98).round(2)))


@alteration("forecasts")
def an_area_ends_sooner_than_its_draws(plan):
    table = plan.table("forecasts")
    row = first(table["scope"] == "area")
    day = pd.Timestamp(table["finish_p80"].iloc[row]) - pd.Timedelta(days=3)
    plan.change("forecasts", row, finish_p80=str(day.date()))


@alteration("delivery")
def a_risk_that_the_study_took_out_stays_in_the_register(plan):
    study = study_of(plan)
    study["study"]["risks"]["remove"] = [plan.table("risks")["risk_id"].iloc[0]]
    write_study(plan, study)


@alteration("draws")
def the_risks_are_told_to_ask_for_less(plan):
    cost = plan.document["cost"]
    cost["reserve_risks"], cost["reserve_estimate"] = (
        round(cost["reserve_risks"] - 50, 2), round(cost["reserve_estimate"] + 50, 2)
    )  # fmt: skip

"""Planted alterations of governance, communications, weeks of resources and money by month."""

import json

from tests.audit.alterations import alteration, first


@alteration("governance")
def a_tolerance_is_widened(plan):
    plan.change("governance", first(plan.table("governance")["topic"] == "cost_tolerance"), value=0.5)


@alteration("governance")
def a_gate_asks_for_less(plan):
    table = plan.table("gate_artifacts")
    plan.write("gate_artifacts", table[table["artifact"] != "splice plan"].reset_index(drop=True))


@alteration("governance")
def two_are_accountable(plan):
    plan.change("raci", first(plan.table("raci")["letter"] == "R"), letter="A")


@alteration("governance")
def a_consulted_role_is_left_out(plan):
    table = plan.table("raci")
    plan.write("raci", table.drop(index=table.index[first(table["letter"] == "C")]).reset_index(drop=True))


@alteration("governance")
def a_report_comes_later(plan):
    row = first(plan.table("communications")["message_id"] == "status_report")
    plan.change("communications", row, next_date="2030-01-01")


@alteration("governance")
def an_authority_is_not_told(plan):
    table = plan.table("communications")
    row = first(table["message_id"] == "permit_status")
    plan.write("communications", table.drop(index=table.index[row]).reset_index(drop=True))


@alteration("resource weeks")
def a_week_of_a_crew_is_eased(plan):
    table = plan.table("resource_weeks")
    row = first((table["kind"] == "crew") & (table["demand"] > 1))
    plan.change("resource_weeks", row, demand=float(table["demand"].iloc[row]) - 1)


@alteration("resource weeks")
def goods_are_used_before_they_come(plan):
    table = plan.table("resource_weeks")
    row = first((table["kind"] == "material") & (table["demand"] > 0))
    plan.change("resource_weeks", row, capacity=0.0, is_overload=True)


@alteration("resource weeks")
def a_gap_is_hidden(plan):
    plan.change("resource_weeks", first(plan.table("resource_weeks")["is_gap"]), is_gap=False)


@alteration("cash flow")
def a_payment_moves_to_a_later_month(plan):
    table = plan.table("s_curve")
    for scope in ("program", "phase", "area"):
        row = first((table["scope"] == scope) & (table["paid"] > 1))
        amount = table.loc[row, "paid"]
        table.loc[row, ["paid", "cumulative_paid"]] = [0.0, table.loc[row, "cumulative_paid"] - amount]
        table.loc[row + 1, "paid"] += amount
    plan.write("s_curve", table)


@alteration("cash flow")
def the_curve_ends_below_the_bill(plan):
    table = plan.table("s_curve")
    last = table.groupby(["scope", "id"]).tail(1).index
    table.loc[last, ["cumulative", "cumulative_paid"]] -= 0.01
    plan.write("s_curve", table)


@alteration("cash flow")
def the_reserve_is_let_go_early(plan):
    table = plan.table("s_curve")
    row = first((table["scope"] == "program") & (table["contingency"] > 0))
    plan.change("s_curve", row, contingency=float(table["contingency"].iloc[row]) + 10)


@alteration("schedule checks")
def a_point_that_fails_is_said_to_pass(plan):
    plan.change("schedule_checks", first(plan.table("schedule_checks")["verdict"] == "fail"), verdict="pass")


@alteration("schedule checks")
def the_delay_of_a_critical_task_is_told_too_well(plan):
    row = first(plan.table("schedule_checks")["check_id"] == "critical_path_test")
    plan.change("schedule_checks", row, value=0.5)


@alteration("schedule checks")
def a_point_is_left_out(plan):
    table = plan.table("schedule_checks")
    row = first(table["check_id"] == "negative_float")
    plan.write("schedule_checks", table.drop(index=table.index[row]).reset_index(drop=True))


@alteration("delivery")
def an_inspector_repeats_fewer_checks(plan):
    row = first(plan.table("quality")["audits"] > 0)
    plan.change("quality", row, audits=0)


@alteration("delivery")
def a_splice_may_lose_more_light(plan):
    plan.change("quality", first(plan.table("quality")["check_id"] == "Q08"), most=0.5)


@alteration("delivery")
def a_second_source_is_made_up(plan):
    row = first(plan.table("procurement")["is_single_source"])
    plan.change("procurement", row, is_single_source=False, second_source="somebody")


@alteration("delivery")
def support_is_short_of_a_wave(plan):
    plan.change("waves", 0, support_capacity=1.0)


@alteration("delivery")
def support_is_not_named_as_the_limit(plan):
    plan.change("waves", first(plan.table("waves")["bottleneck"] == "support"), bottleneck="install")


@alteration("crews")
def more_installs_at_once_than_support_takes_on(plan):
    tasks = plan.table("tasks")
    install = ((tasks["crew_kind"] == "install") & tasks["area_id"].notna()).to_numpy()
    tasks.loc[install, ["crew_count", "crews"]] = [2, "1,2"]
    plan.write("tasks", tasks)


@alteration("work")
def crews_drive_to_an_area_in_no_time(plan):
    tasks = plan.table("tasks")
    row = first(tasks["task_id"] == "A003-1.2")
    plan.change("tasks", row, duration_days=int(tasks["duration_days"].iloc[row]) - 1)


@alteration("work")
def crews_set_out_from_elsewhere(plan):
    path = plan.folder / "study.json"
    study = json.loads(path.read_text("utf-8"))
    study["study"]["schedule"]["depot"] = {"longitude": 9.9, "latitude": 47.15}
    path.write_text(json.dumps(study), "utf-8")


@alteration("delivery")
def a_wave_holds_more_than_its_crews_do(plan):
    plan.change("waves", 0, expected_orders=40.0, tickets=80.0)


@alteration("papers")
def a_customer_moves_to_another_port(plan):
    plan.change("onboarding", first(plan.table("onboarding")["technology"] == "fiber"), port="77")


@alteration("papers")
def a_customer_is_forgotten(plan):
    plan.write("onboarding", plan.table("onboarding").iloc[1:].reset_index(drop=True))


@alteration("papers")
def a_target_is_made_easier(plan):
    row = first(plan.table("review_targets")["target_id"] == "cost_base")
    plan.change("review_targets", row, target=float(plan.table("review_targets")["target"].iloc[row]) * 1.2)


@alteration("papers")
def a_charter_promises_a_lower_cost(plan):
    plan.change("charters", first(plan.table("charters")["label"] == "Cost, P50"), number=1.0)


@alteration("papers")
def a_charter_names_another_approver(plan):
    plan.change("charters", first(plan.table("charters")["section"] == "gates"), text="Nobody, advisory")


@alteration("papers")
def a_charter_promises_customers_earlier(plan):
    plan.change("charters", first(plan.table("charters")["label"] == "First customers connected"), date="2027-03-02")


@alteration("papers")
def a_charter_forecasts_an_earlier_finish(plan):
    plan.change("charters", first(plan.table("charters")["label"] == "Last task, P80"), date="2027-03-02")


@alteration("delivery")
def a_gate_releases_its_first_section_earlier(plan):
    plan.change("gates", first(plan.table("gates")["gate"] == "G2"), first_date="2027-03-02")


@alteration("forecasts")
def the_forecast_of_a_month_is_lowered(plan):
    table = plan.table("s_curve")
    row = first((table["scope"] == "program") & (table["p80"] > 1000))
    plan.change("s_curve", row, p80=float(table["p80"].iloc[row]) * 0.99)


@alteration("delivery")
def a_hold_point_holds_another_task(plan):
    plan.change("quality", first(plan.table("quality")["point"] == "hold"), holds_task_id="program-start")


@alteration("delivery")
def a_section_is_not_looked_at(plan):
    table = plan.table("quality")
    row = first(table["check_id"] == "Q02")
    plan.write("quality", table.drop(index=table.index[row]).reset_index(drop=True))


@alteration("governance")
def another_kind_of_office_is_made_cheap(plan):
    table = plan.table("pmo_types")
    plan.change("pmo_types", first(table["row_id"] == "number-hold points"), directive="0")


@alteration("papers")
def a_promised_speed_is_lowered(plan):
    plan.change("review_targets", first(plan.table("review_targets")["target_id"] == "speed_down"), target=50.0)


@alteration("papers")
def a_risk_is_not_reviewed(plan):
    table = plan.table("review_targets")
    row = first(table["target_id"] == "risk")
    plan.write("review_targets", table.drop(index=table.index[row]).reset_index(drop=True))


@alteration("papers")
def a_lesson_is_not_asked(plan):
    plan.write("lessons", plan.table("lessons").iloc[1:].reset_index(drop=True))


@alteration("governance")
def a_paper_is_said_to_be_complete(plan):
    plan.change("gate_artifacts", first(plan.table("gate_artifacts")["state"] == "in part"), state="complete")


@alteration("governance")
def a_supplier_is_not_called(plan):
    table = plan.table("communications")
    row = first(table["message_id"] == "supply_call")
    plan.write("communications", table.drop(index=table.index[row]).reset_index(drop=True))


@alteration("delivery")
def a_second_source_delivers_sooner(plan):
    row = first(plan.table("procurement")["switch_by"].notna())
    plan.change("procurement", row, switch_by="2027-12-31")


@alteration("papers")
def a_charter_is_signed_by_somebody_else(plan):
    row = first(plan.table("charters")["label"].str.startswith("Accepted at"))
    plan.change("charters", row, text="Nobody: name, date, signature")

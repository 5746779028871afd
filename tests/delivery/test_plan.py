"""Quality, procurement, stakeholders, waves and gates agree with network, permits, schedule and rules."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from expansion.delivery import identify_risks, plan_delivery
from expansion.delivery.counting import count_sections, speed_test_sample
from expansion.delivery.days import task_days, working_dates
from expansion.delivery.governance import assign_roles
from expansion.delivery.pmo_types import TYPES
from expansion.delivery.stakeholders import plan_stakeholders
from expansion.plan.specs_delivery import GATES, PROCUREMENT, QUALITY, RISKS, STAKEHOLDERS, WAVES
from expansion.plan.specs_governance import GATE_ARTIFACTS
from expansion.rulebook.own_governance import with_governance
from expansion.schedule import schedule_build
from tests.schedule.programs import program, rules, study_of


def planned(**changes):
    arguments = program((2027, 2027, 2028)) | changes
    schedule, risks = schedule_build(**arguments), identify_risks(**arguments)
    return arguments, schedule, plan_delivery(**arguments, schedule=schedule, risks=risks)


@pytest.fixture(scope="module")
def case():
    return planned()


def test_tables_keep_their_specs(case):
    _, _, delivery = case
    for spec in (RISKS, QUALITY, PROCUREMENT, STAKEHOLDERS, WAVES, GATES):
        spec.check(getattr(delivery, spec.name))


def checks(case, check_id, area="A001"):
    table = case[2].quality
    return table[((table["check_id"] == check_id) & (table["area_id"] == area)).to_numpy()]


@pytest.mark.parametrize(
    ("check_id", "quantity"),
    [
        ("Q01", 3),  # 12 km of cable on reels of 4 km
        ("Q02", 31),  # 9 km underground every 300 m, and one bore
        ("Q05", 60),  # poles
        ("Q08", 120),  # splices of the BOM
        ("Q12", 60),  # fibers in use
        ("Q14", 2),  # splitters on light paths
        ("Q15", 30),  # orders: half of 60 locations
        ("Q16", 5),  # speed tests
        ("Q18", 2),  # permits to close out
    ],
)
def test_checks_are_counted_from_the_network(case, check_id, quantity):
    assert checks(case, check_id)["quantity"].to_list() == [quantity]


def test_checks_hang_on_tasks_and_gates_that_exist(case):
    _, schedule, delivery = case
    assert set(delivery.quality["task_id"].dropna()) <= set(schedule.tasks["task_id"])
    assert set(delivery.quality["gate"].dropna()) <= set(delivery.gates["gate"])


def test_a_hold_point_names_the_task_that_waits_for_it(case):
    table = case[2].quality.set_index("check_row_id")
    assert table.loc["Q12-A001", ["point", "task_id", "holds_task_id"]].to_list() == ["hold", "A001-4.2", "A001-4.5"]
    assert table.loc[(table["point"] != "hold").to_numpy(), "holds_task_id"].isna().all()
    assert "W_HOLD_POINT" not in {finding.code for finding in case[2].findings}


def test_a_hold_point_that_nothing_waits_for_is_told(case):
    arguments, schedule, _ = case
    unlinked = replace(schedule, links=schedule.links[(schedule.links["predecessor_id"] != "A001-4.4").to_numpy()])
    found = plan_delivery(**arguments, schedule=unlinked, risks=identify_risks(**arguments)).findings
    assert [finding.where for finding in found if finding.code == "W_HOLD_POINT"] == [("Q17-A001",)]


def test_sections_are_checked_one_by_one(case):
    arguments, schedule, _ = case
    table = case[2].quality
    sections = schedule.sections[(schedule.sections["area_id"] == "A001").to_numpy()]
    mine = table[((table["area_id"] == "A001") & (table["check_id"] == "Q02")).to_numpy()]
    assert len(sections) == 2  # one section underground, the other on poles
    assert mine["section_id"].isna().all()
    halves = pd.concat([sections, sections.assign(section_id=["A001-S8", "A001-S9"])])
    counted = count_sections(arguments["rulebook"], arguments["network"], halves)["A001"]
    assert [counts["cover_points"] for _, counts in counted if counts["cover_points"]] == [31, 31]


def test_what_is_not_there_is_not_checked(case):
    assert len(checks(case, "Q03")) == 0  # no duct
    assert len(checks(case, "Q06")) == 0  # no pole order in A001


def test_lots_are_ordered_a_lead_time_before_their_first_use(case):
    _, schedule, delivery = case
    start_of = schedule.tasks.set_index("task_id")["start"]
    lot = delivery.procurement.set_index("lot_id").loc["cable_96-P1"]
    assert lot["need_by"] == min(start_of["A001-3.6"], start_of["A002-3.6"])
    days = dt.date.fromisoformat(lot["need_by"]) - dt.date.fromisoformat(lot["order_by"])
    assert days.days == lot["lead_time_calendar_days"] == 84


def test_lots_add_to_what_the_bill_of_materials_says(case):
    arguments, _, delivery = case
    bom = arguments["cost"].bom
    for item in ("cable_96", "ont_install", "hub_288"):
        lots = delivery.procurement[(delivery.procurement["item"] == item).to_numpy()]
        assert lots["spend"].sum() == pytest.approx(bom.loc[(bom["item"] == item).to_numpy(), "cost"].sum())
        assert lots["phase"].to_list() == [1, 2]


def test_works_are_not_bought_as_goods(case):
    assert not {"plow", "bore", "splice", "engineering"} & set(case[2].procurement["item"])


def test_every_authority_and_pole_owner_of_the_plan_stands_in_the_register(case):
    table = case[2].stakeholders.set_index("name")
    assert table.loc["Office of RAIL", "kind"] == "authority"
    assert table.loc["Office of RAIL", "influence"] == "high"
    assert table.loc["Office of POLE", "kind"] == "pole owner"
    assert "Customers" in table.index


def test_each_phase_of_work_has_one_who_is_accountable(case):
    table = case[2].stakeholders
    for column in [name for name in table.columns if name.startswith("raci_")]:
        assert (table[column] == "A").sum() == 1
        assert (table[column] == "R").any()


def test_waves_hold_all_orders_and_stay_within_the_installs(case):
    _, schedule, delivery = case
    tasks = schedule.tasks.set_index("task_id")
    for area in ("A001", "A002", "A003"):
        mine = delivery.waves[(delivery.waves["area_id"] == area).to_numpy()]
        assert (mine["locations"].sum(), mine["expected_orders"].sum()) == (60, 30)
        assert mine["start"].iloc[0] == tasks.loc[f"{area}-5.2", "start"]
        assert mine["finish"].iloc[-1] == tasks.loc[f"{area}-5.2", "finish"]
        assert (mine["marketing_start"] <= mine["start"]).all()


def test_no_wave_holds_more_than_its_crews_can_do(case):
    arguments, schedule, delivery = case
    crews = schedule.tasks.set_index("task_id")["crew_count"]
    for wave in delivery.waves.itertuples():
        first, last = dt.date.fromisoformat(wave.start), dt.date.fromisoformat(wave.finish)
        days = len(working_dates(arguments["study"], "install", first, last))
        assert wave.expected_orders <= days * 3 * crews[f"{wave.area_id}-5.2"]


@pytest.mark.parametrize(
    ("pmo", "approver", "mode"),
    [
        ("supportive", "Area PM", "advisory"),
        ("controlling", "PMO", "sign-off"),
        ("directive", "PMO director", "decision"),
    ],
)
def test_gates_follow_the_kind_of_office(pmo, approver, mode):
    _, _, delivery = planned(study=study_of(governance={"pmo": pmo}))
    release = delivery.gates.set_index("gate_row_id").loc["G2-A001"]
    assert (release["approver_role"], release["mode"]) == (approver, mode)


def test_kinds_of_office_stand_side_by_side_and_the_studys_own_cells_are_its_own():
    governance = {"pmo": "directive", "rules": {"reporting": 10}}
    study = study_of(governance=governance)
    book = with_governance(rules(), "directive", study.governance.rules, {})
    table = planned(study=study, rulebook=book)[2].tables["pmo_types"].set_index("row_id")
    assert table.loc["rule-reporting", "directive"].endswith(": 10 calendar days (PMO)")
    assert table.loc["rule-reporting", "controlling"].endswith(": 14 calendar days (PMO)")
    least, middle, most = (int(table.loc["number-hold points", kind]) for kind in TYPES)
    assert (least, middle < most) == (0, True)
    assert table.loc["papers-G0", "differs"]


def test_gates_of_an_area_come_in_order_and_on_their_tasks_days(case):
    _, schedule, delivery = case
    finish_of = schedule.tasks.set_index("task_id")["finish"]
    for _, mine in delivery.gates.groupby("area_id"):
        assert mine["gate"].to_list() == ["G0", "G1", "G2", "G3", "G4"]
        assert mine["date"].is_monotonic_increasing
        assert (finish_of[mine["task_id"]].to_numpy() == mine["date"].to_numpy()).all()


def test_a_build_that_starts_at_once_finds_its_orders_late():
    arguments = program((2027,))
    schedule = schedule_build(**arguments)
    moved = schedule.tasks.assign(start="2027-03-01")
    hurried = type(schedule)(**{name: getattr(schedule, name) for name in schedule.__slots__} | {"tasks": moved})
    delivery = plan_delivery(**arguments, schedule=hurried, risks=identify_risks(**arguments))
    late = [finding for finding in delivery.findings if finding.code == "W_ORDER_LATE"]
    assert late[0].amount == 112
    assert delivery.procurement["is_late"].all()


def test_nothing_chosen_gives_empty_tables():
    _, _, delivery = planned(**program((-1, -1, -1)))
    assert [
        len(getattr(delivery, spec.name)) for spec in (RISKS, QUALITY, PROCUREMENT, STAKEHOLDERS, WAVES, GATES)
    ] == [0] * 6


@pytest.mark.parametrize(("orders", "sample"), [(0, 0), (3, 3), (50, 5), (51, 6), (500, 50), (5000, 50)])
def test_speed_tests_follow_the_size_of_the_area(orders, sample):
    assert speed_test_sample(orders) == sample


def test_working_dates_know_weekends_holidays_and_closures():
    rules = {
        "holidays": [dt.date(2027, 12, 24)],
        "winter_closure": {"from": "12-28", "to": "01-03", "methods": ["install"]},
    }
    study = study_of(schedule={"calendar": rules})
    found = working_dates(study, "install", dt.date(2027, 12, 23), dt.date(2028, 1, 5))
    assert [date.day for date in found] == [23, 27, 4, 5]
    assert len(working_dates(study, "aerial", dt.date(2027, 12, 23), dt.date(2028, 1, 5))) == 9


def test_initiatives_have_their_people_in_register_and_matrix(case):
    arguments, schedule, _ = case
    extra = schedule.tasks.iloc[[1, 1]].assign(
        task_id=["initiative-school", "initiative-school.p1"], name="School", role=["PMO", "trainer"],
        initiative_id=pd.array(["school", "school"], dtype="str"), area_id=None, wbs=["1.3", "1.4"], gate=None,
    )  # fmt: skip
    tasks = pd.concat([schedule.tasks, extra.astype(schedule.tasks.dtypes)], ignore_index=True)
    days = task_days(arguments["study"], arguments["rulebook"], tasks)
    letters = assign_roles(arguments["rulebook"], days, tasks, GATE_ARTIFACTS.empty())
    mine = letters[(letters["wbs"] == "initiative-school").to_numpy()]
    assert mine[["role", "letter"]].to_numpy().tolist() == [["Sponsor", "A"], ["PMO", "R"], ["trainer", "R"]]
    people = plan_stakeholders(arguments["rulebook"], arguments["permits"].table, tasks).set_index("name")
    assert people.loc["trainer", ["kind", "interest"]].to_list() == ["initiative", "works on school"]


def test_every_artifact_of_a_gate_has_one_who_answers_and_says_what_is_missing(case):
    tables = case[2].tables
    papers, letters = tables["gate_artifacts"].set_index("artifact_id"), tables["raci"]
    answers = letters[(letters["letter"] == "A").to_numpy()].set_index("wbs")["role"]
    assert answers[papers.index].to_list() == papers["accountable_role"].to_list()
    assert papers.loc["G3-01", ["artifact", "state"]].to_list() == ["test pack", "in part"]
    assert papers.loc[papers["state"] != "complete", "remaining"].notna().all()


def test_a_turn_to_the_second_source_is_dated_and_priced(case):
    lots = case[2].procurement
    second = lots[~lots["is_single_source"].to_numpy(dtype=bool)]
    waits = pd.to_datetime(second["need_by"]) - pd.to_datetime(second["switch_by"])
    assert waits.dt.days.to_list() == second["second_lead_time_calendar_days"].to_list()
    assert (second["second_spend"] >= second["spend"]).all()
    assert lots.loc[lots["is_single_source"], "switch_by"].isna().all()


def test_suppliers_are_called_before_the_order_and_before_the_first_use(case):
    told, lots = case[2].tables["communications"], case[2].procurement
    package = lots.iloc[0]["package"]
    calls = told[told["communication_id"].str.endswith(f"-{package}").to_numpy()].set_index("message_id")
    assert set(calls.index) == {"supply_call", "supply_check"}
    assert calls.loc["supply_check", "next_date"] < lots.loc[lots["package"] == package, "need_by"].min()

"""The whole stage on small programs: tasks, permits, crews, money, floats."""

import datetime as dt

import pandas as pd
import pytest

from expansion.errors import InfeasibleError
from expansion.plan.plan import Permits
from expansion.plan.specs_schedule import RESOURCES, TASK_LINKS, TASKS
from expansion.schedule import schedule_build
from tests.schedule.checker import Checker
from tests.schedule.programs import permits_of, program, rules, study_of

WINTER = {"from": "12-15", "to": "03-01", "methods": ["buried", "bore"]}
STUDIES = {
    "plain": study_of(),
    "winter": study_of(schedule={"calendar": {"winter_closure": WINTER, "holidays": [dt.date(2027, 12, 24)]}}),
    "scarce": study_of(
        schedule={"crews": [{"kind": k, "count": 1} for k in ("splice", "buried", "install", "design")]}
    ),
}


@pytest.fixture(scope="module", params=sorted(STUDIES))
def built(request):
    study = STUDIES[request.param]
    return study, schedule_build(**program((2027, 2027, 2028, 2028, 2027), study=study))


@pytest.fixture(scope="module")
def plain():
    return schedule_build(**program())


def row(schedule, task_id):
    return schedule.tasks.set_index("task_id").loc[task_id]


def links_into(schedule, task_id):
    return set(schedule.links.loc[schedule.links["successor_id"] == task_id, "predecessor_id"])


def test_tables_keep_their_specs(built):
    _, schedule = built
    for spec, table in ((TASKS, schedule.tasks), (TASK_LINKS, schedule.links), (RESOURCES, schedule.resources)):
        spec.check(table)


def test_dates_links_and_crews_hold_day_by_day(built):
    assert Checker(*built).breaches() == []


def test_no_task_could_start_earlier(built):
    assert Checker(*built).movable() == []


def test_floats_are_not_negative_and_the_finish_is_critical(built):
    _, schedule = built
    assert (schedule.tasks["total_float_days"] >= schedule.tasks["free_float_days"]).all()
    assert (schedule.tasks["free_float_days"] >= 0).all()
    assert row(schedule, "program-finish")["is_critical"]


def test_the_bound_stands_below_the_makespan(built):
    study, schedule = built
    assert 0 < schedule.lower_bound_days <= schedule.makespan_days
    finish = dt.date.fromisoformat(schedule.finish)
    assert (finish - study.study.start).days == schedule.makespan_days


def test_resources_count_what_the_tasks_use(built):
    study, schedule = built
    load = Checker(study, schedule).load
    crews = schedule.resources[schedule.resources["kind"] == "crew"]
    for kind, count, crew_days, peak in crews[["resource_id", "count", "crew_days", "peak"]].itertuples(index=False):
        used = [value for (name, _), value in load.items() if name == kind]
        assert (crew_days, peak) == (sum(used), max(used, default=0))
        assert peak <= count


def test_task_costs_add_to_the_areas_base_cost_to_the_cent(plain):
    arguments = program()
    spent = (plain.tasks["cost"] * 100).round().astype("int64").groupby(plain.tasks["area_id"]).sum()
    base = (arguments["cost"].per_area.set_index("area_id")["base"] * 100).round().astype("int64")
    assert spent.to_dict() == base.to_dict()


def test_a_shared_permit_stands_once_under_the_first_area_and_blocks_both(plain):
    task = row(plain, "permit-p1")
    assert (task["area_id"], task["wbs"], task["calendar"], task["duration_days"]) == (
        "A001",
        "2.1.6.1",
        "calendar",
        90,
    )
    assert links_into(plain, "permit-p1") == {"A001-1.5"}
    assert {"A001-3.2", "A002-3.2", "A002-3.3", "A002-2.6"} <= set(
        plain.links.loc[plain.links["predecessor_id"] == "permit-p1", "successor_id"]
    )


@pytest.mark.parametrize(
    ("permit", "area", "blocked", "free"),
    [
        ("p2", "A001", {"3.2", "3.3", "3.4", "2.6", "2.7"}, {"4.5"}),
        ("p3", "A002", {"3.4", "2.7"}, {"3.2"}),
        ("p4", "A002", {"4.5"}, {"3.2", "3.4"}),
    ],
)
def test_permits_block_by_method(plain, permit, area, blocked, free):
    after = set(plain.links.loc[plain.links["predecessor_id"] == f"permit-{permit}", "successor_id"])
    assert {f"{area}-{code}" for code in blocked} == after
    assert not {f"{area}-{code}" for code in free} & after


def test_a_permit_waits_for_those_that_come_first_and_names_its_agency():
    arguments = program()
    table = arguments["permits"].table.assign(
        after_permit_ids=pd.array(["p2,elsewhere", None, None, None], dtype="str"),
        authority=pd.array([None, "County", "Power Co", "Town"], dtype="str"),
    )
    schedule = schedule_build(**arguments | {"permits": Permits(table, ())})
    assert links_into(schedule, "permit-p1") == {"A001-1.5", "permit-p2"}
    assert row(schedule, "permit-p1")["start"] > row(schedule, "permit-p2")["finish"]
    assert row(schedule, "permit-p1")["agency"] == "road owner"
    assert row(schedule, "permit-p2")["agency"] == "County"


def test_the_critical_path_names_the_permit_its_agency_and_its_days():
    schedule = schedule_build(**program(permit_rows=(("p1", "RAIL", "A001", 700),)))
    (found,) = [one for one in schedule.findings if one.code == "W_PERMIT_CRITICAL"]
    assert "RAIL permit: place p1, 700 days at Office of RAIL" in found.message


def test_agencies_are_resources_with_the_days_of_their_permits(plain):
    agencies = plain.resources[plain.resources["kind"] == "agency"].set_index("resource_id")
    permits = plain.tasks.dropna(subset="permit_id")
    assert agencies["crew_days"].to_dict() == permits.groupby("agency")["duration_days"].sum().to_dict()
    assert (agencies["count"] == agencies["peak"]).all()


def in_seasons(*seasons):
    """One area whose buried work needs permits with these seasons."""
    arguments = program((2027,), [(f"p{n}", "RAIL", "A001", 30) for n in range(len(seasons))])
    first, last = zip(*seasons, strict=True)
    table = arguments["permits"].table.assign(season_from=first, season_to=last)
    return schedule_build(**arguments | {"permits": Permits(table, ())})


def test_work_waits_for_the_season_of_its_permit():
    schedule = in_seasons(("11-02", "04-15"))
    task = row(schedule, "A001-3.2")
    assert task["calendar"] == "buried 11-02/04-15"
    assert task["start"] == "2027-11-02"
    assert row(schedule, "A001-3.4")["finish"] < "2027-11-02"
    assert "W_SEASON" not in {one.code for one in schedule.findings}


def test_work_pauses_where_its_season_ends():
    """18 days of work: ten until January 6, 2028, five in the last days of that year, three in the new one."""
    task = row(in_seasons(("12-24", "01-06")), "A001-3.2")
    assert (task["start"], task["finish"]) == ("2027-12-24", "2029-01-03")


def test_work_under_several_permits_keeps_to_the_days_that_all_allow():
    task = row(in_seasons(("04-01", "11-01"), ("10-01", "12-31")), "A001-3.2")
    assert task["calendar"] == "buried 04-01/11-01 10-01/12-31"
    assert "2027-10-01" <= task["start"] <= task["finish"] <= "2027-11-01"


def test_seasons_that_leave_no_day_are_told_and_not_kept():
    schedule = in_seasons(("12-24", "01-06"), ("02-01", "02-03"))
    assert row(schedule, "A001-3.2")["calendar"] == "buried"
    assert [one.where for one in schedule.findings if one.code == "W_SEASON"] == [("p0", "p1")]


def filed(day, start="2027-03-01"):
    """One area whose buried work needs a permit of 300 days that was filed on a day."""
    arguments = program((2027,), [("p1", "RAIL", "A001", 300)], study=study_of(study={"start": start}))
    table = arguments["permits"].table.assign(state="filed", filed=pd.array([day], dtype="str"))
    return schedule_build(**arguments | {"permits": Permits(table, ())})


def test_a_filed_permit_takes_what_is_left_of_its_lead_time_from_the_first_day_on():
    schedule = filed("2026-11-21")  # 100 days before the start
    task = row(schedule, "permit-p1")
    assert (task["start"], task["duration_days"], task["finish"]) == ("2027-03-01", 200, "2027-09-16")
    assert links_into(schedule, "permit-p1") == {"program-start"}


def test_a_filed_permit_that_is_overdue_takes_a_day_at_least_and_one_yet_to_be_filed_all_of_it():
    assert row(filed("2025-01-01"), "permit-p1")["duration_days"] == 1
    assert row(filed("2027-03-02"), "permit-p1")["duration_days"] == 300


def test_crews_that_come_later_work_later():
    """80 km of plowing take 100 crew-days; of the one crew there are three from July on, so the task takes three."""
    later = {"kind": "buried", "count": 1, "changes": [{"from": "2028-07-03", "count": 3}]}
    study = study_of(schedule={"crews": [later]})
    task = row(schedule_build(**program((2027,), [], study=study, plow_m=80_120.0)), "A001-3.2")
    assert (task["crew_count"], task["start"]) == (3, "2028-07-03")


def test_a_crew_that_is_gone_before_it_is_needed_is_named():
    gone = {"kind": "splice", "count": 2, "changes": [{"from": "2027-04-01", "count": 0}]}
    with pytest.raises(InfeasibleError, match="splice"):
        schedule_build(**program(study=study_of(schedule={"crews": [gone]})))


def test_a_permit_for_work_that_the_area_lacks_is_closed_out_before_acceptance():
    schedule = schedule_build(**program((2027,), [("p1", "POLE", "A001", 20)], aerial_m=0.0))
    assert links_into(schedule, "permit-p1") == {"A001-1.5"}
    assert set(schedule.links.loc[schedule.links["predecessor_id"] == "permit-p1", "successor_id"]) == {"A001-4.5"}


def test_building_waits_for_its_year_and_planning_may_start_the_year_before(plain):
    tasks = plain.tasks[plain.tasks["area_id"] == "A002"]
    building = tasks["wbs_phase"].isin(["execution", "quality control", "customer onboarding"])
    assert (tasks.loc[building, "start"] >= "2028-01-01").all()
    assert (tasks.loc[~building & (tasks["wbs_phase"] == "planning"), "start"] < "2028-01-01").any()


def test_tests_of_a_child_wait_for_the_splicing_of_its_parent():
    schedule = schedule_build(**program((2027, 2027), [], parents=[-1, 0]))
    assert "A001-3.7" in links_into(schedule, "A002-4.2")


# The light of A003 comes from the office through A001 and A002; A004, which is not chosen, lies between it and A005.
def test_no_area_is_tested_before_the_splicing_of_every_area_that_its_feeder_comes_through():
    schedule = schedule_build(**program((2027, 2027, 2027, -1, 2027), [], parents=[-1, 0, 1, 2, 3]))
    wanted = {"A003": {"A001", "A002"}, "A005": {"A001", "A002", "A003"}}
    for area, above in wanted.items():
        into = links_into(schedule, f"{area}-4.2")
        assert {name for name in into if name.endswith("-3.7")} == {f"{name}-3.7" for name in {area, *above}}
    tasks = schedule.tasks.set_index("task_id")
    assert (tasks.loc["A005-4.2", "start"] > tasks.loc[[f"{name}-3.7" for name in wanted["A005"]], "finish"]).all()


def test_packages_without_quantity_are_left_out_and_their_links_handed_on():
    schedule = schedule_build(**program((2027,), [], plow_m=0.0, trench_m=0.0, bore_m=0.0))
    codes = {task_id.removeprefix("A001-") for task_id in schedule.tasks["task_id"]}
    assert not {"3.1", "3.2", "3.3", "3.8", "2.6", "1.5"} & codes
    assert links_into(schedule, "A001-3.6") == {"A001-1.8", "A001-2.2", "A001-2.5", "A001-3.4"}


def test_large_work_takes_more_crews_and_fewer_days():
    """80 km of plowing at 800 m a day is 100 crew-days (and 1 km of trench 6.7): three crews wanted, two there are."""
    schedule = schedule_build(**program((2027,), [], plow_m=80_120.0))
    task = row(schedule, "A001-3.2")
    assert (task["crew_count"], task["crews"], task["duration_days"]) == (2, "1,2", 55)


def test_a_crew_of_which_there_is_none_is_named():
    study = study_of(schedule={"crews": [{"kind": "splice", "count": 0}, {"kind": "test", "count": 0}]})
    with pytest.raises(InfeasibleError, match="splice, test") as caught:
        schedule_build(**program(study=study))
    assert caught.value.code == "E_CREW"


def test_a_crew_that_nobody_needs_may_be_missing():
    study = study_of(schedule={"crews": [{"kind": "tower", "count": 0}]})
    assert schedule_build(**program(study=study)).status in ("optimal", "feasible")


def test_nothing_chosen_gives_an_empty_schedule():
    schedule = schedule_build(**program((-1, -1)))
    assert (schedule.status, schedule.start, schedule.finish_p80, schedule.makespan_days) == ("empty", "", "", 0)
    assert len(schedule.tasks) == len(schedule.links) == len(schedule.resources) == 0


def test_row_order_does_not_matter(plain):
    arguments = program()
    mixed = permits_of(
        ("p4", "NOTICE", "A002", 14),
        ("p2", "ROAD", "A001", 40),
        ("p1", "RAIL", "A001,A002", 90),
        ("p3", "POLE", "A002", 120),
    )
    network = arguments["network"]
    for table in (network.spans, network.cables, arguments["cost"].bom):
        table[:] = table.iloc[::-1].to_numpy()
    again = schedule_build(**arguments | {"permits": mixed})
    pd.testing.assert_frame_equal(again.tasks, plain.tasks)
    pd.testing.assert_frame_equal(again.links, plain.links)


def test_an_area_that_ends_after_its_year_is_a_finding():
    schedule = schedule_build(**program((2027,), [("p1", "RAIL", "A001", 400)]))
    late = [finding for finding in schedule.findings if finding.code == "W_PHASE_LATE"]
    assert late[0].where == ("A001",)
    assert any(finding.code == "W_PERMIT_CRITICAL" for finding in schedule.findings)


def test_every_shipped_profile_has_a_template_that_can_be_read():
    assert schedule_build(**program((2027,)) | {"rulebook": rules()}).status == "optimal"


def test_links_are_mostly_finish_to_start_and_few_have_lags(plain):
    assert (plain.links["kind"] == "FS").mean() >= 0.9
    assert (plain.links["lag_days"] > 0).mean() <= 0.05


def test_an_area_on_existing_fiber_only_still_gets_cable_tests_and_customers():
    arguments = program((2027,), [])
    arguments["network"].spans["is_existing"] = True
    schedule = schedule_build(**arguments)
    codes = {task_id.removeprefix("A001-") for task_id in schedule.tasks["task_id"]}
    assert {"3.6", "3.7", "4.2", "4.5", "5.2", "6.4"} <= codes
    assert not {"1.2", "2.6", "2.7", "3.2", "3.4", "4.1"} & codes
    assert Checker(arguments["study"], schedule).breaches() == []


def test_an_area_of_a_year_gone_by_starts_with_the_study():
    study = study_of(study={"start": "2029-06-02"})
    schedule = schedule_build(**program((2027,), [], study=study))
    assert schedule.start == "2029-06-04"  # the Monday after
    assert (schedule.tasks["not_before"] == "2029-06-02").all()


def test_a_closure_of_the_whole_year_is_told_before_anything_is_scheduled():
    closure = {"from": "01-01", "to": "12-31", "methods": ["buried"]}
    with pytest.raises(InfeasibleError, match="buried") as caught:
        schedule_build(**program(study=study_of(schedule={"calendar": {"winter_closure": closure}})))
    assert caught.value.code == "E_CALENDAR"


def test_a_one_day_week_is_slow_but_holds():
    arguments = program((2027,), study=study_of(schedule={"calendar": {"workdays": [3]}}))
    schedule = schedule_build(**arguments)
    assert Checker(arguments["study"], schedule).breaches() == []
    assert schedule.makespan_days > 800

"""The self-audit finds each of fourteen planted faults: ten in a plan, four in a copy with a status date."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from expansion.schedule import schedule_build
from expansion.schedule.selfaudit import Progress, check_schedule
from tests.schedule.programs import program

ARGUMENTS = program((2027, 2028))
STATUS = "2027-12-31"


@pytest.fixture(scope="module")
def made():
    return schedule_build(**ARGUMENTS)


def checks(schedule, progress=None):
    table = check_schedule(ARGUMENTS["study"], ARGUMENTS["rulebook"], schedule, progress)
    return table.set_index("check_id")


def with_tasks(schedule, **columns):
    return replace(schedule, tasks=schedule.tasks.assign(**columns))


def with_links(schedule, **columns):
    return replace(schedule, links=schedule.links.assign(**columns))


def work(schedule):
    return schedule.tasks["duration_days"] > 0


def cut_loose(schedule):
    """Drop the logic of a tenth of the tasks."""
    loose = set(schedule.tasks["task_id"][4::10])
    links = schedule.links
    return replace(schedule, links=links[~links["successor_id"].isin(loose)].reset_index(drop=True))


def one_lead(schedule):
    return with_links(schedule, lag_days=schedule.links["lag_days"].where(schedule.links.index != 5, -3))


def lags_everywhere(schedule):
    return with_links(schedule, lag_days=4)


def starts_tied_to_starts(schedule):
    kinds = schedule.links["kind"].where(schedule.links.index % 5 > 0, "SS")
    return with_links(schedule, kind=kinds)


def dates_held_hard(schedule):
    return with_tasks(schedule, constraint=[("must_start_on", None)[row % 9 > 0] for row in range(len(schedule.tasks))])


def floats_of_months(schedule):
    return with_tasks(schedule, total_float_days=90)


def one_float_below_zero(schedule):
    return with_tasks(
        schedule, total_float_days=schedule.tasks["total_float_days"].where(schedule.tasks.index != 7, -1)
    )


def long_tasks(schedule):
    return with_tasks(schedule, duration_days=schedule.tasks["duration_days"].where(~work(schedule), 60))


def work_without_means(schedule):
    return with_tasks(schedule, crew_kind=None, agency=None, cost=0.0)


def a_broken_path(schedule):
    links = schedule.links
    return replace(schedule, links=links[links["successor_id"] != "program-finish"].reset_index(drop=True))


PLANTED = {
    "logic": cut_loose,
    "leads": one_lead,
    "lags": lags_everywhere,
    "relationship_types": starts_tied_to_starts,
    "hard_constraints": dates_held_hard,
    "high_float": floats_of_months,
    "negative_float": one_float_below_zero,
    "high_duration": long_tasks,
    "resources": work_without_means,
    "critical_path_test": a_broken_path,
}


@pytest.mark.parametrize("check_id", PLANTED)
def test_a_fault_of_the_plan_is_found_and_its_tasks_named(made, check_id):
    found, before = checks(PLANTED[check_id](made)).loc[check_id], checks(made).loc[check_id]
    assert found["verdict"] == "fail"
    assert found["found"] > before["found"]
    assert found["task_ids"]


def test_a_plan_has_no_fault_of_logic_and_nothing_due(made):
    found = checks(made)["verdict"]
    sound = ["logic", "leads", "hard_constraints", "negative_float", "invalid_dates", "critical_path_test"]
    assert set(found[sound]) == {"pass"}
    assert list(found.index[found == "not_applicable"]) == ["missed_tasks", "cpli", "bei"]


def on_time(schedule):
    """A year done as planned."""
    tasks = schedule.tasks
    done, begun = tasks["finish"] <= STATUS, tasks["start"] <= STATUS
    columns = {
        "task_id": tasks["task_id"],
        "planned_finish": tasks["finish"],
        "actual_start": tasks["start"].where(begun),
        "actual_finish": tasks["finish"].where(done),
        "percent": done * 1.0,
    }
    return Progress(dt.date.fromisoformat(STATUS), pd.DataFrame(columns))


def test_work_on_time_passes_what_a_status_date_asks(made):
    found = checks(made, on_time(made))
    asked = found.loc[["invalid_dates", "missed_tasks", "cpli", "bei"]]
    assert set(asked["verdict"]) == {"pass"}
    assert asked.loc["cpli", "value"] == asked.loc["bei", "value"] == 1


def done_tomorrow(schedule, progress):
    progress.table["actual_finish"] = progress.table["actual_finish"].where(progress.table.index != 1, "2028-01-01")
    return schedule


def done_a_month_late(schedule, progress):
    late = pd.to_datetime(progress.table["actual_finish"]) + pd.Timedelta(days=30)
    progress.table["actual_finish"] = late.dt.strftime("%Y-%m-%d").where(late <= STATUS)
    return schedule


def ends_a_year_late(schedule, progress):
    finish = schedule.tasks["finish"]
    last = finish.max()
    return with_tasks(schedule, finish=finish.where(finish != last, f"{int(last[:4]) + 1}{last[4:]}"))


def half_is_not_done(schedule, progress):
    progress.table.loc[::2, "actual_finish"] = None
    return schedule


STALLED = {
    "invalid_dates": done_tomorrow,
    "missed_tasks": done_a_month_late,
    "cpli": ends_a_year_late,
    "bei": half_is_not_done,
}


@pytest.mark.parametrize("check_id", STALLED)
def test_a_fault_of_a_copy_with_a_status_date_is_found(made, check_id):
    progress = on_time(made)
    found = checks(STALLED[check_id](made, progress), progress).loc[check_id]
    assert found["verdict"] == "fail"
    assert found["task_ids"]


def test_no_task_takes_part_in_two_verdicts_of_an_empty_schedule():
    empty = schedule_build(**program((-1, -1)))
    assert list(empty.checks.columns)[:2] == ["check_id", "name"]
    assert len(empty.checks) == 0

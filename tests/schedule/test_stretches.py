"""A delivery of 130 days is followed up every 60: three stretches of 44, 43 and 43 days."""

import datetime as dt

import pytest

from expansion.schedule import schedule_build
from expansion.schedule.stretches import part_deliveries
from expansion.schedule.tasks import Draft, Task
from tests.schedule.programs import program, rules

DAY = dt.date(2027, 3, 1)


def delivery(task_id, days):
    return Task(task_id, "2.2.2", "2.2", "A001", "planning", "Cable", days, "calendar", DAY, is_delivery=True)


def parted(days):
    draft = Draft([delivery("A001-2.2", days)])
    draft.join("A001-2.1", "A001-2.2")
    draft.join("A001-2.2", "A001-2.6")
    part_deliveries(draft, rules())
    return draft


def test_a_long_delivery_is_parted_and_its_links_lead_to_the_first_and_from_the_last():
    draft = parted(130)
    assert [(task.task_id, task.wbs, task.duration) for task in draft.tasks] == [
        ("A001-2.2-W1", "2.2.2.1", 44), ("A001-2.2-W2", "2.2.2.2", 43), ("A001-2.2", "2.2.2.3", 43),
    ]  # fmt: skip
    assert set(draft.links) == {
        ("A001-2.1", "A001-2.2-W1", "FS"), ("A001-2.2-W1", "A001-2.2-W2", "FS"), ("A001-2.2-W2", "A001-2.2", "FS"),
        ("A001-2.2", "A001-2.6", "FS"),
    }  # fmt: skip


@pytest.mark.parametrize("days", [0, 60])
def test_a_short_one_stays_whole(days):
    assert [task.task_id for task in parted(days).tasks] == ["A001-2.2"]


def test_no_delivery_and_no_operation_lasts_beyond_the_follow_up_and_the_review_comes_90_days_after_acceptance():
    tasks = schedule_build(**program()).tasks.set_index("task_id")
    waits = tasks[(tasks["calendar"] == "calendar").to_numpy() & tasks["permit_id"].isna().to_numpy()]
    assert waits["duration_days"].max() <= 60
    accepted = dt.date.fromisoformat(tasks.loc["A001-4.5", "start"])
    assert dt.date.fromisoformat(tasks.loc["A001-6.2", "start"]) >= accepted + dt.timedelta(days=90)

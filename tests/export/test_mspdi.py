"""A project file is read back by MPXJ, dated anew by its scheduler, and held against the published sequence."""

import datetime as dt
import os
import shutil
import xml.etree.ElementTree as ET

import pytest

from benchmarks.mpxj_reader import read_with_mpxj
from expansion.export.mspdi import write_mspdi
from tests.export.hostile import PAYLOADS, hostile
from tests.export.mspdi_sequence import SEQUENCES

NAMESPACE = "{http://schemas.microsoft.com/project}"
needs_java = pytest.mark.skipif(shutil.which("java") is None and not os.environ.get("CI"), reason="MPXJ needs Java")


@pytest.fixture(scope="module")
def written(planned, tmp_path_factory):
    return write_mspdi(planned, tmp_path_factory.mktemp("mspdi") / "plan.xml")


@pytest.fixture(scope="module")
def read(written):
    return read_with_mpxj(written)


@pytest.fixture(scope="module")
def tasks(read):
    """Tasks of the file by the plan's id."""
    return {task["fields"][0]: task for task in read["tasks"] if task["fields"][0]}


def moment(day, hour):
    return f"{day}T{hour:02}:00"


def rows(planned, table="tasks"):
    return planned.tables[table].to_dict("records")


FIRST = {"splice": 1}  # crews at first, where the small study lets them change


def test_elements_stand_in_the_published_sequence(written):
    for parent in ET.parse(written).getroot().iter():
        order = SEQUENCES.get(parent.tag.removeprefix(NAMESPACE), "").split()
        places = [order.index(child.tag.removeprefix(NAMESPACE)) for child in parent]
        assert places == sorted(places), parent.tag


@needs_java
def test_nothing_is_ignored_and_the_plan_is_named(planned, read):
    assert read["ignored_errors"] == []
    named = planned.document["study"]["name"], planned.document["fingerprint"], planned.document["study"]["currency"]
    assert (read["title"], read["subject"], read["currency"]) == named


@needs_java
def test_every_task_keeps_dates_durations_and_money(planned, tasks):
    assert len(tasks) == len(planned.tables["tasks"])
    for row in rows(planned):
        task, lasts = tasks[row["task_id"]], row["duration_days"] > 0
        assert task["start"] == moment(row["start"], 8)
        assert task["finish"] == moment(row["finish"], 17 if lasts else 8)
        assert (task["duration"], task["milestone"]) == (f"{row['duration_days']}.0d", not lasts)
        assert task["cost"] == task["fixed_cost"] == row["cost"]
        assert task["baseline"][:3] == [task["start"], task["finish"], row["duration_days"]]
        assert task["baseline"][3:] == [task["hours"], row["cost"]]
        assert (task["critical"], task["calendar"]) == (row["is_critical"], row["calendar"])
        assert (task["active"], task["mode"]) == (True, "AUTO_SCHEDULED")


@needs_java
def test_every_link_is_there_with_its_kind_and_lag_in_elapsed_days(planned, tasks):
    found = {(before, task["uid"], kind, lag) for task in tasks.values() for before, kind, lag in task["links"]}
    uid = {name: task["uid"] for name, task in tasks.items()}
    assert found == {
        (uid[row["predecessor_id"]], uid[row["successor_id"]], row["kind"], f"{row['lag_days']}.0ed")
        for row in rows(planned, "task_links")
    }
    assert {kind for _, _, kind, _ in found} >= {"FS", "SS", "FF"}


@needs_java
def test_mpxj_gives_every_task_and_summary_the_same_dates(read):
    wanted = {str(task["uid"]): [task["start"], task["finish"], task["duration"]] for task in read["tasks"]}
    assert read["scheduled"] == wanted


@needs_java
def test_a_start_is_held_only_where_links_would_not_give_it(tasks):
    held = {name for name, task in tasks.items() if task["constraint"] == "START_NO_EARLIER_THAN"}
    assert {name for name, task in tasks.items() if task["milestone"]} <= held
    assert 0 < len(held) < len(tasks) / 2
    assert {task["constraint"] for task in tasks.values()} == {"START_NO_EARLIER_THAN", "AS_SOON_AS_POSSIBLE"}


@needs_java
def test_the_outline_follows_the_codes_and_sums_what_lies_below(planned, read):
    top, *lines = read["tasks"]
    assert (top["uid"], top["id"], top["outline_level"]) == (0, 0, 0)
    assert [line["id"] for line in lines] == list(range(1, len(lines) + 1))
    assert all(
        line["outline_level"] == line["wbs"].count(".") + 1 == line["outline_number"].count(".") + 1 for line in lines
    )
    assert not any(line["links"] for line in read["tasks"] if line["summary"])
    for above in (line for line in read["tasks"] if line["summary"]):
        below = [line for line in lines if line["parent"] == above["uid"]]
        assert above["cost"] == pytest.approx(sum(line["cost"] for line in below), abs=0.005)
        assert (above["start"], above["finish"]) == (
            min(one["start"] for one in below),
            max(one["finish"] for one in below),
        )
    whole = planned.document["cost"]["base"] + planned.document["portfolio"]["initiatives_cost"]
    assert top["cost"] == pytest.approx(whole, abs=0.005)


@needs_java
def test_calendars_work_on_the_days_that_the_study_says(planned, read):
    rules = planned.study_document["study"]["schedule"]["calendar"]
    closure = rules["winter_closure"]
    first, last = (dt.date.fromisoformat(read[name][:10]) for name in ("start", "finish"))
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    open_days = [day for day in days if day.isoweekday() in rules["workdays"] and str(day) not in rules["holidays"]]
    dry = [day for day in open_days if closure["to"] < f"{day:%m-%d}" < closure["from"]]
    assert read["calendars"]["calendar"] == [str(day) for day in days]
    assert read["calendars"]["workdays"] == read["calendars"]["splice"] == [str(day) for day in open_days]
    assert read["calendars"]["bore"] == read["calendars"]["buried"] == [str(day) for day in dry]
    assert len(dry) < len(open_days)


@needs_java
def test_crews_authorities_and_roles_are_resources_with_their_hours(planned, read):
    found = {one["name"]: one for one in read["resources"] if one["group"] == "crew"}
    for row in rows(planned, "resources"):
        if row["resource_id"] in found:
            crew = found[row["resource_id"]]
            first = FIRST.get(row["resource_id"], row["count"])  # MPXJ reads the number of the first period
            assert (crew["units"], crew["hours"]) == (100 * first, 8 * row["crew_days"])
            assert crew["base"] == row["calendar"]
    assert {one["group"] for one in read["resources"] if one["name"]} == {"crew", "agency", "role"}
    agencies = {row["agency"] for row in rows(planned) if isinstance(row["agency"], str) and row["duration_days"]}
    assert {one["name"] for one in read["resources"] if one["group"] == "agency"} >= agencies


@needs_java
def test_whoever_lasts_is_assigned_and_hours_are_days_times_units(planned, read, tasks):
    by_uid = {task["uid"]: name for name, task in tasks.items()}
    own = {row["task_id"]: row for row in rows(planned)}
    assert {by_uid[one["task"]] for one in read["assignments"]} == {n for n, row in own.items() if row["duration_days"]}
    for one in read["assignments"]:
        row = own[by_uid[one["task"]]]
        units = max(row["crew_count"], 1)
        assert (one["units"], one["hours"]) == (100 * units, 8 * units * row["duration_days"])
        assert one["baseline_hours"] == one["hours"]


@needs_java
def test_notes_name_the_source_of_a_duration(planned, tasks):
    source = planned.tables["permits"].set_index("permit_id")["source"]
    applied = {name: task for name, task in tasks.items() if name.removeprefix("permit-") in source}
    assert applied
    assert all(str(source[name.removeprefix("permit-")]) in task["notes"] for name, task in applied.items())
    assert "Source: " in next(task for name, task in tasks.items() if name.endswith("-1.2"))["notes"]


def test_a_file_of_hostile_names_is_xml_and_opens_no_tag(planned, tmp_path):
    root = ET.parse(write_mspdi(hostile(planned), tmp_path / "plan.xml")).getroot()
    assert {one.tag.removeprefix(NAMESPACE) for one in root.iter()} <= set(SEQUENCES) | set(
        " ".join(SEQUENCES.values()).split()
    )
    assert any(PAYLOADS[0] in (one.text or "") for one in root.iter(f"{NAMESPACE}Name"))

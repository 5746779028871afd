"""A calendar is read back by icalendar, which shares no code with the writer."""

import datetime as dt
from dataclasses import replace

import icalendar
import pytest

from expansion.export.ics import fold, write_ics
from tests.export.hostile import PAYLOADS, hostile


def events(path):
    calendar = icalendar.Calendar.from_ical(path.read_bytes())
    assert not [error for event in calendar.walk("VEVENT") for error in event.errors]
    return list(calendar.walk("VEVENT"))


def by_category(path):
    found = {}
    for event in events(path):
        found.setdefault(event["CATEGORIES"].to_ical().decode(), []).append(event)
    return found


@pytest.fixture(scope="module")
def written(planned, tmp_path_factory):
    return write_ics(planned, tmp_path_factory.mktemp("ics") / "plan.ics")


@pytest.fixture(scope="module")
def found(written):
    return by_category(written)


def days(found, category):
    return sorted(str(event.decoded("DTSTART")) for event in found[category])


def dates(planned, table, column):
    return sorted(planned.tables[table][column].astype(str))


def test_gates_orders_and_waves_stand_on_their_days(planned, found):
    assert days(found, "GATE") == dates(planned, "gates", "date")
    assert days(found, "ORDER") == dates(planned, "procurement", "order_by")
    assert days(found, "WAVE") == dates(planned, "waves", "start")
    assert days(found, "MARKETING") == dates(planned, "waves", "marketing_start")
    last = sorted(str(one.decoded("DTEND") - dt.timedelta(days=1)) for one in found["WAVE"])
    assert last == dates(planned, "waves", "finish")


def test_permits_are_filed_and_decided_when_their_tasks_start_and_finish(planned, found):
    tasks = planned.tables["tasks"].dropna(subset="permit_id").groupby("permit_id")
    assert days(found, "FILE") == sorted(tasks["start"].min())
    assert days(found, "DECISION") == sorted(tasks["finish"].max())


def test_milestones_are_those_of_the_tasks_that_end_in_no_gate(planned, found):
    tasks, gates = planned.tables["tasks"], planned.tables["gates"]
    rows = tasks[(tasks["duration_days"] == 0) & ~tasks["task_id"].isin(gates["task_id"]) & tasks["permit_id"].isna()]
    assert days(found, "MILESTONE") == sorted(rows["start"])


def test_a_later_date_keeps_the_event(planned, written, tmp_path):
    gates = planned.tables["gates"].assign(date="2031-01-01")
    later = write_ics(replace(planned, tables=planned.tables | {"gates": gates}), tmp_path / "plan.ics")
    uids = [sorted(str(event["UID"]) for event in events(path)) for path in (written, later)]
    assert uids[0] == uids[1]
    assert len(set(uids[0])) == len(uids[0])


def test_lines_hold_at_most_75_octets_and_end_as_the_standard_asks(planned, tmp_path):
    content = write_ics(hostile(planned), tmp_path / "plan.ics").read_bytes()
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)


def test_folding_splits_no_character():
    assert list(fold("é" * 40)) == ["é" * 37, " " + "é" * 3]


def test_text_of_strangers_comes_back_as_text(planned, tmp_path):
    found = events(write_ics(hostile(planned), tmp_path / "plan.ics"))
    assert any(PAYLOADS[5] in str(event["SUMMARY"]) for event in found)
    assert {event.name for event in found} == {"VEVENT"}

"""iCalendar: gates, milestones, orders, permits and onboarding waves as days in any calendar program."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from expansion.figures.permit_facts import permit_facts
from expansion.markup import printable
from expansion.plan.saved import SavedPlan

_OCTETS = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Event:
    """Days of one event, both ends included ISO dates; `key` names it in its category, from plan to plan."""

    category: str
    key: str
    first: str
    last: str
    summary: str
    about: str


def write_ics(plan: SavedPlan, path: Path) -> Path:
    """Write one calendar of whole days; equal plans give equal bytes.

    The UID of an event comes from the study's name and the id of what it stands for, not from its date: a calendar
    that holds the last plan moves the event when it reads the next. X-PLAN-ID is that id. DTSTAMP is the study's start.

    References
    ----------
    RFC 5545, Internet Calendaring and Scheduling; RFC 7986 for NAME.
    """
    lines = [folded for line in calendar_lines(plan) for folded in fold(line)]
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("utf-8"))
    return path


def calendar_lines(plan: SavedPlan) -> Iterator[str]:
    """Write the content lines of the calendar, not folded yet."""
    name = str(plan.document["study"]["name"])
    stamp = str(plan.study_document["study"]["study"]["start"]).replace("-", "")
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//expansion//plan//EN", "CALSCALE:GREGORIAN")
    yield from ("METHOD:PUBLISH", f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}")
    yield f"DESCRIPTION:{escaped('Plan ' + str(plan.document['fingerprint']))}"
    for event in events_of(plan):
        uid = uuid.uuid5(uuid.NAMESPACE_URL, f"expansion:{name}|{event.category}|{event.key}")
        after = dt.date.fromisoformat(event.last) + dt.timedelta(days=1)
        yield from ("BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{stamp}T000000Z")
        yield f"DTSTART;VALUE=DATE:{event.first.replace('-', '')}"
        yield f"DTEND;VALUE=DATE:{after.isoformat().replace('-', '')}"
        yield f"SUMMARY:{escaped(event.summary)}"
        yield from (f"DESCRIPTION:{escaped(event.about)}" for _ in range(bool(event.about)))
        yield from (
            f"CATEGORIES:{event.category}",
            f"X-PLAN-ID:{escaped(event.key)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        )
    yield "END:VCALENDAR"


def escaped(text: str) -> str:
    r"""Write a text value.

    Examples
    --------
    >>> escaped("Permit; roads, water")
    'Permit\\; roads\\, water'
    """
    return printable(text).translate(_ESCAPES)


def fold(line: str) -> Iterator[str]:
    """Break a content line after at most 75 octets, never inside a character; what follows begins with a space."""
    held, size = "", 0
    for char in line:
        octets = len(char.encode("utf-8"))
        if size + octets > _OCTETS:
            yield held
            held, size = " ", 1
        held, size = held + char, size + octets
    yield held


def events_of(plan: SavedPlan) -> list[Event]:
    """List the events of a plan by first day, category and key."""
    tables = plan.tables
    makers = (
        ("gates", _gates), ("tasks", _milestones), ("procurement", _orders), ("permits", _permits), ("waves", _waves),
        ("milestones", _shares),
    )  # fmt: skip
    events = [event for table, make in makers if len(tables.get(table, ())) for event in make(tables)]
    return sorted(events, key=lambda one: (one.first, one.category, one.key))


def _rows(table: pd.DataFrame) -> Iterator[Row]:
    """Yield rows as mappings; what is unknown is None."""
    yield from table.astype(object).where(table.notna(), None).to_dict("records")


def _gates(tables: Mapping[str, pd.DataFrame]) -> Iterator[Event]:
    for row in _rows(tables["gates"]):
        about = f"{row['approver_role']}, {row['mode']}. On the table: {row['artifacts']}"
        summary = f"{row['gate']} {row['name']}: {row['area_id']}"
        yield Event("GATE", str(row["gate_row_id"]), str(row["date"]), str(row["date"]), summary, about)


def _milestones(tables: Mapping[str, pd.DataFrame]) -> Iterator[Event]:
    """Yield the milestones among the tasks that end in no gate."""
    at_gate = set(tables["gates"]["task_id"].dropna()) if "gates" in tables else set()
    for row in _rows(tables["tasks"][tables["tasks"]["duration_days"].to_numpy() == 0]):
        if row["task_id"] not in at_gate and not row["permit_id"]:
            where = f": {row['area_id']}" if row["area_id"] else ""
            summary, about = f"{row['name']}{where}", f"WBS {row['wbs']}, {row['role']}"
            yield Event("MILESTONE", str(row["task_id"]), str(row["start"]), str(row["start"]), summary, about)


def _shares(tables: Mapping[str, pd.DataFrame]) -> Iterator[Event]:
    """Yield the milestones of the grant."""
    for row in _rows(tables["milestones"]):
        day, share = str(row["date"]), f"{float(str(row['share'])):.0%} of {row['of']} locations"
        about = f"{row['needed']} locations; the schedule has accepted {row['accepted']} by then"
        yield Event("GRANT", str(row["milestone_id"]), day, day, f"Grant milestone: {share}", about)


def _orders(tables: Mapping[str, pd.DataFrame]) -> Iterator[Event]:
    for row in _rows(tables["procurement"]):
        about = (
            f"Needed by {row['need_by']}, {row['lead_time_calendar_days']} calendar days from order to delivery. "
            f"Spend {row['spend']}. Source: {row['source']} ({row['status']})"
        )
        summary = f"Order {row['item']}: {row['quantity']:g} {row['unit']}, phase {row['phase']}"
        yield Event("ORDER", str(row["lot_id"]), str(row["order_by"]), str(row["order_by"]), summary, about)


def _permits(tables: Mapping[str, pd.DataFrame]) -> Iterator[Event]:
    """Yield for each permit the day to file and the day on which its authority is expected to decide."""
    if not {"tasks", "areas"} <= set(tables):
        return
    facts = permit_facts(tables)
    for row in _rows(pd.DataFrame(facts.drop(columns=facts.geometry.name))):
        what = f"{row['permit']}: {row['granted_place']}"
        about = f"{row['agency']}, {row['lead_time_calendar_days']} calendar days. Areas {row['area_ids']}"
        for verb, column, category in (("File", "file_on", "FILE"), ("Decision on", "expected_on", "DECISION")):
            if row[column]:
                day = str(row[column])
                yield Event(category, str(row["permit_id"]), day, day, f"{verb} {what}", about)


def _waves(tables: Mapping[str, pd.DataFrame]) -> Iterator[Event]:
    for row in _rows(tables["waves"]):
        about = f"{row['locations']} locations invited, {row['expected_orders']:g} orders expected. {row['limit']}"
        summary = f"Installs {row['wave_id']}, phase {row['phase']}"
        yield Event("WAVE", str(row["wave_id"]), str(row["start"]), str(row["finish"]), summary, about)
        begin = str(row["marketing_start"])
        yield Event("MARKETING", str(row["wave_id"]), begin, begin, f"Marketing begins: {row['wave_id']}", about)

"""What is told to whom and when: reports, gates, authorities, streets that are dug up, customers wave by wave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pandas as pd

from expansion.delivery.governance import governance_rule
from expansion.delivery.stakeholders import bodies_of, slug
from expansion.delivery.tables import make_table
from expansion.plan.specs_governance import COMMUNICATIONS
from expansion.rulebook import Rulebook
from expansion.rulebook.delivery_rows import Message
from expansion.study import Study
from expansion.wording import count

BUILD = ("aerial", "buried", "bore")


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a message is given and about what: days of the first and the last, and how many days lie between."""

    subject: str
    first: dt.date
    rhythm: str
    audience: str = ""
    last: dt.date | None = None
    every: int | None = None
    times: int = 1
    about: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Occasions:
    """What messages may hang on."""

    study: Study
    rulebook: Rulebook
    tasks: pd.DataFrame
    gates: pd.DataFrame
    waves: pd.DataFrame
    permits: pd.DataFrame
    homes: dict[str, int]


def plan_communications(occasions: Occasions) -> pd.DataFrame:
    """Lay the message rules over the schedule.

    Parameters
    ----------
    occasions
        Schedule, gates, waves and permits of the plan, and the locations connected per area.

    Returns
    -------
    DataFrame
        After `COMMUNICATIONS`, by day and id. A date that would lie before the plan's start is moved to it.
    """
    start = occasions.study.study.start
    rows = [
        _row(message, occasion, start)
        for message in occasions.rulebook.communications
        for occasion in _FINDERS[message.rhythm](occasions, message)
    ]
    rows.sort(key=lambda row: (str(row[8]), str(row[0])))
    return make_table(COMMUNICATIONS, rows)


def _row(message: Message, occasion: Occasion, start: dt.date) -> tuple[object, ...]:
    first = max(occasion.first, start)
    last = None if occasion.last is None else max(occasion.last, first).isoformat()
    about = occasion.about
    return (
        f"{message.message_id}-{occasion.subject}", message.message_id, occasion.audience or message.audience,
        message.message, message.channel, message.owner_role, occasion.rhythm, occasion.every, first.isoformat(), last,
        occasion.times, about.get("area_id"), about.get("wave_id"), about.get("permits"), about.get("locations"),
        about.get("contact"), message.source, message.status,
    )  # fmt: skip


def _day(text: object) -> dt.date:
    return dt.date.fromisoformat(str(text))


def _repeated(subject: str, first: dt.date, last: dt.date, every: int, **about: object) -> Occasion:
    """Make an occasion that comes again and again, at least once."""
    times = max((last - first).days, 0) // every + 1
    rhythm = (
        "every week"
        if every == 7
        else f"every {count(every // 7, 'week')}"
        if every % 7 == 0
        else f"every {every} days"
    )
    audience = str(about.pop("audience", ""))
    return Occasion(
        subject, first, rhythm, audience, first + dt.timedelta(days=every * (times - 1)), every, times, about
    )


def _reporting(occasions: Occasions, _: Message) -> Iterator[Occasion]:
    """Report by the rhythm of the PMO type, from the start to the last day of work."""
    every = max(round(governance_rule(occasions.study, occasions.rulebook, "reporting").value or 0), 1)
    start = occasions.study.study.start
    yield _repeated("program", start + dt.timedelta(days=every), _day(max(occasions.tasks["finish"])), every)


def _every(occasions: Occasions, message: Message) -> Iterator[Occasion]:
    every = max(message.days, 1)
    start = occasions.study.study.start
    yield _repeated("program", start + dt.timedelta(days=every), _day(max(occasions.tasks["finish"])), every)


def _gates(occasions: Occasions, _: Message) -> Iterator[Occasion]:
    """Call the approver of each gate."""
    table = occasions.gates
    columns = (table[name].to_list() for name in ("gate_row_id", "area_id", "date", "approver_role"))
    for name, area, date, approver in zip(*columns, strict=True):
        yield Occasion(str(name), _day(date), "once", str(approver), about={"area_id": area})


def _permits(occasions: Occasions, message: Message) -> Iterator[Occasion]:
    """Talk to each authority or owner from its first application until its last permit is due."""
    owners = message.audience == "pole owners"
    spans = occasions.tasks[occasions.tasks["permit_id"].notna().to_numpy()].set_index("permit_id")
    for name, is_owner, mine in bodies_of(occasions.rulebook, occasions.permits):
        open_tasks = spans.loc[spans.index.intersection(mine["permit_id"])]
        if is_owner != owners or not len(open_tasks):
            continue
        first, last = _day(open_tasks["start"].min()), _day(open_tasks["finish"].max())
        contact = next((str(text) for text in mine["contact"].dropna()), None)
        own = {"audience": name, "permits": len(mine), "contact": contact}
        yield _repeated(slug(name), first, last, max(message.days, 1), **own)


def _build(occasions: Occasions, message: Message) -> Iterator[Occasion]:
    """Give notice before ground is opened or cable hung in an area."""
    build = occasions.tasks[occasions.tasks["crew_kind"].isin(BUILD).to_numpy()]
    for area, start in sorted(build.groupby("area_id")["start"].min().to_dict().items()):
        date = _day(start) - dt.timedelta(days=message.days)
        about = {"area_id": area, "locations": occasions.homes.get(str(area), 0)}
        yield Occasion(str(area), date, f"once, {count(message.days, 'day')} before the works", about=about)


def _wave(column: str, sign: int, words: str) -> Callable[[Occasions, Message], Iterator[Occasion]]:
    """Make the finder of a point of each onboarding wave."""

    def find_occasions(occasions: Occasions, message: Message) -> Iterator[Occasion]:
        waves = occasions.waves
        columns = (waves[name].to_list() for name in ("wave_id", "area_id", column, "locations"))
        said = f"once, {count(message.days, 'day')} {words}" if message.days else "once"
        for name, area, date, locations in zip(*columns, strict=True):
            about = {"area_id": area, "wave_id": name, "locations": locations}
            yield Occasion(str(name), _day(date) + sign * dt.timedelta(days=message.days), said, about=about)

    return find_occasions


_FINDERS: dict[str, Callable[[Occasions, Message], Iterator[Occasion]]] = {
    "reporting": _reporting,
    "every": _every,
    "gate": _gates,
    "permit": _permits,
    "build": _build,
    "invite": _wave("marketing_start", 1, "after the campaign begins"),
    "appointment": _wave("start", -1, "before the first install"),
    "outage": _wave("start", -1, "before the first install"),
    "welcome": _wave("finish", 1, "after the last install"),
}

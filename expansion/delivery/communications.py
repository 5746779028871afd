"""What is told to whom and when: reports, gates, authorities, suppliers, streets that are dug up, customers by wave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pandas as pd

from expansion.delivery.days import is_worked
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
    """When a message is given and about what: days of the first and the last, and how many days lie between.

    `turn` says to which side the day is moved where it is a day off: 1 later, -1 earlier, 0 not at all.
    """

    subject: str
    first: dt.date
    rhythm: str
    audience: str = ""
    last: dt.date | None = None
    every: int | None = None
    times: int = 1
    about: dict[str, object] = field(default_factory=dict)
    turn: int = 0


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
    lots: pd.DataFrame
    milestones: pd.DataFrame


def plan_communications(occasions: Occasions) -> pd.DataFrame:
    """Lay the message rules over the schedule.

    Parameters
    ----------
    occasions
        Schedule, gates, waves, permits, lots and milestones of the plan, and the locations connected per area.

    Returns
    -------
    DataFrame
        After `COMMUNICATIONS`, by day and id. What would fall on a day off is told on the working day before, if it is
        told so many days before something, else on the one after; what would lie before the plan's start, on that day.
    """
    rows = [
        _row(occasions.study, message, occasion)
        for message in occasions.rulebook.communications
        for occasion in _FINDERS[message.rhythm](occasions, message)
    ]
    rows.sort(key=lambda row: (str(row[8]), str(row[0])))
    return make_table(COMMUNICATIONS, rows)


def _row(study: Study, message: Message, occasion: Occasion) -> tuple[object, ...]:
    first = max(_worked(study, occasion.first, occasion.turn), study.study.start)
    last = None if occasion.last is None else max(occasion.last, first).isoformat()
    about = occasion.about
    return (
        f"{message.message_id}-{occasion.subject}", message.message_id, occasion.audience or message.audience,
        message.message, message.channel, message.owner_role, occasion.rhythm, occasion.every, first.isoformat(), last,
        occasion.times, about.get("area_id"), about.get("wave_id"), about.get("permits"), about.get("locations"),
        about.get("contact"), message.source, message.status,
    )  # fmt: skip


def _worked(study: Study, date: dt.date, turn: int) -> dt.date:
    """Move a date to the next working day after (turn 1) or before it (turn -1), or leave it (turn 0)."""
    while turn and not is_worked(study, "", date):
        date += dt.timedelta(days=turn)
    return date


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


def _gates(occasions: Occasions, message: Message) -> Iterator[Occasion]:
    """Call the approver of each gate, with its artifacts, some days before."""
    said = f"once, {count(message.days, 'day')} before the gate" if message.days else "once"
    table = occasions.gates
    columns = (table[name].to_list() for name in ("gate_row_id", "area_id", "date", "approver_role"))
    for name, area, date, approver in zip(*columns, strict=True):
        day = _day(date) - dt.timedelta(days=message.days)
        yield Occasion(str(name), day, said, str(approver), about={"area_id": area}, turn=-1 if message.days else 0)


def _permits(occasions: Occasions, message: Message) -> Iterator[Occasion]:
    """Talk to each authority or owner while applications lie with it.

    Where it has none for longer than from one talk to the next, a new row begins; who answers all of them before the
    second talk is spared.
    """
    every = max(message.days, 1)
    owners = message.audience == "pole owners"
    spans = occasions.tasks[occasions.tasks["permit_id"].notna().to_numpy()].set_index("permit_id")
    for name, is_owner, mine in bodies_of(occasions.rulebook, occasions.permits):
        open_tasks = spans.loc[spans.index.intersection(mine["permit_id"])]
        if is_owner != owners:
            continue
        contact = next((str(text) for text in mine["contact"].dropna()), None)
        for number, (first, last, ids) in enumerate(_open_times(open_tasks, every), start=1):
            own = {"audience": name, "permits": len(ids), "contact": contact}
            yield _repeated(slug(name) + (f"-{number}" if number > 1 else ""), first, last, every, **own)


def _open_times(tasks: pd.DataFrame, every: int) -> list[tuple[dt.date, dt.date, set[str]]]:
    """Join applications to times in which some lie open, `every` days apart at most; one of them takes that long."""
    columns = (tasks["start"].to_list(), tasks["finish"].to_list(), tasks.index.to_list())
    found: list[tuple[dt.date, dt.date, set[str]]] = []
    for start, finish, name in sorted(zip(*columns, strict=True)):
        begin, end = _day(start), _day(finish)
        if found and (begin - found[-1][1]).days <= every:
            first, last, ids = found.pop()
            found.append((first, max(last, end), ids | {str(name)}))
        else:
            found.append((begin, end, {str(name)}))
    slow = {
        str(name)
        for start, finish, name in zip(*columns, strict=True)
        if (_day(finish) - _day(start)).days >= every - 1
    }
    return [one for one in found if one[2] & slow]


def _build(occasions: Occasions, message: Message) -> Iterator[Occasion]:
    """Give notice before ground is opened or cable hung in an area."""
    build = occasions.tasks[occasions.tasks["crew_kind"].isin(BUILD).to_numpy()]
    for area, start in sorted(build.groupby("area_id")["start"].min().to_dict().items()):
        date = _day(start) - dt.timedelta(days=message.days)
        about = {"area_id": area, "locations": occasions.homes.get(str(area), 0)}
        said = f"once, {count(message.days, 'day')} before the works"
        yield Occasion(str(area), date, said, about=about, turn=-1)


def _wave(column: str, sign: int, words: str) -> Callable[[Occasions, Message], Iterator[Occasion]]:
    """Make the finder of a point of each onboarding wave."""

    def find_occasions(occasions: Occasions, message: Message) -> Iterator[Occasion]:
        waves = occasions.waves
        columns = (waves[name].to_list() for name in ("wave_id", "area_id", column, "locations"))
        said = f"once, {count(message.days, 'day')} {words}" if message.days else "once"
        for name, area, date, locations in zip(*columns, strict=True):
            about = {"area_id": area, "wave_id": name, "locations": locations}
            day = _day(date) + sign * dt.timedelta(days=message.days)
            yield Occasion(str(name), day, said, about=about, turn=sign)

    return find_occasions


def _supply(column: str, words: str) -> Callable[[Occasions, Message], Iterator[Occasion]]:
    """Make the finder of the first day of each package of lots: one supplier's goods of a phase."""

    def find_occasions(occasions: Occasions, message: Message) -> Iterator[Occasion]:
        lots = occasions.lots
        said = f"once, {count(message.days, 'day')} {words}"
        for name, mine in lots.groupby("package", sort=True):
            supplier = next((text for text in mine["supplier"] if isinstance(text, str)), "")
            day = _day(min(mine[column])) - dt.timedelta(days=message.days)
            yield Occasion(str(name), day, said, supplier, turn=-1)

    return find_occasions


def _milestones(occasions: Occasions, message: Message) -> Iterator[Occasion]:
    """Give notice before the day of each milestone of a grant."""
    rows = occasions.milestones
    said = f"once, {count(message.days, 'day')} before the day"
    for name, day, needed in zip(*(rows[key].to_list() for key in ("milestone_id", "date", "needed")), strict=True):
        about: dict[str, object] = {"locations": int(needed)}
        yield Occasion(str(name), _day(day) - dt.timedelta(days=message.days), said, about=about, turn=-1)


def _spells(occasions: Occasions) -> list[tuple[str, str, str]]:
    """Tell each initiative with the first day of its work and the day on which it is in place."""
    mine = occasions.tasks[occasions.tasks["initiative_id"].notna().to_numpy()]
    days = {name: (start, finish) for name, start, finish in
            zip(*(mine[key].to_list() for key in ("task_id", "start", "finish")), strict=True)}  # fmt: skip
    names = [name for name in sorted(set(mine["initiative_id"])) if f"initiative-{name}.ready" in days]
    return [(name, days[f"initiative-{name}"][0], days[f"initiative-{name}.ready"][1]) for name in names]


def _initiatives(occasions: Occasions, message: Message) -> Iterator[Occasion]:
    """Report on each initiative from its first day until it is in place."""
    for name, start, ready in _spells(occasions):
        yield _repeated(name, _day(start), _day(ready), max(message.days, 1))


def _in_place(occasions: Occasions, _: Message) -> Iterator[Occasion]:
    for name, _start, ready in _spells(occasions):
        yield Occasion(name, _day(ready), "once", turn=1)


_FINDERS: dict[str, Callable[[Occasions, Message], Iterator[Occasion]]] = {
    "reporting": _reporting,
    "every": _every,
    "gate": _gates,
    "permit": _permits,
    "build": _build,
    "order": _supply("order_by", "before the last day to order"),
    "delivery": _supply("need_by", "before the first use"),
    "milestone": _milestones,
    "initiative": _initiatives,
    "in_place": _in_place,
    "invite": _wave("marketing_start", 1, "after the campaign begins"),
    "appointment": _wave("start", -1, "before the first install"),
    "outage": _wave("start", -1, "before the first install"),
    "welcome": _wave("finish", 1, "after the last install"),
}

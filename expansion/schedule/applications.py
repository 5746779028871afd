"""Which permits are applied for where, and which sections wait for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pandas as pd

from expansion.rulebook import Rulebook
from expansion.schedule.chosen import ChosenArea, Part, areas_of
from expansion.schedule.holding import blocked_words, days_gone, lead_days, methods_of
from expansion.schedule.packages import OWN_PACKAGE

Held = tuple[tuple[ChosenArea, Part], ...]


@dataclass(frozen=True, slots=True)
class Ticket:
    """An application: the row of its permit, under the area that makes it; calls before digging one per section.

    One that `is_filed` was with its agency on the study's first day: nobody prepares it any more. `days` is the
    calendar days that it takes.
    """

    task_id: str
    area: ChosenArea
    row: int
    is_filed: bool = False
    days: int = 0
    part: Part | None = None
    is_one_of_many: bool = False


@dataclass(frozen=True, slots=True)
class Applications:
    """Per permit what it blocks, in the word of its rule, and the sections that it holds up; and all applications."""

    words: list[str]
    held: list[Held]
    tickets: list[Ticket]


def make_applications(
    rulebook: Rulebook, chosen: list[ChosenArea], permits: pd.DataFrame, start: dt.date
) -> Applications:
    """List applications by area and permit: one per permit under its first area, calls before digging per section.

    A permit holds up the sections whose spans need it. In an area that needs it, none of whose sections does, it holds
    up all that have work of its kind.

    Parameters
    ----------
    rulebook
        What each permit rule blocks.
    chosen
        Areas by phase and id.
    permits
        Permits by id.
    start
        First day of the study.
    """
    words = blocked_words(rulebook, permits)
    by_id = {area.area_id: area for area in chosen}
    held = []
    for row, (word, needing) in enumerate(zip(words, areas_of(permits), strict=True)):
        areas = [area for area in chosen if area.area_id in needing] if len(needing) > 1 else []
        areas = areas or [by_id[name] for name in needing if name in by_id]
        held.append(tuple((area, part) for area in areas for part in _held_in(row, word, area)))
    tickets = _tickets(words, held, chosen, permits["permit_id"].to_list())
    gone, days = days_gone(permits, start), lead_days(permits, start)
    tickets = [replace(one, is_filed=gone[one.row] >= 0, days=days[one.row]) for one in tickets]
    return Applications(words, held, tickets)


def _held_in(row: int, word: str, area: ChosenArea) -> list[Part]:
    able = [part for part in area.parts if part.methods & methods_of(word)]
    return [part for part in able if row in part.section.holders] or able


def _tickets(words: list[str], held: list[Held], chosen: list[ChosenArea], ids: list[str]) -> list[Ticket]:
    """One application per permit, calls one per section that can make them."""
    calls = {
        row: [(area, part) for area, part in held[row] if any(one.obtains(word) for one in part.packages.values())]
        for row, word in enumerate(words)
        if word in OWN_PACKAGE
    }
    found = []
    for area in chosen:
        here = [row for row, pairs in calls.items() if any(host is area for host, _ in pairs)]
        for row in sorted({*area.hosted, *here}):
            pairs, name = calls.get(row, []), f"permit-{ids[row]}"
            if not pairs:
                found.append(Ticket(name, area, row))
            many = len(pairs) > 1
            for part in (part for host, part in pairs if host is area):
                own = f"{name}-{part.section.section_id}" if many else name
                found.append(Ticket(own, area, row, part=part, is_one_of_many=many))
    return found

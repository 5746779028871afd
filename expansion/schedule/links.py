"""Tie the tasks together: logic within areas, from parent areas, from permits, and to the start and finish."""

from __future__ import annotations

import pandas as pd

from expansion.plan.plan import Network
from expansion.schedule.applications import Applications, Ticket
from expansion.schedule.chosen import ChosenArea, Part, areas_of
from expansion.schedule.holding import methods_of, permits_before
from expansion.schedule.packages import OWN_PACKAGE, PERMIT, Package
from expansion.schedule.tasks import FINISH, START, Draft


def link_program(
    draft: Draft, made: Applications, chosen: list[ChosenArea], network: Network, permits: pd.DataFrame
) -> None:
    """Add every link: the template's, the permits', and the ties to start and finish that leave nothing dangling."""
    _link_areas(draft, chosen, network)
    _link_applications(draft, made, permits)
    _link_blocked(draft, made, chosen, permits)
    _close_ends(draft)


def _link_areas(draft: Draft, chosen: list[ChosenArea], network: Network) -> None:
    """Add the links of the template within areas and sections and from the areas that their feeder comes through."""
    by_row = {area.row: area for area in chosen}
    for area in chosen:
        parents = _parents(area, by_row, network)
        for package in area.packages.values():
            if package.is_permit:
                continue
            if package.row.per != "section":
                _link_package(draft, package, area, None, parents)
            for part in area.parts_with(package.code) if package.row.per == "section" else ():
                _link_package(draft, part.packages[package.code], area, part, parents)


def _link_package(
    draft: Draft, package: Package, area: ChosenArea, part: Part | None, parents: list[ChosenArea]
) -> None:
    """Add the links of the template into the task of a package: from its own section where both have one."""
    (after,) = area.task_ids(package.code, part)
    for link in package.before:
        hosts, own = (parents, None) if link.scope == "parent" else ([area], part)
        for host in hosts if not link.is_word else ():
            for before in host.task_ids(link.code, own):
                draft.join(before, after, link.kind, link.lag)


def _parents(area: ChosenArea, by_row: dict[int, ChosenArea], network: Network) -> list[ChosenArea]:
    """List the chosen areas that the feeder comes through, the nearest first."""
    row, found = int(network.area_parent[area.row]), list[ChosenArea]()
    for _ in network.area_parent:
        if row < 0:
            break
        found += [by_row[row]] if row in by_row else []
        row = int(network.area_parent[row])
    return found


def _link_applications(draft: Draft, made: Applications, permits: pd.DataFrame) -> None:
    """Hang each permit on its application, where it is not filed yet, and on the permits that come before it."""
    before = permits_before(permits)
    for ticket in made.tickets:
        having = ticket.area.packages if ticket.part is None else ticket.part.packages
        for package in having.values() if not ticket.is_filed else ():
            for link in package.before if package.obtains(made.words[ticket.row]) else ():
                for first in ticket.area.task_ids(link.code, ticket.part):
                    draft.join(first, ticket.task_id, link.kind, link.lag)
        for name in before[ticket.row]:
            draft.join(f"permit-{name}", ticket.task_id)


def _link_blocked(draft: Draft, made: Applications, chosen: list[ChosenArea], permits: pd.DataFrame) -> None:
    """Let the work that a permit blocks wait for it: in its sections, at stations, or before acceptance."""
    needing = areas_of(permits)
    of_row: dict[int, list[Ticket]] = {}
    for ticket in made.tickets:
        of_row.setdefault(ticket.row, []).append(ticket)
    for area in chosen:
        for row, mine in of_row.items():
            if area.area_id in needing[row]:
                _hold_area(draft, area, made, row, mine)


def _hold_area(draft: Draft, area: ChosenArea, made: Applications, row: int, tickets: list[Ticket]) -> None:
    """Let the sections of an area that a permit holds up wait for it, else what it blocks beside them."""
    word, names = made.words[row], [ticket.task_id for ticket in tickets]
    parts = [part for host, part in made.held[row] if host is area]
    for part in parts:
        own = [ticket.task_id for ticket in tickets if ticket.part is part]
        _hold(draft, own or names, area, part, blocked_in(word, part))
    if not parts:
        _hold(draft, names, area, None, _blocked_at(word, area))


def _hold(draft: Draft, names: list[str], area: ChosenArea, part: Part | None, blocked: set[str]) -> None:
    """Link permits to the packages, of a section or of an area, that wait for permits of these words."""
    packages = area.packages if part is None else part.packages
    for package in packages.values():
        if package.is_permit:
            continue
        for link in package.before:
            if link.scope == PERMIT and link.code in blocked:
                for after in area.task_ids(package.code, part):
                    for name in names:
                        draft.join(name, after, link.kind, link.lag)


def blocked_in(word: str, part: Part) -> set[str]:
    """Work of a section that a permit holds up, in the words of the template."""
    return {word} if word in OWN_PACKAGE else set(methods_of(word) & part.methods)


def _blocked_at(word: str, area: ChosenArea) -> set[str]:
    """Work of an area, beside its sections, that a permit holds up; ``none`` where there is no such work."""
    work = {"tower": "towers", "cabinet": "dslams"}
    return {word} if word in work and area.quantities[work[word]] > 0 else {"none"}


def _close_ends(draft: Draft) -> None:
    """Tie tasks without a predecessor to the start and those without a successor to the finish."""
    ids = [task.task_id for task in draft.tasks if task.task_id not in (START, FINISH)]
    after = {successor for _, successor, _ in draft.links}
    before = {predecessor for predecessor, _, _ in draft.links}
    for task_id in ids:
        if task_id not in after:
            draft.join(START, task_id)
        if task_id not in before:
            draft.join(task_id, FINISH)
    if not ids:
        draft.join(START, FINISH)

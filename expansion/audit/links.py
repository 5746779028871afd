"""Build the logic of the schedule again from the template, and compare it with the links saved."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from expansion.audit.folder import SavedPlan, integers, split_ids, texts
from expansion.audit.initiatives import initiative_links
from expansion.audit.ledger import Check, Ledger
from expansion.audit.measured_work import Work, is_obtained, measure_work, occurs
from expansion.audit.parents import built_parents
from expansion.audit.rules import rows_of
from expansion.audit.sections import (
    Part,
    Ticket,
    blocks_of,
    days_filed,
    held_builds,
    held_parts,
    is_stretch,
    parts_of,
    task_names,
    tickets_of,
)

_TEXT = re.compile(
    r"(?:(parent|permit|initiative):)?([0-9.]+|buried|aerial|tower|cabinet|dig|none|build|sales|installs)"
    r"(FS|SS|FF|SF)?(?:\+(\d+))?"
)
START, FINISH = "program-start", "program-finish"
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Wait:
    """What a package waits for: a package of the area or of its parent, or permits that block some work."""

    scope: str
    code: str
    kind: str
    lag: int


def check_links(saved: SavedPlan) -> Check:
    """Check that the links are those of the template and of the permits, no more and no fewer."""
    ledger = Ledger("links")
    links = saved.table("task_links")
    columns = [texts(links, name) for name in ("predecessor_id", "successor_id", "kind")]
    told = dict(zip(zip(*columns, strict=True), integers(links, "lag_days").tolist(), strict=True))
    loose = _parent_links(saved, told)
    wanted = expected_links(saved, loose)
    _check_parents(ledger, saved, loose)
    extra = [f"{a} {kind} {b}" for a, b, kind in sorted(set(told) - set(wanted) - loose)]
    missing = [f"{a} {kind} {b}" for a, b, kind in sorted(set(wanted) - set(told))]
    ledger.nothing(extra, "links that neither the template nor a permit asks for", len(told))
    ledger.nothing(missing, "links of the template or of permits are missing", len(wanted))
    wrong = [f"{a} {kind} {b}" for (a, b, kind), lag in wanted.items() if told.get((a, b, kind), lag) != lag]
    ledger.nothing(sorted(wrong), "links with another lag than the template's", len(wanted))
    return ledger.close()


def expected_links(saved: SavedPlan, parents: set[Key]) -> dict[Key, int]:
    """Make all links by predecessor, successor and kind, with their lag, but those from `parents`."""
    links: dict[Key, int] = {}
    packages = _packages(saved)
    ids = texts(saved.table("tasks"), "task_id")
    tasks = {name for name in ids if name not in (START, FINISH) and not is_stretch(name)}
    for area, part, code, waits in _waiting(saved):
        for after in task_names(saved, area, packages[code], part):
            for wait in waits:
                for before in task_names(saved, area, packages[wait.code], part) if wait.scope == "" else ():
                    _join(links, before, after, wait.kind, wait.lag)
    for before, after, wait in _permit_links(saved):
        _join(links, before, after, wait.kind, wait.lag)
    for before, after, kind in initiative_links(saved, _held_by_initiatives(saved)):
        _join(links, before, after, kind, 0)
    followed = {after for _, after, _ in links} | {after for _, after, _ in parents}
    leading = {before for before, _, _ in links} | {before for before, _, _ in parents}
    for name in tasks - followed:
        _join(links, START, name, "FS", 0)
    for name in tasks - leading:
        _join(links, name, FINISH, "FS", 0)
    return _through_stretches(links, ids)


def _through_stretches(links: dict[Key, int], ids: list[str]) -> dict[Key, int]:
    """Lead links into a parted delivery to its first stretch, and from each stretch to the next."""
    stretches: dict[str, list[str]] = defaultdict(list)
    for name in ids:
        if is_stretch(name):
            stretches[name.rpartition("-W")[0]].append(name)
    found = {
        (before, stretches[after][0] if stretches[after] and not kind.endswith("F") else after, kind): lag
        for (before, after, kind), lag in links.items()
    }
    for last, others in stretches.items():
        found |= {(before, after, "FS"): 0 for before, after in pairwise([*others, last]) if others}
    return found


def _join(links: dict[Key, int], before: str, after: str, kind: str, lag: int) -> None:
    links[before, after, kind] = max(links.get((before, after, kind), 0), lag)


def _packages(saved: SavedPlan) -> dict[str, dict[str, Any]]:
    return {row["wbs"]: row for row in rows_of(saved, "work_packages") if row["kind"] != "summary"}


def _read_waits(row: dict[str, Any]) -> list[Wait]:
    """Read the predecessors of a package."""
    waits = []
    for text in filter(None, (part.strip() for part in row["predecessors"].split(";"))):
        found = _TEXT.fullmatch(text)
        if found is not None:
            waits.append(Wait(found[1] or "", found[2], found[3] or "FS", int(found[4] or 0)))
    return waits


def waits_of(saved: SavedPlan, work: Work) -> dict[str, list[Wait]]:
    """List what each package of an area waits for; one that is left out hands on what it waited for."""
    packages = _packages(saved)
    done: dict[str, list[Wait]] = {}
    waiting = list(packages)
    while waiting:
        code = next(c for c in waiting if all(w.code in done for w in _read_waits(packages[c]) if w.scope == ""))
        waiting.remove(code)
        found: dict[tuple[str, str, str], Wait] = {}
        for wait in _read_waits(packages[code]):
            for each in _handed_on(wait, packages, done, work):
                key = (each.scope, each.code, each.kind)
                lag = max(each.lag, found[key].lag if key in found else 0)
                found[key] = replace(each, lag=lag)
        done[code] = list(found.values())
    is_permit = {code for code, row in packages.items() if is_obtained(row)}
    kept = {code: waits for code, waits in done.items() if occurs(packages[code], work)}
    return {code: [w for w in waits if w.code not in is_permit] for code, waits in kept.items()}


def waits_at(saved: SavedPlan, area: str, part: Part | None) -> dict[str, list[Wait]]:
    """List what each package of an area, or of one of its sections, waits for, once per plan."""
    work = part.work if part else measure_work(saved)[area]
    found: dict[str, list[Wait]] = saved.once(
        f"waits {part.section_id if part else area}", lambda one: waits_of(one, work)
    )
    return found


def _handed_on(wait: Wait, packages: dict[str, dict[str, Any]], done: dict[str, list[Wait]], work: Work) -> list[Wait]:
    """Return the wait itself, or what the package that is left out waited for."""
    if wait.scope or occurs(packages[wait.code], work):
        return [wait]
    kind, lag = "FF" if wait.kind.endswith("F") else "FS", 0 if wait.kind.startswith("S") else wait.lag
    return [replace(old, kind=kind, lag=old.lag + lag) for old in done[wait.code]]


def _waiting(saved: SavedPlan) -> Iterator[tuple[str, Part | None, str, list[Wait]]]:
    """List what each package of each area waits for, for packages of sections what each section's waits for."""
    packages = _packages(saved)
    for area in measure_work(saved):
        for code, waits in waits_at(saved, area, None).items():
            if packages[code]["per"] != "section":
                yield area, None, code, waits
        for part in parts_of(saved)[area]:
            for code, waits in waits_at(saved, area, part).items():
                if packages[code]["per"] == "section":
                    yield area, part, code, waits


def _permit_links(saved: SavedPlan) -> list[tuple[str, str, Wait]]:
    """Links from applications to permits, and from permits to the work that they block."""
    tickets, packages = tickets_of(saved), _packages(saved)
    permits = saved.table("permits")
    ids = texts(permits, "permit_id")
    filed = days_filed(saved)
    first = dict(zip(ids, texts(permits, "after_permit_ids"), strict=True))
    links = [
        (f"permit-{name}", ticket.task, Wait("permit", "", "FS", 0))
        for ticket in tickets
        for name in split_ids(first[ticket.permit])
        if name in first
    ]
    for ticket in tickets:
        wanted = "permit:dig" if ticket.word == "dig" else "permit"
        for code, waits in waits_at(saved, ticket.area, ticket.part).items() if filed[ticket.permit] < 0 else ():
            for wait in waits if packages[code]["duration"] == wanted else ():
                if wait.scope == "":
                    names = task_names(saved, ticket.area, packages[wait.code], ticket.part)
                    links += [(name, ticket.task, wait) for name in names]
    of_permit: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in tickets:
        of_permit[ticket.permit].append(ticket)
    columns = zip(ids, texts(permits, "area_ids"), blocks_of(saved), held_parts(saved), strict=True)
    for name, areas, word, held in columns:
        for area in split_ids(areas):
            links += _held_links(saved, area, word, [part for part in held if part.area == area], of_permit[name])
    return links


def _held_by_initiatives(saved: SavedPlan) -> dict[tuple[str, str], list[str]]:
    """Tasks of each area that wait for an initiative, by its word for the work that it holds back.

    Packages that name the word come before those that only inherit it from one that the area lacks.
    """
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    handed: dict[tuple[str, str], list[str]] = defaultdict(list)
    packages = _packages(saved)
    for area, part, code, waits in _waiting(saved):
        for word in sorted({wait.code for wait in waits if wait.scope == "initiative"}):
            is_named = f"initiative:{word}" in packages[code]["predecessors"]
            (named if is_named else handed)[area, word] += task_names(saved, area, packages[code], part)
    return {**handed, **named}


def _held_links(
    saved: SavedPlan, area: str, word: str, held: list[Part], tickets: list[Ticket]
) -> list[tuple[str, str, Wait]]:
    """Links from the applications for one permit to the work that waits for it in an area."""
    if area not in measure_work(saved):
        return []
    links, packages = [], _packages(saved)
    places: list[Part | None] = [*held] or [None]
    for part in places:
        words = _words(word, part, measure_work(saved)[area])
        mine = [ticket.task for ticket in tickets if ticket.part is part] if part else []
        for code, waits in waits_at(saved, area, part).items():
            if (packages[code]["per"] == "section") == (part is not None):
                for after in task_names(saved, area, packages[code], part):
                    waiting = [wait for wait in waits if wait.scope == "permit" and wait.code in words]
                    names = mine or [ticket.task for ticket in tickets]
                    links += [(name, after, wait) for wait in waiting for name in names]
    return links


def _words(blocks: str, part: Part | None, work: Work) -> set[str]:
    """Say what a permit holds up: build of a section, a call's own word, a station's, or none of these."""
    if part is not None:
        return {"dig"} if blocks == "dig" else set(held_builds(blocks) & part.builds)
    there = {"tower": work["towers"] > 0, "cabinet": work["dslams"] > 0}
    return {blocks} if there.get(blocks) else {"none"}


def _parent_links(saved: SavedPlan, told: dict[Key, int]) -> set[Key]:
    """Pick the saved links between areas that packages waiting for a parent have."""
    tasks = saved.table("tasks")
    area = dict(zip(texts(tasks, "task_id"), texts(tasks, "area_id"), strict=True))
    pairs = {
        (wait.code, f"{name}-{code}")
        for name, work in measure_work(saved).items()
        for code, waits in waits_of(saved, work).items()
        for wait in waits
        if wait.scope == "parent"
    }
    return {
        key
        for key in told
        if area.get(key[0]) and area.get(key[1]) and area[key[0]] != area[key[1]]
        and (key[0].removeprefix(f"{area[key[0]]}-"), key[1]) in pairs
    }  # fmt: skip


def _check_parents(ledger: Ledger, saved: SavedPlan, links: set[Key]) -> None:
    """Check that tests of an area wait for the splicing of the area that its feeder comes through, and for no other."""
    tasks = saved.table("tasks")
    area = dict(zip(texts(tasks, "task_id"), texts(tasks, "area_id"), strict=True))
    parents = built_parents(saved)
    above = {child: set(_all_above(child, parents)) for child in parents}
    strange = [f"{before} {after}" for before, after, _ in links if area[before] not in above.get(area[after], ())]
    ledger.nothing(sorted(strange), "tasks wait for an area that their feeder does not come through", len(links))
    work = measure_work(saved)
    lost = []
    for child, hosts in above.items():
        waits = [(w, code) for code, ws in waits_of(saved, work[child]).items() for w in ws if w.scope == "parent"]
        keys = {(f"{host}-{w.code}", f"{child}-{code}", w.kind) for w, code in waits for host in hosts}
        lost += [f"{before} {after}" for before, after, _ in keys - links if before in area]
    ledger.nothing(sorted(lost), "tasks do not wait for the areas that their feeder comes through", len(parents))


def _all_above(child: str, parents: dict[str, str]) -> Iterator[str]:
    """Name the areas that a feeder comes through, the nearest first."""
    name = parents.get(child, "")
    for _ in parents:
        if name:
            yield name
        name = parents.get(name, "")

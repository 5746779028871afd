"""Sections of each area's build: what they hold, which permits hold them up, and the tasks that stand for them."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from expansion.audit.folder import SavedPlan, flags, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.measured_work import (
    Work,
    chosen_areas,
    hosted_permits,
    is_obtained,
    measure_spans,
    measure_work,
    occurs,
    summed,
)
from expansion.audit.rules import engineering, rows_of, section

_SPANS = ("buried", "aerial")
_STRETCH = re.compile(r"-W\d+$")
_NAME = re.compile(r"(.+)-S([1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Part:
    """A section as saved, with its work measured again; `number` is that of its id, 0 where it has none."""

    section_id: str
    area: str
    number: int
    method: str
    spans: tuple[str, ...]
    work: Work

    @property
    def builds(self) -> frozenset[str]:
        """Build that is done in it."""
        work = {"buried": "underground_m", "aerial": "aerial_m"}
        return frozenset(method for method, name in work.items() if self.work[name] > 0)


@dataclass(frozen=True, slots=True)
class Ticket:
    """An application for a permit: its task, area, what it blocks, and the section of a call before digging."""

    task: str
    permit: str
    area: str
    word: str
    part: Part | None


def parts_of(saved: SavedPlan) -> dict[str, list[Part]]:
    """List the sections of each built area, in the order of the table."""
    found: dict[str, list[Part]] = saved.once("parts", _make_parts)
    return found


def _make_parts(saved: SavedPlan) -> dict[str, list[Part]]:
    table, work = saved.table("sections"), measure_work(saved)
    ids, areas, methods, held = (texts(table, name) for name in ("section_id", "area_id", "method", "span_ids"))
    of_span = {span: name for name, text in zip(ids, held, strict=True) for span in split_ids(text)}
    measured = measure_spans(saved, [of_span.get(span, "") for span in texts(saved.table("spans"), "span_id")])
    found: dict[str, list[Part]] = {area: [] for area in work}
    for name, area, method, text in zip(ids, areas, methods, held, strict=True):
        match = _NAME.fullmatch(name)
        own = {key: round(float(value), 3) for key, value in (measured.get(name) or summed(defaultdict(float))).items()}
        mine = defaultdict(float, work.get(area, {}) | own)
        number = int(match[2]) if match and match[1] == area else 0
        found.setdefault(area, []).append(Part(name, area, number, method, tuple(split_ids(text)), mine))
    return found


def task_names(saved: SavedPlan, area: str, package: dict[str, Any], part: Part | None = None) -> list[str]:
    """Tasks of a package in an area, or in one section of it; none where it does not occur."""
    if is_obtained(package):
        return []
    name = f"{area}-{package['wbs']}"
    if package["per"] != "section":
        return [name] if occurs(package, measure_work(saved)[area]) else []
    having = [one for one in parts_of(saved)[area] if occurs(package, one.work)]
    return [name if len(having) == 1 else f"{name}-S{one.number}" for one in having if part is None or one is part]


def is_stretch(name: str) -> bool:
    """Tell whether a task is a stretch of a parted delivery, but the last, which bears the delivery's own id."""
    return _STRETCH.search(name) is not None


def blocks_of(saved: SavedPlan) -> list[str]:
    """Word of each permit for what it blocks."""
    blocks = {row["rule_id"]: row["blocks"] for row in rows_of(saved, "permit_rules")}
    return [blocks.get(rule, "build") for rule in texts(saved.table("permits"), "rule_id")]


def held_builds(word: str) -> frozenset[str]:
    """Build on spans that a word holds up."""
    return frozenset({"build": _SPANS, "dig": ("buried",), "buried": ("buried",), "aerial": ("aerial",)}.get(word, ()))


def held_parts(saved: SavedPlan) -> list[list[Part]]:
    """Per permit the sections that it holds up: those with spans that need it, else all of an area that needs it."""
    found: list[list[Part]] = saved.once("held parts", _make_held)
    return found


def _make_held(saved: SavedPlan) -> list[list[Part]]:
    permits, spans = saved.table("permits"), saved.table("spans")
    placed = dict(zip(texts(spans, "span_id"), texts(spans, "placement"), strict=True))
    held = []
    columns = (texts(permits, "area_ids"), texts(permits, "span_ids"), blocks_of(saved))
    order = {area: place for place, area in enumerate(chosen_areas(saved))}
    for areas, needing, word in zip(*columns, strict=True):
        builds = held_builds(word)
        needed = {span for span in split_ids(needing) if _build(placed.get(span, "")) in builds}
        mine: list[Part] = []
        for area in sorted((a for a in split_ids(areas) if a in order), key=order.__getitem__):
            able = [part for part in parts_of(saved)[area] if part.builds & builds]
            mine += [part for part in able if needed & set(part.spans)] or able
        held.append(mine)
    return held


def _build(placement: str) -> str:
    return "aerial" if placement == "aerial" else "buried"


def tickets_of(saved: SavedPlan) -> list[Ticket]:
    """List the applications: one per permit, for calls before digging one per section that they hold up."""
    ids, hosts, words = texts(saved.table("permits"), "permit_id"), hosted_permits(saved), blocks_of(saved)
    calls = [row for row in rows_of(saved, "work_packages") if row["duration"] == "permit:dig"]
    found = []
    for permit, host, word, held in zip(ids, hosts, words, held_parts(saved), strict=True):
        able = [part for part in held if any(occurs(row, part.work) for row in calls)] if word == "dig" else []
        name = f"permit-{permit}"
        if not able:
            found.append(Ticket(name, permit, host, word, None))
        for part in able:
            own = f"{name}-{part.section_id}" if len(able) > 1 else name
            found.append(Ticket(own, permit, part.area, word, part))
    return found


def days_filed(saved: SavedPlan) -> dict[str, int]:
    """Count the days for which each permit is filed on the study's first day; -1 for what was not filed by then."""
    permits, start = saved.table("permits"), dt.date.fromisoformat(str(section(saved, "study")["start"]))
    columns = (texts(permits, name) for name in ("permit_id", "state", "filed"))
    return {
        name: max((start - dt.date.fromisoformat(filed)).days, -1) if state == "filed" and filed else -1
        for name, state, filed in zip(*columns, strict=True)
    }


def check_sections(saved: SavedPlan) -> Check:
    """Check that sections part the build of each area, name the permits that they need, and are built when told."""
    ledger = Ledger("sections")
    table = saved.table("sections")
    ids, areas, methods = (texts(table, name) for name in ("section_id", "area_id", "method"))
    ledger.nothing(sorted(set(areas) - set(chosen_areas(saved))), "sections of areas that are not built", len(ids))
    most = max(int(engineering(saved, "sections_most")), 1)
    many = Counter(zip(areas, methods, strict=True))
    ledger.nothing(sorted(f"{a} {m}" for (a, m), n in many.items() if n > most), "too many sections", len(many))
    numbered = [
        area for area, parts in parts_of(saved).items() if [p.number for p in parts] != list(range(1, len(parts) + 1))
    ]
    ledger.nothing(numbered, "sections are not numbered from 1 in their area", len(numbered) + 1)
    _check_spans(ledger, saved, table)
    waits: dict[str, set[str]] = defaultdict(set)
    for permit, held in zip(texts(saved.table("permits"), "permit_id"), held_parts(saved), strict=True):
        for part in held:
            waits[part.section_id].add(permit)
    told = [set(split_ids(text)) for text in texts(table, "permit_ids")]
    wrong = [waits[name] != mine for name, mine in zip(ids, told, strict=True)]
    ledger.none(wrong, ids, "permit_ids are not those that hold a section up")
    _check_days(ledger, saved, table, ids)
    return ledger.close()


def _check_spans(ledger: Ledger, saved: SavedPlan, table: Any) -> None:
    """Check that every new span of a built area lies in one section of its area and method, with lengths and lines."""
    spans, built = saved.table("spans"), set(chosen_areas(saved))
    columns = (texts(spans, "span_id"), texts(spans, "area_id"), texts(spans, "placement"), flags(spans, "is_existing"))
    asked = {
        name: (area, _build(how)) for name, area, how, lit in zip(*columns, strict=True) if area in built and not lit
    }
    length = dict(zip(columns[0], numbers(spans, "length_m"), strict=True))
    line = dict(zip(columns[0], spans.geometry.to_numpy(), strict=True))
    ids, areas, methods, held = (texts(table, name) for name in ("section_id", "area_id", "method", "span_ids"))
    listed = [split_ids(text) for text in held]
    seen = Counter(span for mine in listed for span in mine)
    astray = sorted(name for name in set(asked) | set(seen) if seen[name] != (name in asked))
    ledger.nothing(astray, "spans that do not lie in one section", len(asked))
    strange = [
        name
        for name, area, method, mine in zip(ids, areas, methods, listed, strict=True)
        if any(asked.get(span) != (area, method) for span in mine)
    ]
    ledger.nothing(strange, "sections with spans of another area or method", len(ids))
    meters = [abs(sum(length.get(span, 0.0) for span in mine) - told) > 0.0011
              for mine, told in zip(listed, numbers(table, "length_m"), strict=True)]  # fmt: skip
    ledger.none(meters, ids, "length_m is not that of the spans")
    drawn = [
        sorted(shapely.to_wkb(shapely.get_parts(shape))) != sorted(shapely.to_wkb([line[s] for s in mine if s in line]))
        for shape, mine in zip(table.geometry.to_numpy(), listed, strict=True)
    ]
    ledger.none(drawn, ids, "sections are drawn elsewhere than their spans")


def _check_days(ledger: Ledger, saved: SavedPlan, table: Any, ids: Sequence[str]) -> None:
    """Check the first and last day of build, and that tasks name sections of their area."""
    tasks = saved.table("tasks")
    columns = [texts(tasks, name) for name in ("task_id", "area_id", "section_id", "wbs_phase", "crew_kind")]
    spans = list(zip(*columns, texts(tasks, "start"), texts(tasks, "finish"), strict=True))
    days: dict[str, list[str]] = defaultdict(list)
    for _, _, name, phase, crew, start, finish in spans:
        if name and phase == "execution" and crew:
            days[name] += [start, finish]
    told = zip(texts(table, "start"), texts(table, "finish"), strict=True)
    asked = [(min(days[name], default=""), max(days[name], default="")) for name in ids]
    ledger.none(
        [a != b for a, b in zip(asked, told, strict=True)], ids, "first and last day are not those of its build"
    )
    named = task_parts(saved) | {ticket.task: ticket.part for ticket in tickets_of(saved) if ticket.part}
    wrong = [task for task, _, name, *_ in spans if name != (named[task].section_id if task in named else "")]
    ledger.nothing(wrong, "tasks of another section than they are work for", len(spans))


def _names(saved: SavedPlan, part: Part) -> list[str]:
    """Tasks of the packages of one section."""
    packages = [row for row in rows_of(saved, "work_packages") if row["kind"] != "summary" and row["per"] == "section"]
    return [name for row in packages for name in task_names(saved, part.area, row, part)]


def task_parts(saved: SavedPlan) -> dict[str, Part]:
    """Section of each task that a section's package asks for."""
    return {name: part for parts in parts_of(saved).values() for part in parts for name in _names(saved, part)}

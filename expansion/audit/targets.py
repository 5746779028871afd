"""Check the template of the review: every target is the plan's own figure, and nothing is filled in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from expansion.audit.charters import Figures
from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Ledger
from expansion.audit.rules import rows_of, section

Row = dict[str, Any]
Wanted = dict[tuple[str, str, str], tuple[float | str, str]]
"""Value and own day of review (else "") by target, area ("" for the program) and subject ("" for none)."""


def check_targets(ledger: Ledger, saved: SavedPlan, figures: dict[str, Figures]) -> None:
    """Check every target of the review, its tolerance and its day, the lessons, and that nothing is filled in.

    Parameters
    ----------
    figures
        Figures by area, and of the program under "".
    """
    table = saved.table("review_targets")
    rules = {row["target_id"]: row for row in rows_of(saved, "review_targets")}
    wanted = dict(_wanted(saved, rules, figures))
    columns = [texts(table, name) for name in ("target_id", "area_id", "subject_id")]
    keys, ids = list(zip(*columns, strict=True)), texts(table, "review_id")
    lost = sorted("-".join(key) for key in set(keys) ^ wanted.keys())
    ledger.nothing(lost, "targets missing or strange", len(wanted) + 1)
    cells = zip(
        keys, numbers(table, "target"), texts(table, "target_date"), numbers(table, "tolerance"), texts(table, "due"),
        strict=True,
    )  # fmt: skip
    wrong = []
    for key, value, day, tolerance, due in cells:
        asked, own_day = wanted.get(key, ("", ""))
        same = day == asked if isinstance(asked, str) else abs(value - asked) < 0.0051
        room = _tolerance(saved, rules[key[0]], asked) if key[0] in rules else None
        near = np.isnan(tolerance) if room is None else abs(tolerance - room) < 0.011
        last = own_day or figures.get(key[1], {}).get("due") or figures[""]["due"]
        wrong.append(not same or not near or due != last)
    ledger.none(wrong, ids, "targets are not the plan's own figures")
    named = ["-".join(part for part in (a, b or "program", c) if part) for a, b, c in keys]
    ledger.none([a != b for a, b in zip(ids, named, strict=True)], ids, "target ids")
    filled = ~np.isnan(numbers(table, "actual")) | (np.array(texts(table, "actual_date"), dtype=object) != "")
    filled |= np.array(texts(table, "note"), dtype=object) != ""
    ledger.none(filled, ids, "targets are filled in before the review")
    _check_words(ledger, saved, list(zip(ids, keys, texts(table, "about"), strict=True)))
    _check_lessons(ledger, saved, columns[0])


def _wanted(
    saved: SavedPlan, rules: dict[str, Row], figures: dict[str, Figures]
) -> Iterator[tuple[tuple[str, str, str], tuple[float | str, str]]]:
    """List every target that the rules ask for, with its figure."""
    subjects = _subjects(saved) if figures else {}
    for area, own in figures.items():
        for name, row in rules.items():
            if row["scope"] not in ("both", "area" if area else "program"):
                continue
            if row["per"]:
                mine = subjects.get((row["per"], area), {})
                for subject, cells in mine.items():
                    value = row["target"] if row["target"] is not None else cells.get(name)
                    if value is not None and (row["target"] is None or cells["counts"]):
                        yield (name, area, subject), (value, str(cells.get("due", "")))
            elif row["target"] is not None or name in own:
                yield (name, area, ""), (own[name] if row["target"] is None else row["target"], "")


def _subjects(saved: SavedPlan) -> dict[tuple[str, str], dict[str, Row]]:
    """Collect, by kind of subject and area, the figures of each subject by target."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    _add_speeds(saved, found)
    gates = saved.table("gates")
    for area, gate, day in zip(*(texts(gates, name) for name in ("area_id", "gate", "date")), strict=True):
        if day:
            found.setdefault(("gate", area), {})[gate] = {"gate": day}
    steps = saved.table("milestones")
    rows = zip(texts(steps, "milestone_id"), integers(steps, "needed"), texts(steps, "date"), strict=True)
    found["milestone", ""] = {name: {"milestone": float(needed), "due": day} for name, needed, day in rows}
    tasks, asked = saved.table("tasks"), saved.table("initiatives")
    ready = dict(zip(texts(tasks, "task_id"), texts(tasks, "finish"), strict=True))
    found["initiative", ""] = {
        name: {"initiative": ready.get(f"initiative-{name}.ready"), "initiative_cost": round(float(money), 2)}
        for name, chosen, money in zip(
            texts(asked, "initiative_id"), flags(asked, "chosen"), numbers(asked, "cost"), strict=True
        )
        if chosen
    }
    risks = saved.table("risks")
    rows_of_risks = zip(texts(risks, "risk_id"), texts(risks, "area_id"), numbers(risks, "exposure_cost"), strict=True)
    for name, area, money in rows_of_risks:
        found.setdefault(("risk", area), {})[name] = {"risk": float(money)}
    return found


def _add_speeds(saved: SavedPlan, found: dict[tuple[str, str], dict[str, Row]]) -> None:
    """Add the least speed that the options promise to those who get a technology, by area and for the program."""
    locations, options = saved.table("locations"), saved.table("options")
    columns = [texts(locations, name) for name in ("location_id", "area_id", "outcome")]
    homes = {(name, outcome): area for name, area, outcome in zip(*columns, strict=True)}
    low = {row["technology"]: row["low_latency"] for row in rows_of(saved, "technologies")}
    rows = zip(
        texts(options, "location_id"), texts(options, "technology"), numbers(options, "down_mbps"),
        numbers(options, "up_mbps"), strict=True,
    )  # fmt: skip
    for name, technology, down, up in rows:
        if (name, technology) not in homes:
            continue
        for area in (homes[name, technology], ""):
            own = found.setdefault(("technology", area), {})
            cells = own.setdefault(technology, {"speed_down": down, "speed_up": up, "counts": low[technology]})
            cells["speed_down"], cells["speed_up"] = min(cells["speed_down"], down), min(cells["speed_up"], up)


def _check_words(ledger: Ledger, saved: SavedPlan, rows: list[tuple[str, tuple[str, str, str], str]]) -> None:
    """Check the words of gates, initiatives and risks."""
    gates, risks, asked = saved.table("gates"), saved.table("risks"), saved.table("initiatives")
    known = {
        "gate": dict(zip(texts(gates, "gate"), texts(gates, "name"), strict=True)),
        "risk": dict(zip(texts(risks, "risk_id"), texts(risks, "risk"), strict=True)),
        "initiative": dict(zip(texts(asked, "initiative_id"), texts(asked, "name"), strict=True)),
    }
    known["initiative_cost"] = known["initiative"]
    wrong = [name for name, (target, _, one), told in rows if target in known and known[target].get(one) != told]
    ledger.nothing(wrong, "targets are about something else", len(rows) + 1)


def _check_lessons(ledger: Ledger, saved: SavedPlan, targets: list[str]) -> None:
    """Check that every question stands there, shown by so many targets, due at the last closure, without an answer."""
    table = saved.table("lessons")
    gates = saved.table("gates")
    ends = [day for gate, day in zip(texts(gates, "gate"), texts(gates, "date"), strict=True) if gate == "G4" and day]
    due = max(ends, default=saved.document["schedule"]["finish"])
    words = ("lesson_id", "topic", "question", "evidence", "updates", "owner_role", "source", "status")
    told = list(zip(*(texts(table, name) for name in words), integers(table, "targets"), strict=True))
    asked = [
        (*(row[name] for name in words), sum(name in {x.strip() for x in row["evidence"].split(";")}
                                             for name in targets))
        for row in (rows_of(saved, "lessons") if len(saved.table("tasks")) else [])
    ]  # fmt: skip
    ledger.nothing(sorted({str(row[0]) for row in set(told) ^ set(asked)}), "lessons are not those of the rules")
    ledger.that(all(day == due for day in texts(table, "due")), "lessons are due on another day")
    ledger.that(not any(texts(table, "answer") + texts(table, "action")), "lessons are answered before the review")


def _tolerance(saved: SavedPlan, rule: Row, value: float | str) -> float | None:
    """Return how far off a figure may be."""
    pmo = section(saved, "governance")["pmo"]
    own = {row["topic"]: row["value"] for row in rows_of(saved, "governance") if row["pmo"] == pmo}
    if rule["tolerance"] == "none":
        return None
    if isinstance(value, str):
        return None if own["date_tolerance"] is None else float(own["date_tolerance"])
    share = float(rule["value"]) if rule["tolerance"] == "share" else float(own["cost_tolerance"] or 0)
    return abs(value) * share

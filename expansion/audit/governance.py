"""Check governance, artifacts of the gates, RACI and communications against the rules and the schedule."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

from expansion.audit.calendars import worked_days
from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.measured_work import connected
from expansion.audit.pmo_types import check_types
from expansion.audit.rules import rows_of, section
from expansion.audit.stakeholders import name_id

GROUND = ("aerial", "buried", "bore")


def check_governance(saved: SavedPlan) -> Check:
    """Check how the work is run, row by row."""
    ledger = Ledger("governance")
    pmo = section(saved, "governance")["pmo"]
    is_empty = not len(saved.table("tasks"))
    _check_rules(ledger, saved, pmo, is_empty)
    _check_artifacts(ledger, saved, pmo, is_empty)
    _check_letters(ledger, saved)
    _check_messages(ledger, saved, pmo)
    check_types(ledger, saved)
    return ledger.close()


def _check_rules(ledger: Ledger, saved: SavedPlan, pmo: str, is_empty: bool) -> None:
    """Compare the table with the rules of the study's kind of PMO."""
    table = saved.table("governance")
    words = ("topic", "pmo", "rule", "unit", "role", "source", "status")
    told = sorted(zip(*(texts(table, name) for name in words), _figures(numbers(table, "value")), strict=True))
    rules = [row for row in rows_of(saved, "governance") if row["pmo"] == pmo and not is_empty]
    wanted = sorted((*(row[name] for name in words), _figure(row["value"])) for row in rules)
    wrong = sorted({row[0] for row in set(told) ^ set(wanted)})
    ledger.nothing(wrong, "governance is not that of the rules", max(len(wanted), 1))


def _figures(values: Any) -> list[float]:
    return [_figure(value) for value in values]


def _figure(value: float | None) -> float:
    """Return a figure, -1 where there is none."""
    return -1.0 if value is None or value != value else float(value)


def _check_artifacts(ledger: Ledger, saved: SavedPlan, pmo: str, is_empty: bool) -> None:
    """Check that each gate has its artifacts in order, where the rules place them, and that the tables are there."""
    table = saved.table("gate_artifacts")
    names = ("artifact_id", "gate", "artifact", "held_in", "name", "role", "accountable_role", "approver_role", "state",
             "remaining", "template")  # fmt: skip
    told = list(zip(*(texts(table, name) for name in names), strict=True))
    places = {row["artifact"].casefold(): row for row in rows_of(saved, "artifacts")}
    rules = [row for row in rows_of(saved, "governance") if (row["pmo"], row["topic"]) == (pmo, "templates")]
    binding = rules[0]["rule"] if rules else ""
    wanted = []
    for gate in [row for row in rows_of(saved, "gates") if row["pmo"] == pmo and not is_empty]:
        asked = [part.strip() for part in gate["artifacts"].split(";") if part.strip()]
        for number, artifact in enumerate(asked, start=1):
            place = places.get(artifact.casefold())
            by = gate["approver_role"]
            own = (
                (*(place[name] for name in ("held_in", "name", "role", "accountable_role")), by, place["state"],
                 place["remaining"])
                if place else ("document", "", by, by, by, "to supply", "all of it")
            )  # fmt: skip
            wanted.append((f"{gate['gate']}-{number:02d}", gate["gate"], artifact, *own, binding))
    ledger.nothing(
        sorted({row[0] for row in set(told) ^ set(wanted)}), "artifacts are not those of the gates", len(told)
    )
    known = set(saved.table_names())
    lost = [row[0] for row in told if row[3] == "table" and row[4] not in known]
    ledger.nothing(lost, "artifacts lie in tables that do not exist", len(told))


def _check_letters(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that each package of the plan has one who is accountable, and the letters of the template."""
    table = saved.table("raci")
    columns = [texts(table, name) for name in ("raci_id", "wbs", "role", "letter", "wbs_phase", "package")]
    told = {(wbs, role): letter for _, wbs, role, letter, _, _ in zip(*columns, strict=True)}
    ledger.that(len(told) == len(table), "a role stands twice in a package")
    packages = {row["wbs"]: row for row in rows_of(saved, "work_packages") if row["kind"] != "summary"}
    counts = _tasks_of(saved, packages)
    accountable = Counter(wbs for (wbs, _), letter in told.items() if letter == "A")
    owned = [*counts, *texts(saved.table("gate_artifacts"), "artifact_id")]
    ledger.nothing([wbs for wbs in owned if accountable[wbs] != 1], "packages without one accountable", len(owned))
    wanted = {(wbs, role): letter for wbs in counts for role, letter in _wanted_letters(saved, packages[wbs]).items()}
    extra = _initiatives(saved) | _artifacts(saved)
    wanted |= {(wbs, role): letter for wbs, (*_, letters) in extra.items() for role, letter in letters.items()}
    wrong = sorted(f"{key[0]}-{key[1]}" for key in set(told) | set(wanted) if told.get(key) != wanted.get(key))
    ledger.nothing(wrong, "letters are not those of the template", len(told))
    rows = zip(*columns, integers(table, "tasks"), strict=True)
    heads = {wbs: (packages[wbs]["phase"], packages[wbs]["name"], count) for wbs, count in counts.items()}
    heads |= {wbs: (phase, name, count) for wbs, (phase, name, count, _) in extra.items()}
    strange = [
        name
        for name, wbs, role, _, phase, package, tasks in rows
        if (name, phase, package, tasks) != (f"{wbs}-{role}", *heads.get(wbs, (None, None, None)))
    ]
    ledger.nothing(strange, "rows of another package", len(told))


def _initiatives(saved: SavedPlan) -> dict[str, tuple[str, str, int, dict[str, str]]]:
    """Phase, name, number of tasks and letters of each initiative in the schedule."""
    tasks = saved.table("tasks")
    columns = [texts(tasks, name) for name in ("initiative_id", "task_id", "wbs_phase", "name", "role")]
    mine: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for own, *row in zip(*columns, strict=True):
        if own:
            mine[f"initiative-{own}"].append(tuple(row))
    found = {}
    for key, rows in mine.items():
        first = next(row for row in rows if row[0] == key)
        letters = {row[3]: "R" for row in rows} | {"PMO": "R", "Sponsor": "A"}
        found[key] = (first[1], first[2], len(rows), letters)
    return found


def _artifacts(saved: SavedPlan) -> dict[str, tuple[str, str, int, dict[str, str]]]:
    """Phase, name, number of tasks that end in its gate and letters of each artifact."""
    asked = {row["artifact"].casefold(): row for row in rows_of(saved, "artifacts")}
    phase = {row["gate"]: row["phase"] for row in rows_of(saved, "work_packages") if row["gate"]}
    ends = Counter(texts(saved.table("tasks"), "gate"))
    table, found = saved.table("gate_artifacts"), {}
    columns = ("artifact_id", "gate", "artifact", "role", "accountable_role", "approver_role")
    for key, gate, name, role, answers, decides in zip(*(texts(table, n) for n in columns), strict=True):
        consulted = asked[name.casefold()]["consulted"] if name.casefold() in asked else ""
        letters = {decides: "I"} | {
            part.strip(): "C" for part in consulted.replace("/", ";").split(";") if part.strip()
        }
        found[key] = (phase[gate], name, ends[gate], letters | {role: "R"} | {answers: "A"})
    return found


def _tasks_of(saved: SavedPlan, packages: dict[str, Any]) -> Counter[str]:
    """Count the tasks of the plan under each package: the WBS code, less the area's number, begins with its code."""
    found: Counter[str] = Counter()
    for wbs in texts(saved.table("tasks"), "wbs"):
        parts = wbs.split(".")[1:]
        codes = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
        code = next((code for code in codes if code in packages), None)
        found[code or ""] += 1
    found.pop("", None)
    return found


def _wanted_letters(saved: SavedPlan, package: dict[str, Any]) -> dict[str, str]:
    """Return the letter of each role in a package: the weightier where it has two."""
    found: dict[str, str] = {}
    everybody = [row["role"] for row in rows_of(saved, "roles") if row["kind"] == "internal role"]
    for letter, key in (("I", "informed"), ("C", "consulted"), ("R", "responsible"), ("A", "accountable")):
        text = package[key]
        several = letter in "IC"
        roles = [part.strip() for part in text.replace("/", ";").split(";")] if several else [text]
        found |= dict.fromkeys(everybody, letter) if "all" in roles and letter == "I" else {}
        found |= dict.fromkeys([role for role in roles if role and role != "all"], letter)
    return found


def _check_messages(ledger: Ledger, saved: SavedPlan, pmo: str) -> None:
    """Derive every message again from the rules, the schedule, the permits and the waves."""
    table = saved.table("communications")
    names = ("communication_id", "audience", "channel", "owner_role", "next_date", "area_id", "wave_id", "message_id")
    told = {row[0]: row[1:] for row in zip(*(texts(table, name) for name in names), strict=True)}
    counts = [_figures(numbers(table, name)) for name in ("every_days", "times", "permits", "locations")]
    figures = dict(zip(texts(table, "communication_id"), zip(*counts, strict=True), strict=True))
    wanted: dict[str, tuple[Any, ...]] = {}
    start = section(saved, "study")["start"]
    for rule in rows_of(saved, "communications") if len(saved.table("tasks")) else []:
        for subject, own in _subjects(saved, pmo, rule).items():
            audience, day, area, wave, *numbers_of = own
            key = f"{rule['message_id']}-{subject}"
            day = max(_on_workday(saved, day, rule["rhythm"], int(rule["days"])), start)
            head = (audience or rule["audience"], rule["channel"], rule["owner_role"], day, area, wave)
            wanted[key] = (*head, rule["message_id"], *map(float, numbers_of))
    ledger.nothing(sorted(set(told) ^ set(wanted)), "messages missing, or for nothing", len(wanted))
    wrong = [key for key in sorted(set(told) & set(wanted)) if (*told[key], *figures[key]) != wanted[key]]
    ledger.nothing(wrong, "messages differ from rules and schedule", len(wanted))


def _subjects(saved: SavedPlan, pmo: str, rule: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Audience, day, area, wave, days between, times, permits and locations by what a message is about."""
    rhythm, days = rule["rhythm"], int(rule["days"])
    if rhythm in ("reporting", "every"):
        own = [row["value"] for row in rows_of(saved, "governance") if (row["pmo"], row["topic"]) == (pmo, "reporting")]
        every = max(round(float(own[0])), 1) if rhythm == "reporting" else max(days, 1)
        first = _later(section(saved, "study")["start"], every)
        last = max(texts(saved.table("tasks"), "finish"))
        return {"program": ("", first, "", "", every, _times(first, last, every), -1, -1)}
    if rhythm == "gate":
        gates = saved.table("gates")
        columns = [texts(gates, name) for name in ("gate_row_id", "approver_role", "date", "area_id")]
        rows = zip(*columns, strict=True)
        return {name: (role, _later(day, -days), area, "", -1, 1, -1, -1) for name, role, day, area in rows}
    if rhythm == "permit":
        return _of_bodies(saved, rule["audience"] == "pole owners", max(days, 1))
    if rhythm == "build":
        return _of_ground(saved, days)
    if rhythm in ("order", "delivery"):
        return _of_lots(saved, "order_by" if rhythm == "order" else "need_by", days)
    if rhythm == "milestone":
        steps = saved.table("milestones")
        rows = zip(texts(steps, "milestone_id"), texts(steps, "date"), integers(steps, "needed"), strict=True)
        return {name: ("", _later(day, -days), "", "", -1, 1, -1, int(needed)) for name, day, needed in rows}
    if rhythm in ("initiative", "in_place"):
        return _of_initiatives(saved, max(days, 1) if rhythm == "initiative" else 0)
    return _of_waves(saved, rhythm, days)


def _on_workday(saved: SavedPlan, day: str, rhythm: str, days: int) -> str:
    """Move what hangs on works and waves off days that nobody works: forward after something, else back."""
    before, after = (
        ("build", "appointment", "outage", "order", "delivery", "milestone"),
        ("invite", "welcome", "in_place"),
    )
    step = -1 if rhythm in before or (rhythm == "gate" and days) else int(rhythm in after)
    rules = section(saved, "schedule")["calendar"]
    while step and not worked_days(rules, "", dt.date.fromisoformat(day), 1)[0]:
        day = _later(day, step)
    return day


def _later(day: str, days: int) -> str:
    return (dt.date.fromisoformat(day) + dt.timedelta(days=days)).isoformat()


def _times(first: str, last: str, every: int) -> int:
    """Count the messages from the first day to the last."""
    return max((dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days, 0) // every + 1


def _of_bodies(saved: SavedPlan, owners: bool, every: int) -> dict[str, tuple[Any, ...]]:
    """Follow each authority or owner from its first application to its last answer."""
    permits, tasks = saved.table("permits"), saved.table("tasks")
    layer = {row["rule_id"]: row["layer"] for row in rows_of(saved, "permit_rules")}
    columns = [texts(permits, name) for name in ("permit_id", "rule_id", "authority", "authority_kind")]
    granting = {
        name: authority or kind
        for name, rule, authority, kind in zip(*columns, strict=True)
        if (layer.get(rule) == "pole") == owners
    }
    spans: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for name, start, finish in zip(*(texts(tasks, key) for key in ("permit_id", "start", "finish")), strict=True):
        if name in granting:
            spans[granting[name]].append((start, finish, name))
    found = {}
    for body, days in spans.items():
        slow = {name for start, finish, name in days if finish >= _later(start, every - 1)}
        held = [(a, b, n) for a, b, n in _stretches(sorted(days), every) if n & slow]
        for number, (first, last, names) in enumerate(held, start=1):
            key = name_id(body) if number == 1 else f"{name_id(body)}-{number}"
            found[key] = (body, first, "", "", every, _times(first, last, every), len(names), -1)
    return found


def _stretches(days: list[tuple[str, str, str]], every: int) -> list[tuple[str, str, set[str]]]:
    """Join spells that follow within so many days of one another, with the names of what lies in them."""
    found: list[tuple[str, str, set[str]]] = []
    for start, finish, name in days:
        if found and start <= _later(found[-1][1], every):
            found[-1] = (found[-1][0], max(found[-1][1], finish), found[-1][2] | {name})
        else:
            found.append((start, finish, {name}))
    return found


def _of_ground(saved: SavedPlan, days: int) -> dict[str, tuple[Any, ...]]:
    """Count back from the first day on which an area is built."""
    tasks, homes = saved.table("tasks"), connected(saved)
    first: dict[str, str] = {}
    for area, kind, start in zip(*(texts(tasks, name) for name in ("area_id", "crew_kind", "start")), strict=True):
        if kind in GROUND:
            first[area] = min(first.get(area, start), start)
    return {area: ("", _later(day, -days), area, "", -1, 1, -1, homes[area]) for area, day in first.items()}


def _of_lots(saved: SavedPlan, column: str, days: int) -> dict[str, tuple[Any, ...]]:
    """Count back from the first day of each package of lots."""
    lots, first, suppliers = saved.table("procurement"), dict[str, str](), dict[str, str]()
    for name, day, supplier in zip(*(texts(lots, key) for key in ("package", column, "supplier")), strict=True):
        first[name] = min(first.get(name, day), day)
        suppliers[name] = suppliers.get(name) or supplier
    return {name: (suppliers[name], _later(day, -days), "", "", -1, 1, -1, -1) for name, day in first.items()}


def _of_initiatives(saved: SavedPlan, every: int) -> dict[str, tuple[Any, ...]]:
    """Follow each initiative until it is in place; `every` 0 is the day itself."""
    tasks, found = saved.table("tasks"), {}
    days = {name: (a, b) for name, a, b in zip(*(texts(tasks, n) for n in ("task_id", "start", "finish")), strict=True)}
    for name in sorted({own for own in texts(tasks, "initiative_id") if own}):
        if f"initiative-{name}.ready" in days:
            start, ready = days[f"initiative-{name}"][0], days[f"initiative-{name}.ready"][1]
            times = _times(start, ready, every) if every else 1
            found[name] = ("", start if every else ready, "", "", every or -1, times, -1, -1)
    return found


def _of_waves(saved: SavedPlan, rhythm: str, days: int) -> dict[str, tuple[Any, ...]]:
    """Count from the campaign, the first or the last install of each wave."""
    column, sign = {"invite": ("marketing_start", 1), "welcome": ("finish", 1)}.get(rhythm, ("start", -1))
    waves = saved.table("waves")
    columns = [texts(waves, name) for name in ("wave_id", "area_id", column)]
    rows = zip(*columns, integers(waves, "locations"), strict=True)
    return {name: ("", _later(day, sign * days), area, name, -1, 1, -1, n) for name, area, day, n in rows}

"""Check that everyone who has a say is named: the roles of the rules, and who grants a permit of this plan."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict

from expansion.audit.folder import SavedPlan, integers, texts
from expansion.audit.ledger import Ledger
from expansion.audit.rules import engineering, rows_of

PHASES = (
    "planning", "resource_allocation", "execution", "quality_control", "customer_onboarding",
    "post_implementation_review",
)  # fmt: skip


def check_stakeholders(ledger: Ledger, saved: SavedPlan) -> None:
    """Compare roles and their RACI letters with the rules, and authorities with the permits."""
    table = saved.table("stakeholders")
    ids = texts(table, "stakeholder_id")
    ledger.that(len(set(ids)) == len(ids), "stakeholder ids are not unique")
    names = ("name", "kind", "interest", "influence", *(f"raci_{phase}" for phase in PHASES), "communication")
    told = {row[:2]: row[2:] for row in zip(*(texts(table, name) for name in names), strict=True)}
    wanted = _roles(saved) | _people(saved) | _bodies(saved) if len(saved.table("tasks")) else {}
    ledger.nothing([name for name, _ in sorted(set(told) ^ set(wanted))], "stakeholders missing or strange", len(told))
    wrong = [name for name, kind in sorted(set(told) & set(wanted)) if not _agree(told[name, kind], wanted[name, kind])]
    ledger.nothing(wrong, "stakeholders differ from rules and permits", len(told))
    prefix = {"authority": "authority-", "pole owner": "owner-"}
    kinds = texts(table, "kind")
    rows = zip(ids, kinds, texts(table, "name"), strict=True)
    strange = [not name.startswith(prefix.get(kind, "role-") + _slug(word)) for name, kind, word in rows]
    ledger.none([len(name) > 200 or name.strip() != name for name in ids], ids, "stakeholder ids that are no ids")
    ledger.none(strange, ids, "stakeholder ids of another kind")


def name_id(name: str) -> str:
    """Make the id of a body: its slug, or the checksum of a name without a plain letter or digit."""
    return _slug(name) or f"{zlib.crc32(name.encode('utf-8')):08x}"


def _slug(name: str) -> str:
    """Make an id of a name: lower case with dashes; "" where it holds no plain letter or digit."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _agree(told: tuple[str, ...], wanted: tuple[str | None, ...]) -> bool:
    """Compare cell by cell; None stands for any text."""
    return all(asked is None or cell == asked for cell, asked in zip(told, wanted, strict=True))


def _roles(saved: SavedPlan) -> dict[tuple[str, str], tuple[str | None, ...]]:
    """Roles of the rules with interest, influence, letters and communication."""
    return {
        (row["role"], row["kind"]): (
            row["interest"], row["influence"], *(row[phase] or "" for phase in PHASES), row["communication"],
        )
        for row in rows_of(saved, "roles")
    }  # fmt: skip


def _people(saved: SavedPlan) -> dict[tuple[str, str], tuple[str | None, ...]]:
    """List who works on initiatives without being a role of the rules."""
    tasks, known = saved.table("tasks"), {row["role"] for row in rows_of(saved, "roles")}
    work: dict[str, set[str]] = defaultdict(set)
    for role, name in zip(texts(tasks, "role"), texts(tasks, "initiative_id"), strict=True):
        if name and role not in known:
            work[role].add(name)
    talk = "start and progress of the initiative, every two weeks"
    return {
        (role, "initiative"): (f"works on {', '.join(sorted(names))}", "low", "", "R", "", "", "", "", talk)
        for role, names in work.items()
    }


def _bodies(saved: SavedPlan) -> dict[tuple[str, str], tuple[str | None, ...]]:
    """List authorities and pole owners with influence and letters; who answers slowly can stop the plan."""
    slow = engineering(saved, "authority_lead_days")
    permits = saved.table("permits")
    layer = {row["rule_id"]: row["layer"] for row in rows_of(saved, "permit_rules")}
    waits: dict[tuple[str, str], list[int]] = defaultdict(list)
    columns = [texts(permits, name) for name in ("rule_id", "authority", "authority_kind")]
    for rule, name, kind, days in zip(*columns, integers(permits, "lead_time_calendar_days"), strict=True):
        waits[name or kind, "pole owner" if layer.get(rule) == "pole" else "authority"].append(int(days))
    found: dict[tuple[str, str], tuple[str | None, ...]] = {}
    for (name, kind), days in waits.items():
        lead = max(days)
        talk = f"pre-application meeting; status every two weeks; typical lead time {lead} calendar days"
        letters = ("C", "", "I", "C" if kind == "pole owner" else "I", "", "")
        found[name, kind] = (None, "high" if lead >= slow else "medium", *letters, talk)
    return found

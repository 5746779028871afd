"""Who has a say: roles, and the authorities and pole owners that this plan's permits come from."""

from __future__ import annotations

import re
import zlib
from collections import Counter

import pandas as pd

from expansion.delivery.tables import make_table
from expansion.plan.specs_delivery import STAKEHOLDERS
from expansion.rulebook import Role, Rulebook


def plan_stakeholders(rulebook: Rulebook, permits: pd.DataFrame, tasks: pd.DataFrame) -> pd.DataFrame:
    """List the roles of the rule book, who works on initiatives, and every body that grants a permit of this plan.

    Parameters
    ----------
    rulebook
        Roles with their RACI letters; permit rules, of which those on poles name pole owners.
    permits
        Permits of the plan. Where the authority's name is not known, its kind stands for it.
    tasks
        Of the schedule; those of initiatives name their people.
    """
    rows = [_role(role) for role in rulebook.roles]
    rows += _people({role.role for role in rulebook.roles}, tasks)
    for body, is_owner, mine in bodies_of(rulebook, permits):
        rows.append(_body(body, is_owner, mine, rulebook.engineering_value("authority_lead_days")))
    taken = Counter(str(row[0]) for row in rows)
    rows = [(f"{row[0]}-{_checksum(str(row[1]))}", *row[1:]) if taken[str(row[0])] > 1 else row for row in rows]
    return make_table(STAKEHOLDERS, rows)


def bodies_of(rulebook: Rulebook, permits: pd.DataFrame) -> list[tuple[str, bool, pd.DataFrame]]:
    """List who grants the permits, whether as owner of poles, with the permits of each, by name."""
    layers = {rule.rule_id: rule.layer for rule in rulebook.permit_rules}
    bodies = permits.assign(
        body=permits["authority"].fillna(permits["authority_kind"]),
        is_owner=[layers.get(rule, "") == "pole" for rule in permits["rule_id"].to_list()],
    )
    groups = bodies.groupby(["body", "is_owner"], sort=True)
    return [(str(body), bool(is_owner), mine) for (body, is_owner), mine in groups]


def _role(role: Role) -> tuple[object, ...]:
    letters = (
        role.planning, role.resource_allocation, role.execution, role.quality_control, role.customer_onboarding,
        role.post_implementation_review,
    )  # fmt: skip
    return (
        f"role-{slug(role.role)}", role.role, role.kind, role.interest, role.influence,
        *(letter or None for letter in letters), role.communication,
    )  # fmt: skip


def _people(known: set[str], tasks: pd.DataFrame) -> list[tuple[object, ...]]:
    """List those who work on initiatives and stand in no row of the roles."""
    mine = tasks[tasks["initiative_id"].notna().to_numpy()]
    work: dict[str, set[str]] = {}
    for role, name in zip(mine["role"].to_list(), mine["initiative_id"].to_list(), strict=True):
        work.setdefault(str(role), set()).add(str(name))
    letters = (None, "R", None, None, None, None)
    return [
        (f"role-{slug(role)}", role, "initiative", f"works on {', '.join(sorted(names))}", "low", *letters,
         "start and progress of the initiative, every two weeks")
        for role, names in sorted(work.items()) if role not in known
    ]  # fmt: skip


def _body(name: str, is_owner: bool, permits: pd.DataFrame, long_days: float) -> tuple[object, ...]:
    """Make the row of an authority or pole owner; it is consulted while planning and informed of the work."""
    lead = int(permits["lead_time_calendar_days"].max())
    kind = "pole owner" if is_owner else "authority"
    kinds = ", ".join(sorted({str(text) for text in permits["permit"]}))
    interest = f"permits to grant: {len(permits)} ({kinds})"
    communication = f"pre-application meeting; status every two weeks; typical lead time {lead} calendar days"
    influence = "high" if lead >= long_days else "medium"
    letters = ("C", None, "I", "C" if is_owner else "I", None, None)
    prefix = "owner" if is_owner else "authority"
    return (f"{prefix}-{slug(name)}", name, kind, interest, influence, *letters, communication)


def slug(name: str) -> str:
    """Make an id of a name: lower case with dashes; a name without a plain letter or digit becomes its checksum."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or _checksum(name)


def _checksum(name: str) -> str:
    return f"{zlib.crc32(name.encode('utf-8')):08x}"

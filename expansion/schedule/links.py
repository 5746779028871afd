"""Tie the tasks together: logic within areas, from parent areas, from permits, and to the start and finish."""

from __future__ import annotations

import pandas as pd

from expansion.plan.plan import Network
from expansion.rulebook import Rulebook
from expansion.schedule.packages import PERMIT, Before
from expansion.schedule.tasks import FINISH, START, ChosenArea, Draft, areas_of


def link_program(
    draft: Draft, rulebook: Rulebook, chosen: list[ChosenArea], network: Network, permits: pd.DataFrame
) -> None:
    """Add every link: the template's, the permits', and the ties to start and finish that leave nothing dangling."""
    _link_areas(draft, chosen, network)
    _link_permits(draft, rulebook, chosen, permits)
    _close_ends(draft)


def _link_areas(draft: Draft, chosen: list[ChosenArea], network: Network) -> None:
    """Add the links of the template within areas and from the areas that their feeder comes through."""
    by_row = {area.row: area for area in chosen}
    for area in chosen:
        parent = _parent(area, by_row, network)
        for package in area.packages.values():
            if package.is_permit:
                continue
            for link in package.before:
                host = parent if link.scope == "parent" else area
                if link.scope != PERMIT and host is not None and link.code in host.packages:
                    _join(draft, host, link, f"{area.area_id}-{package.code}")


def _parent(area: ChosenArea, by_row: dict[int, ChosenArea], network: Network) -> ChosenArea | None:
    """Nearest chosen area toward the core."""
    row, steps = int(network.area_parent[area.row]), len(network.area_parent)
    while row >= 0 and row not in by_row and steps:
        row, steps = int(network.area_parent[row]), steps - 1
    return by_row.get(row)


def _join(draft: Draft, host: ChosenArea, link: Before, after: str) -> None:
    """Add one link; nothing waits for the permit package itself, see `_link_permits`."""
    if not host.packages[link.code].is_permit:
        draft.join(f"{host.area_id}-{link.code}", after, link.kind, link.lag)


def _link_permits(draft: Draft, rulebook: Rulebook, chosen: list[ChosenArea], permits: pd.DataFrame) -> None:
    """Hang each permit on its application, and on it the work that it blocks in every area that needs it."""
    blocks = {rule.rule_id: rule.blocks for rule in rulebook.permit_rules}
    needing, before = areas_of(permits), permits_before(permits)
    ids, rules = permits["permit_id"].to_list(), permits["rule_id"].to_list()
    for area in chosen:
        for package in area.packages.values():
            if package.is_permit:
                for row in (row for row in area.hosted if package.obtains(blocks.get(rules[row], "build"))):
                    for link in package.before:
                        _join(draft, area, link, f"permit-{ids[row]}")
                    for first in before[row]:
                        draft.join(f"permit-{first}", f"permit-{ids[row]}")
                continue
            waits = [link for link in package.before if link.scope == PERMIT]
            for row, permit_id in enumerate(ids if waits else ()):
                blocked = _blocked(blocks.get(rules[row], "build"), area) if area.area_id in needing[row] else set()
                for link in waits:
                    if link.code in blocked:
                        draft.join(f"permit-{permit_id}", f"{area.area_id}-{package.code}", link.kind, link.lag)


def permits_before(permits: pd.DataFrame) -> list[list[str]]:
    """Ids of the permits of this plan that must be approved first, per permit."""
    known = set(permits["permit_id"])
    named = permits["after_permit_ids"].fillna("").to_list()
    return [[one for one in str(text).split(",") if one in known] for text in named]


def _blocked(blocks: str, area: ChosenArea) -> set[str]:
    """Say what a permit holds up in an area; ``none`` where the area has no such work."""
    wanted = {"build": {"buried", "aerial"}, "none": set[str]()}.get(blocks, {blocks})
    work = {"buried": "underground_m", "aerial": "aerial_m", "tower": "towers", "cabinet": "dslams"}
    work["dig"] = work["buried"]
    present = {method: area.quantities[name] > 0 for method, name in work.items()}
    return {method for method in wanted if present.get(method)} or {"none"}


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

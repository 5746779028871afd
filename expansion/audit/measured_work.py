"""Measure again what there is to do in each area: meters by method, cables, splices, sites, orders, permits."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

import numpy as np

from expansion.audit.crew_numbers import lasting_crews, support_a_day
from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.quantities import bought
from expansion.audit.rules import engineering, rows_of

METERS = {
    "plow": "plow_m",
    "plow_hard": "plow_hard_m",
    "trench": "trench_m",
    "trench_paved": "trench_paved_m",
    "duct_pull": "duct_m",
    "bridge_duct": "bridge_m",
    "trench_stone": "trench_paved_m",
    "trench_rock": "trench_paved_m",
    "bore": "bore_m",
    "crossing_bore": "bore_m",
    "aerial": "aerial_m",
    "crossing_aerial": "aerial_m",
}
_IN_GROUND = ("plow_m", "plow_hard_m", "trench_m", "trench_paved_m", "duct_m", "bridge_m")
Work = dict[str, float]
ELECTRONICS = ("olt_port", "odf_port", "sector_radio", "backhaul_", "dsl_port", "gfast_port")


def is_obtained(package: dict[str, Any]) -> bool:
    """Tell whether a package stands for one task per permit."""
    return str(package["duration"]) in ("permit", "permit:dig")


def chosen_areas(saved: SavedPlan) -> list[str]:
    """Chosen areas by phase and id."""
    areas = saved.table("areas")
    ids, phase = texts(areas, "area_id"), numbers(areas, "phase")
    return [ids[row] for row in sorted(np.flatnonzero(flags(areas, "chosen")), key=lambda row: (phase[row], ids[row]))]


def measure_work(saved: SavedPlan) -> dict[str, Work]:
    """Measure what crews have to do, per area that is built, once per plan."""
    found: dict[str, Work] = saved.once("work", _measure_all)
    return found


def _measure_all(saved: SavedPlan) -> dict[str, Work]:
    work: dict[str, Work] = {area: defaultdict(float) for area in chosen_areas(saved)}
    _measure_spans(saved, work)
    _measure_optics(saved, work)
    _measure_stations(saved, work)
    homes, hosts = connected(saved), Counter(hosted_permits(saved))
    take = engineering(saved, "take_rate")
    for area, mine in work.items():
        mine["locations"] = homes[area]
        mine["orders"] = math.ceil(round(homes[area] * take, 6))
        mine["permits"] = hosts[area]
    return {a: defaultdict(float, {k: round(float(v), 3) for k, v in mine.items()}) for a, mine in work.items()}


def _measure_stations(saved: SavedPlan, work: dict[str, Work]) -> None:
    """Count towers and cabinets that serve somebody, by who pays for them."""
    sites = saved.table("sites")
    columns = (texts(sites, "area_id"), texts(sites, "kind"), flags(sites, "is_new"))
    for area, kind, is_new in zip(*columns, strict=True):
        if area in work and kind == "tower":
            work[area]["towers"] += 1
            work[area]["new_towers" if is_new else "fitted_towers"] += 1
        if area in work and kind == "cabinet":
            work[area]["dslams"] += 1


def connected(saved: SavedPlan) -> Counter[str]:
    """Count the locations that are served per area, by fiber or otherwise."""
    return Counter([*texts(saved.table("drops"), "area_id"), *texts(saved.table("connections"), "area_id")])


def _measure_spans(saved: SavedPlan, work: dict[str, Work]) -> None:
    """Add up meters by method, what is bored, and poles, of spans that are not there yet."""
    measured = measure_spans(saved, texts(saved.table("spans"), "area_id"))
    for area, mine in work.items():
        mine.update(measured.get(area) or summed(defaultdict(float)))


def measure_spans(saved: SavedPlan, group: list[str]) -> dict[str, Work]:
    """Add up meters by method, what is bored, and poles, of new spans, per group that each span is in; "" is none."""
    spans = saved.table("spans")
    columns = (texts(spans, "method"), texts(spans, "placement"), flags(spans, "is_existing"))
    figures = [numbers(spans, name) for name in ("length_m", "item_m", "bore_m", "over_m", "pole_count")]
    work: dict[str, Work] = defaultdict(lambda: defaultdict(float))
    for name, method, placement, lit, length, built, bore, over, poles in zip(group, *columns, *figures, strict=True):
        if name and not lit:
            mine = work[name]
            mine[METERS[method]] += float(built)
            mine["bore_m"] += float(bore)
            mine["aerial_m" if placement == "aerial" else "bore_m"] += float(over)
            mine["route_m"] += float(length)
            mine["poles"] += int(poles) if placement == "aerial" else 0
    return {name: summed(mine) for name, mine in work.items()}


def summed(mine: Work) -> Work:
    """Add the sums over methods."""
    mine["buried_m"] = sum(mine[name] for name in _IN_GROUND)
    mine["underground_m"] = mine["buried_m"] + mine["bore_m"]
    mine["opened_m"] = mine["trench_m"] + mine["trench_paved_m"]
    mine["plow_restored_m"] = mine["plow_m"] + mine["plow_hard_m"]
    for name in ("route_m", "poles", "aerial_m"):
        mine[name] += 0.0
    return mine


def _measure_optics(saved: SavedPlan, work: dict[str, Work]) -> None:
    """Add up fibers and meters of trunk cables, splices, electronics, and new hubs and huts."""
    cables, sites, bom = saved.table("cables"), saved.table("sites"), saved.table("bom")
    columns = (texts(cables, "area_id"), texts(cables, "tier"), integers(cables, "used_fibers"))
    for area, tier, used, length in zip(*columns, numbers(cables, "length_m"), strict=True):
        if area in work and tier != "drop":
            work[area]["fibers"] += int(used)
            work[area]["cable_m"] += float(length)
    for (area, item), (_, quantity) in bought(bom).items():
        if area in work and item == "splice":
            work[area]["splices"] += quantity
        if area in work and item == "co_upgrade":
            work[area]["huts"] += quantity
            work[area]["cabinets"] += quantity
        if area in work and item.startswith(ELECTRONICS):
            work[area]["electronics"] += quantity
    for area, kind, is_new in zip(texts(sites, "area_id"), texts(sites, "kind"), flags(sites, "is_new"), strict=True):
        if area in work and is_new and kind in ("hub", "hut", "co"):
            work[area]["hubs" if kind == "hub" else "huts"] += 1
            work[area]["cabinets"] += 1


def hosted_permits(saved: SavedPlan) -> list[str]:
    """Per permit the area that applies for it: the first that needs it, by phase and id."""
    order = {area: place for place, area in enumerate(chosen_areas(saved))}
    needing = [split_ids(text) for text in texts(saved.table("permits"), "area_ids")]
    return [min((a for a in areas if a in order), key=order.__getitem__, default="") for areas in needing]


def occurs(package: dict[str, Any], work: Work) -> bool:
    """Tell whether an area has a package."""
    if package["needs"] and work[package["needs"]] <= 0:
        return False
    terms = terms_of(package)
    return not terms or any(work[quantity] > 0 for quantity, _ in terms)


def terms_of(package: dict[str, Any]) -> list[tuple[str, str]]:
    """Pairs of quantity and production rate."""
    text = package["duration"]
    if "/" not in text:
        return []
    pairs = [part.strip().split("/") for part in text.split("+")]
    return [(quantity, rate) for quantity, rate in pairs]


def days_and_crews(
    saved: SavedPlan, package: dict[str, Any], amounts: list[float], travel: float = 0.0
) -> tuple[int, int]:
    """Work out how long how many crews take for amounts of the quantities of a package, in the order of its terms."""
    rates = {row["production_id"]: row for row in rows_of(saved, "production")}
    terms = zip(amounts, terms_of(package), strict=True)
    present = [(amount, rates[rate]) for amount, (_, rate) in terms if amount > 0]
    work, kind = sum(amount / _pace(saved, rate) for amount, rate in present), package["crew_kind"]
    setup = max((rate["setup_days"] for _, rate in present), default=0.0) + (travel if kind else 0.0)
    wanted = math.ceil(round(work / engineering(saved, "crew_split_days"), 6))
    count = max(1, min(wanted, lasting_crews(saved, kind))) if kind else 0
    return max(1, math.ceil(round(setup + work / max(count, 1), 6))), count


def _pace(saved: SavedPlan, rate: dict[str, Any]) -> float:
    """Work of a crew in a day: of an install crew no more than support takes on, where there is any."""
    most = support_a_day(saved) if rate["production_id"] == "install_day" else math.inf
    return min(float(rate["per_day"]), most or math.inf)

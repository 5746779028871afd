"""Check what is told a second time: limits and severities of design rules, numberings, units, days, areas of parts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import numpy as np

from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.laid import hub_fibers
from expansion.audit.ledger import Check, Ledger
from expansion.audit.measured_work import measure_work
from expansion.audit.rules import engineering, optical_class, section, split_stages

_LIMITS = {
    "free_span": "free_span_max_m", "hub_spread": "distribution_max_m", "hut_backhaul": "hut_backhaul_fibers",
    "station_backhaul": "station_backhaul_fibers",
}  # fmt: skip
_WORK = {
    "Cable of feeder and distribution": "cable_m",
    "Poles of other owners": "poles", "Splices": "splices",
}  # fmt: skip


def check_retold(saved: SavedPlan) -> Check:
    """Check columns that follow from other tables in a line or two."""
    ledger = Ledger("retold")
    _check_limits(ledger, saved)
    _check_severities(ledger, saved)
    _check_technology(ledger, saved)
    _check_milestones(ledger, saved)
    _check_weeks(ledger, saved)
    _check_spending(ledger, saved)
    _check_reels(ledger, saved)
    _check_splices(ledger, saved)
    _check_ports(ledger, saved)
    _check_messages(ledger, saved)
    _check_tiers(ledger, saved)
    _check_customers(ledger, saved)
    _check_charters(ledger, saved)
    return ledger.close()


def _check_limits(ledger: Ledger, saved: SavedPlan) -> None:
    """Check limits that the rule book or the study names, and that a rule with nothing to check has no worst place."""
    table, areas = saved.table("rules"), saved.table("areas")
    ids, limit, worst = texts(table, "rule_id"), numbers(table, "limit"), numbers(table, "worst")
    asked = {rule: engineering(saved, name) for rule, name in _LIMITS.items()}
    asked["area_units"] = float(section(saved, "areas")["max_locations"])
    asked["differential_reach"] = float(optical_class(saved)["differential_max_m"])
    asked |= {name: 1.0 for name in ids if name.endswith("_once")}
    told = dict(zip(ids, limit, strict=True))
    wrong = [name for name, value in asked.items() if not abs(told.get(name, np.nan) - value) <= 1e-6]
    ledger.nothing(wrong, "rules.limit is not that of study and rule book", len(asked))
    place = np.array(texts(table, "worst_place"), dtype=object) != ""
    idle = integers(table, "checked") == 0
    ledger.none(idle & (place | ~np.isnan(worst)), ids, "rules that checked nothing name a worst place")
    ledger.none(~np.isnan(worst) & ~place, ids, "rules name a worst value and no place")
    sites = saved.table("sites")
    hubs = set(sites.loc[(sites["kind"] == "hub").to_numpy(dtype=bool), "area_id"])
    several = np.isin(texts(areas, "area_id"), sorted(hubs)) & (integers(areas, "locations") > 1)
    most = {
        "area_units": float(integers(areas, "units")[several].max(initial=0)),
        "differential_reach": float(numbers(saved.table("optics"), "differential_m").max(initial=0.0)),
    }
    wrong = [
        name for name, value, count in zip(ids, worst, integers(table, "checked"), strict=True)
        if name in most and count and abs(value - most[name]) > 0.002
    ]  # fmt: skip
    ledger.nothing(wrong, "rules.worst is not the largest of its table", len(most))


def _check_severities(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that findings of broken rules are as severe as the ledger says."""
    told: dict[str, set[str]] = defaultdict(set)
    for finding in saved.document["findings"]:
        told[finding["code"]].add(finding["severity"])
    table = saved.table("rules")
    rows = zip(texts(table, "code"), texts(table, "severity"), integers(table, "broken"), strict=True)
    asked: dict[str, set[str]] = defaultdict(set)
    for code, severity, broken in rows:
        if broken:
            asked[code].add(severity)
    wrong = sorted(code for code in asked if told[code] != asked[code])
    ledger.nothing(wrong, "findings of broken rules are of another severity", len(asked))
    known = frozenset({"error", "warning", "info"})
    ledger.none([word not in known for word in texts(table, "severity")], texts(table, "rule_id"), "severities")


def _check_technology(ledger: Ledger, saved: SavedPlan) -> None:
    """Check what plan.json repeats of the study's technologies, and the largest gap of their curve."""
    told, own = saved.document["technology_choice"], section(saved, "technology")
    for name in ("allow", "rule", "threshold_per_location"):
        ledger.equal(told[name], own[name], f"technology_choice.{name}")
    gaps = numbers(saved.table("technology_curve"), "gap")
    largest = saved.document["technology_curve"]["largest_gap"]
    ledger.equal(largest, float(gaps.max(initial=0.0)) if len(gaps) else largest, "technology_curve.largest_gap", 2e-6)
    for part in ("fiber", "others"):
        one = told[part]
        status = "empty" if not one["cost"] else "optimal" if one["gap"] <= 1e-6 else "feasible"
        ledger.equal(one["status"], status, f"technology_choice.{part}.status")


def _check_milestones(ledger: Ledger, saved: SavedPlan) -> None:
    ids = texts(saved.table("milestones"), "milestone_id")
    ledger.equal(ids, [f"M{place:02d}" for place in range(1, len(ids) + 1)], "milestones are numbered")


def _check_weeks(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that each resource has one unit."""
    table = saved.table("resource_weeks")
    keys = list(zip(texts(table, "kind"), texts(table, "resource"), strict=True))
    units: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key, unit in zip(keys, texts(table, "unit"), strict=True):
        units[key].add(unit)
    many = [name for (kind, name), found in units.items() if len(found) > 1 or (kind == "crew") != (
        found == {"crew-days"})]  # fmt: skip
    ledger.nothing(many, "weeks of one resource are in several units", len(units))


def _check_spending(ledger: Ledger, saved: SavedPlan) -> None:
    table = saved.table("spending")
    ids = [f"{phase} {part}" for phase, part in zip(texts(table, "phase"), texts(table, "part"), strict=True)]
    undated = np.isnan(numbers(table, "year"))
    ledger.none(undated != np.isnan(numbers(table, "cost_escalated")), ids, "money of no year is escalated")


def _check_reels(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that pieces follow one another on their reel, and belong to the area of their cable."""
    table, cables = saved.table("reels"), saved.table("cables")
    ids = texts(table, "piece_id")
    rows = zip(texts(table, "reel_id"), numbers(table, "reel_from_m"), numbers(table, "length_m"), ids, strict=True)
    end: dict[str, float] = defaultdict(float)
    wrong = []
    for reel, start, length, name in sorted(rows):
        wrong += [name] if abs(start - end[reel]) > 0.002 else []
        end[reel] = float(start) + float(length)
    ledger.nothing(wrong, "pieces leave a gap on their reel", len(ids))
    home = dict(zip(texts(cables, "cable_id"), texts(cables, "area_id"), strict=True))
    told = zip(texts(table, "cable_id"), texts(table, "area_id"), strict=True)
    ledger.none([home.get(cable) != area for cable, area in told], ids, "reels.area_id is not that of the cable")


def _check_splices(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that splices carry what the strands do that they join."""
    table, strands = saved.table("splices"), saved.table("strands")
    columns = (texts(strands, "cable_id"), texts(strands, "carries"))
    carries: dict[tuple[str, int], set[str]] = defaultdict(set)
    for cable, words, first, last in zip(
        *columns, integers(strands, "fiber").tolist(), integers(strands, "last_fiber").tolist(), strict=True
    ):
        for fiber in range(first, last + 1):
            carries[cable, fiber].add(words)
    wrong = []
    told = texts(table, "carries")
    for side in ("in", "out"):
        for name, end, number, words in zip(
            texts(table, "splice_id"), texts(table, f"{side}_cable"), numbers(table, f"{side}_fiber"), told, strict=True
        ):
            known = carries[end, int(number)] if end and not np.isnan(number) else {words}
            wrong += [name] if words not in known else []
    ledger.nothing(wrong, "splices carry something else than their strands", len(told))


def _check_ports(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that the hub of a line terminal's port is one that it lights."""
    paths, optics, ratio = saved.table("paths"), saved.table("optics"), split_stages(saved)[0]
    lit: dict[str, set[str]] = defaultdict(set)
    rows = zip(
        texts(paths, "office_id"), integers(paths, "olt_port").tolist(), texts(paths, "hub_id"), hub_fibers(saved),
        strict=True,
    )  # fmt: skip
    for office, port, hub, fibers in rows:
        for step in range((fibers[-1] - 1) // ratio - (fibers[0] - 1) // ratio + 1):
            lit[f"{office}/{port + step}"].add(hub)
    ids = texts(optics, "port_id")
    off = [hub not in lit[port] for port, hub in zip(ids, texts(optics, "hub_id"), strict=True)]
    ledger.none(off, ids, "optics.hub_id is not lit by the port")


def _check_messages(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that messages that are sent again have a last day, as many steps after the next one."""
    table = saved.table("communications")
    columns = [texts(table, name) for name in ("communication_id", "next_date", "last_date", "rhythm")]
    wrong = []
    for name, first, last, words, every, times in zip(
        *columns, numbers(table, "every_days"), integers(table, "times"), strict=True
    ):
        again = last != ""
        right = again >= (times > 1) and again <= (every > 0) and words.startswith("once") == bool(np.isnan(every))
        if right and again:
            days = (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days
            right = round(days / float(every)) == times - 1
        wrong += [] if right else [name]
    ledger.nothing(wrong, "messages end on another day than their number says", len(table))


def _check_tiers(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that a span is feeder where a cable of feeder lies in it, and distribution where one of it alone does."""
    spans, cables = saved.table("spans"), saved.table("cables")
    lying: dict[str, set[str]] = defaultdict(set)
    for tier, text in zip(texts(cables, "tier"), texts(cables, "span_ids"), strict=True):
        for span in split_ids(text):
            lying[span].add(tier)
    wrong = []
    columns = (texts(spans, "span_id"), texts(spans, "tier"), flags(spans, "is_existing"))
    for span, tier, there in zip(*columns, strict=True):
        found = lying[span] & {"feeder", "distribution"}
        wrong += [span] if found and not there and tier != ("feeder" if "feeder" in found else "distribution") else []
    ledger.nothing(wrong, "spans.tier is not that of the cables in them", len(spans))


def _check_customers(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that customers of a plan wait for what the bill buys."""
    table = saved.table("onboarding")
    ids, items = texts(table, "location_id"), set(texts(saved.table("bom"), "item"))
    ledger.none([word != "planned" for word in texts(table, "state")], ids, "customers of a plan are further on")
    ledger.none([name not in items for name in texts(table, "equipment")], ids, "customers wait for what is not bought")


def _laid(saved: SavedPlan) -> dict[tuple[str, bool], float]:
    """Add up the meters of new route per area, in the ground and on poles."""
    spans, found = saved.table("spans"), defaultdict[tuple[str, bool], float](float)
    columns = (texts(spans, "area_id"), texts(spans, "placement"), flags(spans, "is_existing"))
    for area, placement, there, length in zip(*columns, numbers(spans, "length_m"), strict=True):
        if not there:
            found[area, placement == "aerial"] += float(length)
    return found


def _check_charters(ledger: Ledger, saved: SavedPlan) -> None:
    """Check the work that charters tell, and that lines of one label have one unit and one source."""
    table = saved.table("charters")
    areas, labels, ids = (texts(table, name) for name in ("area_id", "label", "charter_row_id"))
    held: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for label, *words in zip(labels, *(texts(table, name) for name in ("section", "unit", "held_in")), strict=True):
        held[label].add(tuple(words))
    ledger.nothing(
        sorted(name for name, found in held.items() if len(found) > 1 and name != "Permits"),
        "charters tell one figure in two ways",
    )
    told: dict[tuple[str, str], float] = {
        (area, label): float(number) for area, label, number in
        zip(areas, labels, numbers(table, "number"), strict=True)
    }  # fmt: skip
    wrong = []
    laid = _laid(saved)
    for area, work in measure_work(saved).items():
        asked = {label: work[name] for label, name in _WORK.items()} | {
            "Of it in the ground": laid[area, False], "Of it on poles": laid[area, True],
        }  # fmt: skip
        off = [label for label, value in asked.items() if abs(told.get((area, label), 0.0) - value) > 0.0011]
        wrong += [f"{area}: {label}" for label in off]
    ledger.nothing(wrong, "charters tell other work than the network asks for", len(ids))

"""Check that the BOM buys what stands in the tables of the network."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np

from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.pole_owners import check_owners
from expansion.audit.rules import engineering, split_stages
from expansion.audit.technology import measure_connections

Amounts = dict[str, dict[str, float]]
BUILD = ("cable", "civil", "electronics", "make_ready", "passive", "site")


def check_quantities(saved: SavedPlan) -> Check:
    """Measure the network again, item by item and area by area, and compare with the BOM.

    Meters of civil works, cables and drops, poles, sites, ports, splices, closures and handholes are counted; permit
    fees and shares of the build are checked with the sums.
    """
    ledger = Ledger("quantities")
    measured = _measure(saved)
    bom = saved.table("bom")
    shares = {row["rate_id"] for row in saved.study["rules"]["rates"] if row["category"] == "soft"}
    told: Amounts = defaultdict(lambda: defaultdict(float))
    for (area, item), (category, quantity) in bought(bom).items():
        if category != "permits" and item not in shares:
            told[item][area] += quantity
    for item in sorted(set(measured) | set(told)):
        _compare(ledger, item, told[item], measured[item])
    _check_shares(ledger, bom, shares)
    check_owners(ledger, saved)
    return ledger.close()


def bought(bom: Any) -> dict[tuple[str, str], tuple[str, float]]:
    """Category and quantity per area and item, whose components all stand for the same quantity."""
    keys = zip(texts(bom, "area_id"), texts(bom, "item"), strict=True)
    return dict(zip(keys, zip(texts(bom, "category"), numbers(bom, "quantity").tolist(), strict=True), strict=True))


def _compare(ledger: Ledger, item: str, told: dict[str, float], measured: dict[str, float]) -> None:
    """Compare one item over all areas, to a hundredth of its unit."""
    wrong = [
        f"{area} ({told.get(area, 0.0):.3f}, measured {measured.get(area, 0.0):.3f})"
        for area in sorted(set(told) | set(measured))
        if abs(told.get(area, 0.0) - measured.get(area, 0.0)) > 0.011
    ]
    ledger.nothing(wrong, f"BOM quantity of {item} is not what the tables hold", len(set(told) | set(measured)))


def _check_shares(ledger: Ledger, bom: Any, shares: set[str]) -> None:
    """Check that soft costs are shares of what is built in the area: everything but drops, customers and permits."""
    areas, items = np.array(texts(bom, "area_id"), dtype=object), np.array(texts(bom, "item"), dtype=object)
    soft = np.isin(items, sorted(shares))
    built = np.isin(np.array(texts(bom, "category"), dtype=object), BUILD)
    cost, quantity = numbers(bom, "cost"), numbers(bom, "quantity")
    for area in sorted(set(areas)):
        build, mine = float(cost[built & (areas == area)].sum()), soft & (areas == area)
        ledger.none(np.abs(quantity[mine] - build) > 0.011, items[mine], f"{area}: not shares of {build:.2f}")
        ledger.that(build == 0 or set(items[mine]) == shares, f"{area}: soft costs are missing")


def _measure(saved: SavedPlan) -> Amounts:
    """Measure every item per area."""
    amounts: Amounts = defaultdict(lambda: defaultdict(float))
    home = _site_homes(saved)
    _measure_civil(saved, amounts)
    _measure_cables(saved, amounts)
    _measure_splices(saved, amounts)
    _measure_sites(saved, amounts, home)
    _measure_ports(saved, amounts, home)
    _measure_drops(saved, amounts)
    _measure_attenuators(saved, amounts)
    measure_connections(saved, amounts)
    return amounts


def _measure_civil(saved: SavedPlan, amounts: Amounts) -> None:
    """Meters by rate, bores, carriageway crossed, poles, and the handholes along buried route."""
    spans = saved.table("spans")
    built = np.flatnonzero(~flags(spans, "is_existing"))
    area, placement, length = texts(spans, "area_id"), texts(spans, "placement"), numbers(spans, "length_m")
    items = [(texts(spans, f"{n}_item"), numbers(spans, f"{n}_m")) for n in ("bore", "over")]
    items.append((texts(spans, "item"), numbers(spans, "item_m")))
    poles, far_poles = integers(spans, "pole_count"), integers(spans, "over_poles")
    buried: dict[str, float] = defaultdict(float)
    for row in built:
        for item, quantity in items:
            amounts[item[row]][area[row]] += quantity[row]
        amounts["crossing_pole"][area[row]] += int(far_poles[row])
        for each in ("make_ready_pole", "pole_application"):
            amounts[each][area[row]] += int(poles[row]) if placement[row] == "aerial" else 0
        buried[area[row]] += length[row] if placement[row] == "buried" else 0.0
    spacing = engineering(saved, "handhole_spacing_m")
    for name, meters in buried.items():
        amounts["handhole"][name] += math.ceil(round(meters / spacing, 9))


def _measure_cables(saved: SavedPlan, amounts: Amounts) -> None:
    """Cable meters by size, a feeder's shared by its spans; a closure per tap."""
    cables = saved.table("cables")
    columns = (texts(cables, "area_id"), texts(cables, "tier"), integers(cables, "fibers"))
    sizes = (numbers(cables, "length_m"), texts(cables, "from_site"))
    lies, spans = texts(cables, "span_ids"), _paid_spans(saved)
    taps = {site for site, kind in _site_kinds(saved).items() if kind == "fiber_tap"}
    tapped: dict[str, str] = {}
    for area, tier, fibers, length, origin, under in zip(*columns, *sizes, lies, strict=True):
        if tier == "drop":
            amounts["drop_cable"][area] += length
            continue
        shares = _shares(spans, under, length, area) if tier == "feeder" else {area: length}
        for payer, meters in shares.items():
            amounts[f"cable_{fibers}"][payer] += meters
        if origin in taps:
            tapped[origin] = min(tapped.get(origin, area), area)
    for area in tapped.values():
        amounts["closure"][area] += 1


def _measure_splices(saved: SavedPlan, amounts: Amounts) -> None:
    """Fusion splices, and closures at joints of reels that stand alone."""
    splices, reels = saved.table("splices"), saved.table("reels")
    for kind, area in zip(texts(splices, "kind"), texts(splices, "area_id"), strict=True):
        amounts["splice"][area] += kind in ("splice", "splitter in", "splitter out")
    for count, area in zip(integers(reels, "closures"), texts(reels, "area_id"), strict=True):
        amounts["closure"][area] += int(count)


def _paid_spans(saved: SavedPlan) -> dict[str, tuple[str, float]]:
    """Area that pays for each span, and its meters."""
    spans = saved.table("spans")
    paid = zip(texts(spans, "area_id"), numbers(spans, "length_m"), strict=True)
    return dict(zip(texts(spans, "span_id"), paid, strict=True))


def _shares(spans: dict[str, tuple[str, float]], under: str, length: float, payer: str) -> dict[str, float]:
    """Meters of a feeder cable per area: whole millimeters by length of span; what is left over is the payer's."""
    along: dict[str, int] = defaultdict(int)
    for span in under.split(","):
        area, meters = spans.get(span, (payer, 0.0))
        along[area] += round(meters * 1000)
    whole, every = round(length * 1000), max(sum(along.values()), 1)
    shares = {area: mine * whole // every for area, mine in along.items()}
    shares[payer] = shares.get(payer, 0) + whole - sum(shares.values())
    return {area: millimeters / 1000 for area, millimeters in shares.items()}


def _site_kinds(saved: SavedPlan) -> dict[str, str]:
    sites = saved.table("sites")
    return dict(zip(texts(sites, "site_id"), texts(sites, "kind"), strict=True))


def _measure_sites(saved: SavedPlan, amounts: Amounts, home: dict[str, str]) -> None:
    """Count new hubs, terminals, huts and offices; closures; handholes of terminals off poles.

    Terminals of a hub at one node share a closure, which may be that of a branch, and a handhole.
    """
    sites, spans = saved.table("sites"), saved.table("spans")
    aerial = (np.array(texts(spans, "placement"), dtype=object) == "aerial") & ~flags(spans, "is_existing")
    on_poles = set(integers(spans, "u")[aerial]) | set(integers(spans, "v")[aerial])
    capacity, used = numbers(sites, "capacity"), integers(sites, "used")
    names, kinds, node = texts(sites, "site_id"), texts(sites, "kind"), integers(sites, "node")
    parents, most = texts(sites, "parent_site_id"), max(saved.study["study"]["network"]["terminal_ports"])
    module = engineering(saved, "hut_capacity")
    for row in np.flatnonzero(~flags(sites, "is_new")):
        bare = kinds[row] == "co" and used[row] > 0 and np.isnan(capacity[row])
        amounts["co_upgrade"][home[names[row]]] += int(bare)
    new = np.flatnonzero(flags(sites, "is_new"))
    closed = {(parents[row], node[row]) for row in new if kinds[row] == "closure"}
    dug: set[tuple[str, Any]] = set()
    for row in new:
        size = max(int(used[row] if np.isnan(capacity[row]) else capacity[row]), 1)
        area = home[names[row]]
        if kinds[row] == "hub":
            amounts[f"hub_{size}"][area] += 1
        if kinds[row] in ("hut", "co"):
            amounts["hut"][area] += math.ceil(size / module)
        if kinds[row] == "closure":
            amounts["closure"][area] += 1
        if kinds[row] == "terminal":
            here = (parents[row], node[row])
            amounts[f"terminal_{min(size, most)}"][area] += math.ceil(size / most)
            amounts["closure"][area] += here not in closed | dug
            amounts["handhole"][area] += here not in dug and node[row] not in on_poles
            dug.add(here)


def _measure_ports(saved: SavedPlan, amounts: Amounts, home: dict[str, str]) -> None:
    """Count splitters per hub, for each its ports, and splitters at terminals."""
    rules, stages = saved.study["study"]["network"], split_stages(saved)
    ratio = stages[0]
    sites, paths = saved.table("sites"), saved.table("paths")
    inputs: dict[str, set[int]] = defaultdict(set)
    for hub, splitter in zip(texts(paths, "hub_id"), integers(paths, "splitter_input"), strict=True):
        inputs[hub].add(int(splitter))
    count = {hub: len(found) for hub, found in inputs.items()}
    is_new = flags(sites, "is_new")
    for row, (site, kind) in enumerate(_site_kinds(saved).items()):
        if kind == "hub" and is_new[row]:
            count[site] = max(count.get(site, 0), math.ceil(int(integers(sites, "used")[row]) / ratio))
    port = "olt_port_xgs" if rules["pon_class"][:1] in ("N", "E") else "olt_port"
    for hub, number in count.items():
        for item in (f"splitter_{ratio}", port, "odf_port"):
            amounts[item][home[hub]] += number
    for (site, kind), used in zip(_site_kinds(saved).items(), integers(sites, "used"), strict=True):
        for outputs in stages[1:] if kind == "terminal" else ():
            amounts[f"splitter_{outputs}"][home[site]] += math.ceil(int(used) / outputs)


def _measure_drops(saved: SavedPlan, amounts: Amounts) -> None:
    """Meters from the road and number of drops by placement, and an ONT each."""
    drops = saved.table("drops")
    units = integers(drops, "units")
    columns = (texts(drops, "area_id"), texts(drops, "placement"), numbers(drops, "setback_m"), units)
    for area, placement, length, unit in zip(*columns, strict=True):
        amounts["drop_aerial_m" if placement == "aerial" else "drop_buried_m"][area] += length
        amounts["drop_fixed"][area] += 1
        amounts["ont_install"][area] += int(unit)


def _measure_attenuators(saved: SavedPlan, amounts: Amounts) -> None:
    """Attenuators: one per unit of a location whose path names one."""
    paths, drops = saved.table("paths"), saved.table("drops")
    home = dict(zip(texts(drops, "location_id"), texts(drops, "area_id"), strict=True))
    columns = (texts(paths, "location_id"), numbers(paths, "attenuator_db"), integers(paths, "units"))
    for location, pad, units in zip(*columns, strict=True):
        if pad > 0:
            amounts["attenuator"][home.get(location, "")] += int(units)


def _site_homes(saved: SavedPlan) -> dict[str, str]:
    """Area that pays for each site: its own, else the first area with a path through it, else the first area."""
    sites, paths, drops = saved.table("sites"), saved.table("paths"), saved.table("drops")
    of = dict(zip(texts(drops, "location_id"), texts(drops, "area_id"), strict=True))
    first: dict[str, str] = {}
    for column in ("office_id", "hub_id", "terminal_id"):
        for site, location in zip(texts(paths, column), texts(paths, "location_id"), strict=True):
            area = of.get(location, "")
            first[site] = min(first.get(site, area), area)
    anywhere = min([*texts(saved.table("spans"), "area_id"), *of.values()], default="")
    own = zip(texts(sites, "site_id"), texts(sites, "area_id"), strict=True)
    return {site: area or first.get(site, "") or anywhere for site, area in own}

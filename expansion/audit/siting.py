"""Check hubs: what they cost and cannot cost less than, recomputed from the saved parts, and how full they are."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.hub_bound import LeastCost, Prices, Tree, cost_of_hubs
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import catalog, engineering, excused, rows_of, section, split_stages

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
_FREE = ("cost", "capacity", "span")
_METER = 0.0051


def check_siting(saved: SavedPlan) -> Check:
    """Check the cost of the hubs, its bound, and the table of fills."""
    ledger = Ledger("siting")
    prices, kept = prices_in_force(saved), saved.arrays("siting")
    spans = list(zip(kept["offsets"][:-1].tolist(), kept["offsets"][1:].tolist(), strict=True))
    if _is_sound(ledger, kept, spans):
        for part, rows in enumerate(spans):
            _check_part(ledger, kept, part, slice(*rows), prices)
        _check_hubs(ledger, saved, kept, spans)
        _check_lengths(ledger, saved, kept)
    _check_sums(ledger, saved, kept)
    _check_fills(ledger, saved, prices)
    return ledger.close()


def prices_in_force(saved: SavedPlan) -> Prices:
    """Prices and rules of hubs, as study.json states them."""
    network, stages = section(saved, "network"), split_stages(saved)
    cents = {str(row["rate_id"]): 100 * float(row["likely"]) for row in rows_of(saved, "rates")}

    def sized(thing: str, size: int) -> float:
        known = catalog(saved, thing)
        if size > known[-1]:
            return cents[f"{thing}_{known[-1]}"] * size / known[-1]
        return float(np.interp(size, known, [cents[f"{thing}_{one}"] for one in known]))

    most = int(network["hub_capacity"])
    port = "olt_port_xgs" if str(network["pon_class"])[:1] in ("N", "E") else "olt_port"
    each = sized("splitter", stages[0]) + cents[port] + cents["odf_port"] + cents["splice"]
    return Prices(
        tuple((size, round(sized("hub", size))) for size in sorted({*catalog(saved, "hub"), most}) if size <= most),
        float(network["fill_target"]), int(network["split_ratio"]), round(each), round(cents["splice"]),
        round(cents["closure"]), tuple((size, cents[f"cable_{size}"]) for size in catalog(saved, "cable")),
        engineering(saved, "spare_fiber_share"),
    )  # fmt: skip


def _is_sound(ledger: Ledger, kept: dict[str, IntArray], spans: list[tuple[int, int]]) -> bool:
    """Check the form of the parts: rows fit, parents come first, every loaded row has a hub of its part."""
    rows, parts = len(kept["node"]), len(spans)
    per_row = ("parent", "load", "cable_mm", "feeder_mm", "trunk", "hub")
    per_part = ("area", "up_mm", "cost", "lower_bound", "seed_cost")
    fits = all(len(kept[name]) == rows for name in per_row) and all(len(kept[name]) == parts for name in per_part)
    fits = fits and len(kept["stand_offsets"]) == parts + 1 and kept["offsets"][-1] == rows
    if not ledger.that(bool(fits), "the parts of the certificate do not fit together"):
        return False
    sound = True
    for part, (first, last) in enumerate(spans):
        parent, place = kept["parent"][first:last], np.arange(last - first)
        hubs = int(kept["stand_offsets"][part + 1] - kept["stand_offsets"][part])
        hub, load = kept["hub"][first:last], kept["load"][first:last]
        stands = kept["stands"][kept["stand_offsets"][part] : kept["stand_offsets"][part + 1]]
        good = last > first and parent[0] == -1 and bool(((parent >= 0) & (parent < place))[1:].all())
        good = good and bool(((load == 0) | ((hub >= 0) & (hub < hubs))).all()) and bool((load >= 0).all())
        good = good and bool(((stands >= 0) & (stands < last - first)).all()) and bool((kept["trunk"] >= 0).all())
        sound = ledger.that(good, f"part {part} of the certificate is no tree with a hub for every load") and sound
    return sound


def _check_part(ledger: Ledger, kept: dict[str, IntArray], part: int, rows: slice, prices: Prices) -> None:
    """Recompute what the hubs of a part cost, and the bound."""
    tree = Tree(
        kept["parent"][rows], kept["load"][rows], kept["cable_mm"][rows] / 1000, kept["feeder_mm"][rows] / 1000,
        kept["trunk"][rows], float(kept["up_mm"][part]) / 1000,
    )  # fmt: skip
    hub = kept["hub"][rows]
    stands = kept["stands"][kept["stand_offsets"][part] : kept["stand_offsets"][part + 1]].tolist()
    units = np.bincount(hub[hub >= 0], tree.load[hub >= 0], minlength=len(stands))
    if not ledger.that(bool((units <= prices.most).all()), f"part {part}: a hub serves more than the fill target"):
        return
    cost = cost_of_hubs(tree, stands, hub, prices)
    ledger.equal(int(kept["cost"][part]), cost, f"cost of the hubs of part {part}, cents")
    bound = LeastCost(tree, prices).bound()
    ledger.equal(int(kept["lower_bound"][part]), min(bound, cost), f"bound of the hubs of part {part}, cents")


def _check_hubs(ledger: Ledger, saved: SavedPlan, kept: dict[str, IntArray], spans: list[tuple[int, int]]) -> None:
    """Check that the hubs of the certificate are those that were built, with as many units, in the same areas."""
    fills, paths = saved.table("fills"), saved.table("paths")
    units: Counter[str] = Counter()
    for name, count in zip(texts(paths, "hub_id"), integers(paths, "units").tolist(), strict=True):
        units[name] += count
    columns = [texts(fills, "hub_id"), texts(fills, "area_id"), texts(fills, "binds"), integers(fills, "node").tolist()]
    rows = [row for row in zip(*columns, strict=True) if row[2] in _FREE]
    built = Counter((area, node, units[name]) for name, area, _, node in rows)
    areas = texts(saved.table("areas"), "area_id")
    claimed: Counter[tuple[str, int, int]] = Counter()
    for part, (first, last) in enumerate(spans):
        hub, load, node = (kept[name][first:last] for name in ("hub", "load", "node"))
        stands = kept["stands"][kept["stand_offsets"][part] : kept["stand_offsets"][part + 1]]
        for number, at in enumerate(stands.tolist()):
            claimed[areas[int(kept["area"][part])], int(node[at]), int(load[hub == number].sum())] += 1
    apart = sorted((claimed - built) + (built - claimed))
    ledger.nothing(apart, "hubs of the certificate and of the plan differ", len(built))


def _check_lengths(ledger: Ledger, saved: SavedPlan, kept: dict[str, IntArray]) -> None:
    """Check the meters between rows along the route: cable with its sag, and of it what needs new feeder."""
    if not len(kept["node"]):
        return
    cable, feeder = _meters_down(saved)
    inner = np.flatnonzero(kept["parent"] >= 0)
    start = np.repeat(kept["offsets"][:-1], np.diff(kept["offsets"]))
    node, above = kept["node"][inner], kept["node"][(start + kept["parent"])[inner]]
    for name, away in (("cable_mm", cable), ("feeder_mm", feeder)):
        wrong = ~(np.abs(kept[name][inner] / 1000 - (away[node] - away[above])) <= _METER)
        ledger.none(wrong, node, f"{name} of the certificate is not the way along the route at nodes")
    top = kept["node"][kept["offsets"][:-1]]
    ledger.none(
        kept["up_mm"] / 1000 > feeder[top] + _METER, top, "more feeder above a part than there is way, at nodes"
    )


def _meters_down(saved: SavedPlan) -> tuple[FloatArray, FloatArray]:
    """Cable meters from the root to each node of the network, and those in new cable; NaN elsewhere."""
    edges = saved.table("edges")
    existing = np.array([name != "" for name in texts(edges, "existing")], dtype=bool)
    used = np.flatnonzero(flags(edges, "in_network") | existing)
    u, v, length = integers(edges, "u"), integers(edges, "v"), numbers(edges, "length_m")
    size = int(max(u.max(initial=0), v.max(initial=0))) + 1
    order = used[np.lexsort((-used, -length[used]))]  # of parallel edges the shortest is written last
    edge_of = {(min(u[e], v[e]), max(u[e], v[e])): e for e in order.tolist()}
    ends = np.array(list(edge_of), dtype=np.int64).reshape(-1, 2)
    rows = np.array(list(edge_of.values()), dtype=np.int64)
    matrix = coo_array((np.maximum(length[rows], 1e-6), (ends[:, 0], ends[:, 1])), shape=(size, size)).tocsr()
    roots = np.unique(saved.arrays("network")["roots"])
    away, before, _ = dijkstra(matrix, directed=False, indices=roots, return_predecessors=True, min_only=True)
    sag = {True: 1 + engineering(saved, "sag_aerial"), False: 1 + engineering(saved, "sag_buried")}
    aerial = np.array([word == "aerial" for word in texts(edges, "placement")], dtype=bool)
    cable, feeder = np.full(size, np.nan), np.full(size, np.nan)
    for node in np.argsort(away, kind="stable").tolist():
        above = int(before[node])
        if not np.isfinite(away[node]):
            break
        edge = edge_of[min(node, above), max(node, above)] if above >= 0 else -1
        step = float(length[edge]) * sag[bool(aerial[edge])] if above >= 0 else 0.0
        cable[node] = (cable[above] if above >= 0 else 0.0) + step
        feeder[node] = (feeder[above] if above >= 0 else 0.0) + (0.0 if above < 0 or existing[edge] else step)
    return cable, feeder


def _check_sums(ledger: Ledger, saved: SavedPlan, kept: dict[str, IntArray]) -> None:
    """Check plan.json's section against the parts and the sites."""
    told = saved.document["siting"]
    for key, name in (("cost", "cost"), ("lower_bound", "lower_bound"), ("tree_split_cost", "seed_cost")):
        ledger.equal(told[key], int(kept[name].sum()) / 100, f"siting.{key}", 0.0051)
    cost, bound = int(kept["cost"].sum()), int(kept["lower_bound"].sum())
    ledger.equal(told["gap"], (cost - bound) / cost if cost else 0.0, "siting.gap", 2e-6)
    status = "empty" if not cost else "optimal" if cost - bound <= 1e-6 * cost else "feasible"
    ledger.equal(told["status"], status, "siting.status")
    huts = texts(saved.table("sites"), "kind").count("hut")
    ledger.equal(told["huts"], huts, "siting.huts")


def _check_fills(ledger: Ledger, saved: SavedPlan, prices: Prices) -> None:
    """Check the table of fills against sites and light paths, and that whoever is too full is told."""
    fills, sites = saved.table("fills"), saved.table("sites")
    ids = texts(fills, "hub_id")
    hubs = sites[np.array(texts(sites, "kind"), dtype=object) == "hub"]
    ledger.equal(sorted(ids), sorted(texts(hubs, "site_id")), "hubs of fills")
    told = hubs.set_index("site_id").reindex(ids)
    used, capacity = integers(fills, "used"), integers(fills, "capacity")
    for name, column in (("used", used), ("capacity", capacity), ("node", integers(fills, "node"))):
        ledger.none(column != told[name].to_numpy(dtype=float), ids, f"fills.{name} is not that of the site")
    ledger.none(np.abs(numbers(fills, "fill") - used / capacity) > 1e-6, ids, "fills.fill is not used over capacity")
    ledger.none(numbers(fills, "fill_target") != prices.fill_target, ids, "fills.fill_target is not the study's")
    splitters = _splitters(saved)
    count = np.array([splitters.get(name, 0) for name in ids], dtype=np.int64)
    ledger.none(integers(fills, "splitters") != count, ids, "fills.splitters are not those that light passes")
    free = count * split_stages(saved)[0] - used
    ledger.none(integers(fills, "outputs_free") != free, ids, "fills.outputs_free are not what splitters have left")
    ledger.none(numbers(fills, "nearest_m") > numbers(fills, "farthest_m"), ids, "nearest farther than farthest")
    over = used > np.floor(prices.fill_target * capacity + 1e-9)
    untold = int(over.sum()) - excused(saved, "W_HUB_FILL")
    ledger.that(untold <= 0, f"{untold} hubs above the fill target of which no finding tells")


def _splitters(saved: SavedPlan) -> dict[str, int]:
    """Splitters per hub that light paths use, or that its ports in use fill."""
    paths: Any = saved.table("paths")
    most: dict[str, int] = {}
    for name, number in zip(texts(paths, "hub_id"), integers(paths, "splitter_input").tolist(), strict=True):
        most[name] = max(most.get(name, 0), number)
    sites, ratio = saved.table("sites"), split_stages(saved)[0]
    for name, used in zip(texts(sites, "site_id"), integers(sites, "used").tolist(), strict=True):
        if name in most:
            most[name] = max(most[name], -(-used // ratio))
    return most

"""Rules on the operator's fiber: strands to spare, and a way to the core for every hut."""

from __future__ import annotations

import heapq

import numpy as np

from expansion.ledger.evidence import Evidence
from expansion.ledger.verdicts import Rule, Verdict, at_least, at_most

Steps = dict[int, list[tuple[int, float, str]]]
_DETOUR = 1000.0


def check_strands(evidence: Evidence) -> list[Verdict]:
    """Check the strands that splitters and huts take of existing fiber, and the fibers that huts get."""
    return [_strands(evidence), _backhaul(evidence), _stations(evidence)]


def _strands(evidence: Evidence) -> Verdict:
    rule = Rule(
        "strands", "W_STRANDS_SHORT", "error", "Existing fiber carries at most the strands that it has to spare",
        "fiber carries", "fibers carry", "more strands than they have to spare", "plant.capacity", "strands",
    )  # fmt: skip
    plant = evidence.inputs.plant
    told = plant[((plant["kind"] == "fiber") & plant["capacity"].notna()).to_numpy(dtype=bool)]
    spare = {str(name): int(count) for name, count in zip(told["plant_id"], told["capacity"], strict=True)}
    taken = _taken(evidence)
    names = [name for name in sorted(taken) if name in spare]
    found = at_most(rule, names, [taken[name] for name in names], [spare[name] for name in names])
    spans = evidence.spans
    along = (spans["is_existing"] & spans["plant_id"].isin(found.places)).to_numpy(dtype=bool)
    meters = float(spans.loc[along, "length_m"].sum())
    price = evidence.book.rate("plow").likely + evidence.book.rate("cable_24").likely
    return found.repaired("free strands on it, or lay a new feeder cable beside it", price * meters)


def _backhaul(evidence: Evidence) -> Verdict:
    """Find huts whose feeder cable has too few fibers in use; one that stands on existing fiber needs no cable."""
    needed = int(evidence.book.engineering_value("hut_backhaul_fibers"))
    rule = Rule(
        "hut_backhaul", "W_HUT_DARK", "error", f"A hut has {needed} fibers toward the core", "hut has", "huts have",
        f"fewer than {needed} fibers toward the core", "engineering.csv hut_backhaul_fibers", "fibers",
    )  # fmt: skip
    cables = evidence.cables[(evidence.cables["tier"] == "feeder").to_numpy(dtype=bool)]
    ends = set(cables["to_site"])
    at_hut = cables.groupby("to_site")["used_fibers"].sum()
    huts = [name for name in evidence.sites("hut")["site_id"].tolist() if name in ends]
    return at_least(rule, huts, [float(at_hut[name]) for name in huts], needed).repaired("lay them", None)


def _stations(evidence: Evidence) -> Verdict:
    """Find towers and cabinets at which too few fibers end."""
    needed = int(evidence.book.engineering_value("station_backhaul_fibers"))
    rule = Rule(
        "station_backhaul", "W_STATION_DARK", "error", f"A tower or cabinet has {needed} fibers from its office or hut",
        "station has", "stations have", f"fewer than {needed} fibers", "engineering.csv station_backhaul_fibers",
        "fibers",
    )  # fmt: skip
    splices = evidence.network.splices
    at_end = splices["out_port"].fillna("").str.startswith("uplink ").to_numpy(dtype=bool)
    ended = splices[at_end].groupby("site_id").size()
    names = evidence.sites("tower", "cabinet")["site_id"].tolist()
    return at_least(rule, names, [float(ended.get(name, 0)) for name in names], needed).repaired("lay them", None)


def _station_source(evidence: Evidence, station: str) -> int:
    """Node where the cable to a station begins: an office, hut or tap; the station's own where it has no cable."""
    splices = evidence.network.splices
    mine = ((splices["site_id"] == station) & (splices["out_port"] == "uplink 1")).to_numpy(dtype=bool)
    cables = splices.loc[mine, "in_cable"].dropna().tolist()
    if not cables:
        return evidence.node_of[station]
    name = str(cables[0])
    if name.endswith("-E"):
        return evidence.node_of.get(name.removesuffix("-E"), -1)
    start = str(evidence.cables.set_index("cable_id").loc[name, "from_site"])
    closures = set(evidence.sites("closure")["site_id"])
    return evidence.node_of.get(evidence.parent_of[start] if start in closures else start, -1)


def _taken(evidence: Evidence) -> dict[str, int]:
    """Most strands in use side by side on each fiber: one per splitter below a tap, those of its backhaul per hut.

    Behind a hut the strands of its backhaul are free again, so that the fullest stretch of a fiber counts.
    """
    steps = _existing(evidence)
    offices = {name: evidence.node_of[name] for name in evidence.sites("co", "hut")["site_id"].tolist()}
    loads: list[tuple[int, set[int], int]] = []
    feeds = evidence.ports[["hub_id", "splitter", "office_id"]].drop_duplicates()
    for (hub, office), mine in feeds.groupby(["hub_id", "office_id"], sort=True):
        start = evidence.node_of.get(evidence.parent_of.get(hub, ""), -1)
        loads.append((start, {offices.get(office, -1)}, len(mine)))
    fibers = int(evidence.book.engineering_value("hut_backhaul_fibers"))
    huts = evidence.sites("hut")["site_id"].tolist()
    core = {offices[name] for name in evidence.sites("co")["site_id"].tolist()}
    loads += [(_source(evidence, hut), core, fibers) for hut in huts]
    fibers = int(evidence.book.engineering_value("station_backhaul_fibers"))
    stations = evidence.sites("tower", "cabinet")["site_id"].tolist()
    loads += [(_station_source(evidence, name), set(offices.values()), fibers) for name in stations]
    others = set(offices.values())
    along: dict[tuple[int, int, str], int] = {}
    for start, goals, count in loads:
        for stretch in _passed(steps, start, goals, others) if start not in goals else ():
            along[stretch] = along.get(stretch, 0) + count
    taken: dict[str, int] = {}
    for (_, _, name), count in along.items():
        taken[name] = max(taken.get(name, 0), count)
    return taken


def _existing(evidence: Evidence) -> Steps:
    """Neighbors along existing fiber; fiber that is a span of the plan comes before all other."""
    graph, existing = evidence.ground.graph, evidence.ground.prices.existing
    spans = np.flatnonzero(evidence.spans["is_existing"].to_numpy(dtype=bool)).tolist()
    lit = {edge for row in spans for edge in evidence.edges_of_span[row]}
    steps: Steps = {}
    for edge in np.flatnonzero(existing != "").tolist():
        u, v, meters = int(graph.u[edge]), int(graph.v[edge]), float(graph.length_m[edge])
        away = meters if edge in lit else _DETOUR * meters
        steps.setdefault(u, []).append((v, away, str(existing[edge])))
        steps.setdefault(v, []).append((u, away, str(existing[edge])))
    return steps


def _source(evidence: Evidence, hut: str) -> int:
    """Node where the cable to a hut begins: an office or tap; the hut's own where it has no cable."""
    cables = evidence.cables
    mine = cables[((cables["tier"] == "feeder") & (cables["to_site"] == hut)).to_numpy(dtype=bool)]
    if not len(mine):
        return evidence.node_of[hut]
    start = str(mine["from_site"].iloc[0])
    kinds = evidence.sites("closure")["site_id"]
    return evidence.node_of.get(evidence.parent_of[start] if start in set(kinds) else start, -1)


def _passed(steps: Steps, start: int, goals: set[int], offices: set[int]) -> list[tuple[int, int, str]]:
    """Stretches on the shortest way along existing fiber from a node to the nearest goal, or to an office before it."""
    best: dict[int, float] = {start: 0.0}
    before: dict[int, tuple[int, str]] = {}
    waiting = [(0.0, start)]
    while waiting:
        away, node = heapq.heappop(waiting)
        if node in goals:
            return _until(_back(before, node), start, offices)
        for other, meters, name in steps.get(node, ()):
            if away + meters < best.get(other, np.inf):
                best[other], before[other] = away + meters, (node, name)
                heapq.heappush(waiting, (away + meters, other))
    return []


def _back(before: dict[int, tuple[int, str]], node: int) -> list[tuple[int, int, str]]:
    """Stretches from the start to a node, in the order in which they are passed."""
    way = []
    while node in before:
        other, name = before[node]
        way.append((min(node, other), max(node, other), name))
        node = other
    return way[::-1]


def _until(way: list[tuple[int, int, str]], start: int, offices: set[int]) -> list[tuple[int, int, str]]:
    """Cut a way where it first meets an office or hut beyond its start."""
    node, kept = start, []
    for u, v, name in way:
        kept.append((u, v, name))
        node = u + v - node
        if node in offices:
            break
    return kept

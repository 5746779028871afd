"""Check that the route joins its terminals, and that the saved dual proves the bound on the original graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from expansion.audit.access import Meeting, components, is_existing, meet_roads, plant_nodes
from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.locks import Held, lock_nodes, read_held

IntArray = NDArray[np.int64]
_CENT = 0.0051


@dataclass(frozen=True, slots=True)
class Proof:
    """The saved dual: terminal ``terminals[i]`` has ``potentials[offsets[i]:offsets[i + 1]]`` at those ``nodes``.

    `root` is the terminal at which it is rooted, -1 where there is nothing to prove; `roots` are the nodes at which
    the operator's network stands and that count as one, named by the smallest; `edges` are the rows of the tree,
    `wanted` the nodes that it joins to them.
    """

    root: int
    terminals: IntArray
    offsets: IntArray
    nodes: IntArray
    potentials: IntArray
    roots: IntArray
    edges: IntArray
    wanted: IntArray


@dataclass(frozen=True, slots=True)
class Graph:
    """The saved edges with the roots merged into one node, prices in cents; `merged` renames nodes."""

    merged: IntArray
    u: IntArray
    v: IntArray
    cents: IntArray
    size: int
    held: Held | None = None

    @property
    def weights(self) -> IntArray:
        """Prices by which a dual is judged: pinned edges cost nothing, avoided ones more than anything."""
        return self.cents if self.held is None else self.held.weights(self.cents)

    @property
    def pinned(self) -> NDArray[np.bool_]:
        """Flag the edges that every network builds."""
        return np.zeros(len(self.cents), dtype=bool) if self.held is None else self.held.pinned

    @property
    def fixed(self) -> int:
        """Cents of the pinned edges."""
        return int(self.cents[self.pinned].sum())


def check_certificate(saved: SavedPlan) -> Check:
    """Check the tree, the dual and the order of bounds and cost of the route."""
    ledger = Ledger("certificate")
    told = saved.document["route"]
    proof = read_proof(saved, "route")
    graph = merge_roots(saved, proof)
    _check_roots(ledger, saved, proof)
    new = flags(saved.table("edges"), "in_route")
    met = meet_roads(saved)
    needed = _check_tree(ledger, saved, graph, proof, new, met, asked_locations(saved))
    _check_totals(ledger, saved, graph, new)
    bound = check_proof(ledger, "route", graph, proof, needed) + graph.fixed
    _check_network(ledger, saved, met)
    ledger.equal(told["certified_lower_bound"], min(bound / 100, told["cost"]), "route.certified_lower_bound", _CENT)
    _check_order(ledger, told)
    return ledger.close()


def read_proof(saved: SavedPlan, name: str) -> Proof:
    """Read a certificate."""
    arrays = {key: np.atleast_1d(values).astype(np.int64) for key, values in saved.arrays(name).items()}
    parts = (arrays[key] for key in ("terminals", "offsets", "nodes", "potentials", "roots", "edges", "wanted"))
    return Proof(int(arrays["root"][0]), *parts)


def merge_roots(saved: SavedPlan, proof: Proof) -> Graph:
    """Read the edges, and take all roots as one node."""
    edges = saved.table("edges")
    u, v = integers(edges, "u"), integers(edges, "v")
    named = [part.max(initial=0) for part in (u, v, proof.roots, proof.nodes, proof.terminals)]
    merged = np.arange(int(max(named)) + 1)
    merged[proof.roots] = proof.roots.min(initial=len(merged))
    cents = np.round(numbers(edges, "build_cost") * 100).astype(np.int64)
    return Graph(merged, merged[u], merged[v], cents, len(merged), read_held(saved))


def _check_roots(ledger: Ledger, saved: SavedPlan, proof: Proof) -> None:
    """Check that roots are where plant stands, and that all plant hangs together with a root."""
    plant = plant_nodes(saved)
    ledger.nothing(np.setdiff1d(proof.roots, plant).tolist(), "roots at which no plant stands", len(proof.roots))
    edges = saved.table("edges")
    lit = is_existing(edges)
    u, v = integers(edges, "u")[lit], integers(edges, "v")[lit]
    label = components(u, v, int(max([-1, *plant.tolist(), *proof.roots.tolist()])) + 1)
    loose = plant[~np.isin(label[plant], label[proof.roots])]
    ledger.nothing(loose.tolist(), "plant that no root stands for", len(plant))


def _check_tree(
    ledger: Ledger,
    saved: SavedPlan,
    graph: Graph,
    proof: Proof,
    new: NDArray[np.bool_],
    met: Meeting,
    wanted: NDArray[np.bool_],
    stations: IntArray | None = None,
) -> IntArray:
    """Check that new build and existing fiber join the wanted locations to a root, without a ring but of pinned edges.

    Returns the nodes that stand for these locations, and those that locks and stations ask for.
    """
    existing = is_existing(saved.table("edges"))
    label = components(graph.u[new], graph.v[new], graph.size)
    alone = components(graph.u[new & graph.pinned], graph.v[new & graph.pinned], graph.size)
    chosen = int((new & ~graph.pinned).sum())
    ledger.that(chosen == len(np.unique(alone)) - len(np.unique(label)), "the route holds a ring")
    ledger.that(np.array_equal(np.flatnonzero(new), np.sort(proof.edges)), "the certificate names other edges")
    whole = components(graph.u[new | existing], graph.v[new | existing], graph.size)
    mine = wanted[met.location]
    node = graph.merged[met.node[mine]]
    joined = whole[node] == whole[graph.merged[proof.roots[0]]] if len(proof.roots) else np.zeros(len(node), dtype=bool)
    ids = np.array(texts(saved.table("locations"), "location_id"), dtype=object)
    rows = np.flatnonzero(wanted)
    listed = np.append(proof.wanted, proof.roots.min(initial=graph.size))
    asked = lock_nodes(saved, met, wanted)
    held = graph.merged[asked if stations is None else np.union1d(asked, stations)]
    standing = np.union1d(node, held)
    ledger.nothing(np.setdiff1d(proof.wanted, standing).tolist(), "nodes to be joined that stand for no location")
    root = whole[graph.merged[proof.roots[0]]] if len(proof.roots) else -1
    ledger.nothing(
        held[whole[held] != root].tolist(),
        "nodes of locks or stations that the route does not join to a root",
        len(held),
    )
    stood_for = met.location[mine][np.isin(node, listed)]
    ledger.none(~np.isin(rows, stood_for), ids[rows], "locations that no node to be joined stands for")
    ledger.none(
        ~np.isin(rows, met.location[mine][joined]), ids[rows], "locations that the route does not join to a root"
    )
    return standing


def asked_locations(saved: SavedPlan) -> NDArray[np.bool_]:
    """Flag the eligible locations that a road reaches; where areas were asked for by name, those of these areas."""
    locations = saved.table("locations")
    outcome = np.array(texts(locations, "outcome"), dtype=object)
    wanted = flags(locations, "eligible") & (outcome != "unreachable")
    wanted &= integers(locations, "units") <= int(saved.study["study"]["network"]["hub_capacity"])
    if saved.document["candidates"]["areas"] < saved.document["counts"]["areas"]:
        wanted &= outcome != "not_chosen"
    return np.asarray(wanted)


def _check_network(ledger: Ledger, saved: SavedPlan, met: Meeting) -> None:
    """Check tree and dual of what is built, and that its bound does not lie over the civil cost."""
    proof = read_proof(saved, "network")
    graph = merge_roots(saved, proof)
    outcome = np.array(texts(saved.table("locations"), "outcome"), dtype=object)
    new = flags(saved.table("edges"), "in_network")
    stations = integers(saved.table("stations"), "node")
    needed = _check_tree(ledger, saved, graph, proof, new, met, np.isin(outcome, "fiber"), stations)
    bound = check_proof(ledger, "network", graph, proof, needed) + graph.fixed
    told = saved.document["network"]
    ledger.that(min(bound / 100, told["civil_cost"]) <= told["civil_lower_bound"] + _CENT, "the dual proves more")
    built = {edge for text in texts(saved.table("spans"), "edge_ids") for edge in split_ids(text)}
    ids = np.array(texts(saved.table("edges"), "edge_id"), dtype=object)
    idle = new & ~np.isin(ids, sorted(built))
    ledger.none(idle, ids, "edges of the network in which no span lies")


def _check_totals(ledger: Ledger, saved: SavedPlan, graph: Graph, new: NDArray[np.bool_]) -> None:
    """Add up price and length of the route's edges; existing fiber is free and not part of it."""
    edges, told = saved.table("edges"), saved.document["route"]
    ids, existing = texts(edges, "edge_id"), is_existing(edges)
    ledger.none(graph.cents < 0, ids, "edges with a negative price")
    ledger.none(existing & (graph.cents != 0), ids, "existing fiber is priced")
    ledger.none(existing & new, ids, "existing fiber counts as new build")
    ledger.equal(told["cost"], int(graph.cents[new].sum()) / 100, "route.cost", _CENT)
    ledger.equal(told["length_m"], float(numbers(edges, "length_m")[new].sum()), "route.length_m", 0.0015)


def check_proof(ledger: Ledger, name: str, graph: Graph, proof: Proof, needed: IntArray) -> int:
    """Check that a dual is feasible, and return the bound in cents that it proves; 0 if it proves nothing.

    Parameters
    ----------
    ledger
        Takes what is wrong.
    name
        Of the certificate.
    graph
        All edges, with the roots as one node.
    proof
        The dual.
    needed
        Nodes that every network has to join, merged roots named by the smallest; the root need not be among them.
    """
    if proof.root < 0 or not is_sound(ledger, name, graph, proof):
        return 0
    must = np.append(needed, proof.roots.min(initial=graph.size))
    ledger.nothing(np.setdiff1d(np.append(proof.terminals, proof.root), must).tolist(),
                   f"{name}: the dual stands on nodes that nobody has to join", len(proof.terminals))  # fmt: skip
    check_rises(ledger, name, graph, proof, graph.weights)
    owner = np.repeat(proof.terminals, np.diff(proof.offsets))
    return int(proof.potentials[owner == proof.nodes].sum())


def check_rises(ledger: Ledger, name: str, graph: Graph, proof: Proof, weights: IntArray) -> bool:
    """Check that along no edge, in either direction, the potentials rise by more than its price in `weights`."""
    terms = (proof.potentials, proof.nodes, proof.offsets)
    potential = csr_array(terms, shape=(len(proof.terminals), graph.size)).T.tocsr()
    rise = (potential[graph.v] - potential[graph.u]).tocsr()
    fits = True
    for way, change in (("along", rise), ("against", -rise)):
        paid = np.asarray(change.maximum(0).sum(axis=1)).ravel()
        rows, message = np.arange(len(paid)), f"{name}: potentials rise above the price {way} edges"
        fits = ledger.none(paid > weights, rows, message) and fits
    return fits


def is_sound(ledger: Ledger, name: str, graph: Graph, proof: Proof) -> bool:
    """Check the form of a dual: ids in range, none twice, potentials positive, none at the root."""
    step = np.diff(proof.offsets)
    fits = len(step) == len(proof.terminals) and bool((step >= 0).all()) and proof.offsets[0] == 0
    inside = (proof.nodes >= 0) & (proof.nodes < graph.size)
    sound = [
        ledger.that(fits and proof.offsets[-1] == len(proof.nodes), f"{name}: offsets do not fit"),
        ledger.that(len(proof.nodes) == len(proof.potentials), f"{name}: nodes and potentials differ in number"),
        ledger.that(len(np.unique(proof.terminals)) == len(proof.terminals), f"{name}: a terminal is listed twice"),
        ledger.that(not np.isin(proof.root, proof.terminals), f"{name}: the root is a terminal of its own"),
        ledger.that(not np.isin(proof.root, proof.nodes), f"{name}: the root has a potential"),
        ledger.that(bool((proof.potentials >= 1).all()), f"{name}: potentials under 1"),
        ledger.that(float(proof.potentials.astype(float).sum()) < 2.0**62, f"{name}: potentials overflow"),
        ledger.that(bool(inside.all()), f"{name}: nodes are not in the graph"),
    ]
    if not all(sound):
        return False
    pairs = np.repeat(np.arange(len(proof.terminals)), step) * graph.size + proof.nodes
    return ledger.that(len(np.unique(pairs)) == len(pairs), f"{name}: a node has two potentials of one terminal")


def _check_order(ledger: Ledger, told: dict[str, Any]) -> None:
    """Check certified <= lower bound <= cost, the gap, and what the status claims."""
    cost, bound, certified = told["cost"], told["lower_bound"], told["certified_lower_bound"]
    ledger.that(0 <= certified <= bound + 0.001, f"certified bound {certified} over lower bound {bound}")
    ledger.that(bound <= cost + 0.001, f"lower bound {bound} over cost {cost}")
    ledger.equal(told["gap"], (cost - bound) / cost if cost else 0.0, "route.gap", 2e-6)
    ledger.that(told["status"] != "optimal" or cost - bound <= 1e-6 * cost + _CENT, "status optimal with a gap")
    ledger.that(told["status"] != "empty" or cost == 0, "status empty with a cost")

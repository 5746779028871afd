"""Stretches that pins ask for and that no light passes: they are built, and some area pays for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from expansion.network.shared import Sharing
from expansion.network.supply import Supply
from expansion.plan.graph import IntArray, RoadGraph


@dataclass(frozen=True, slots=True)
class Idle:
    """What is built without a cable: nodes (their edge upward) and edges beside the forest, with the area that pays."""

    nodes: dict[int, int]
    loose: dict[int, int]


def find_idle(
    graph: RoadGraph, supply: Supply, sharing: Sharing, edges: IntArray, lit: set[int], phase: IntArray
) -> Idle:
    """Find the route's edges in which no cable lies, and the area that pays for each.

    Parameters
    ----------
    graph, supply, sharing
        The forest hung from the roots, and who needs what of it.
    edges
        New build of the route.
    lit
        Nodes of the forest on whose edge upward a cable lies.
    phase
        Per area; the smallest pays for what hangs from no area's way, then the area nearest to the root.

    Returns
    -------
    Idle
        An idle stretch is paid by the area that pays for the way which it hangs from.
    """
    if not sharing.top_of_area:
        return Idle({}, {})
    first = min(
        sharing.top_of_area, key=lambda area: (int(phase[area]), supply.away_m[sharing.top_of_area[area]], area)
    )
    built = set(edges.tolist())

    def payer(node: int) -> int:
        while node not in sharing.owner_of_node and supply.above[node] not in (-1, supply.top):
            node = supply.above[node]
        return sharing.owner_of_node.get(node, first)

    inside = [int(node) for node in supply.tree.order.tolist() if supply.up_edge[node] in built]
    nodes = {node: payer(node) for node in inside if node not in lit}
    hung = {supply.up_edge[node] for node in inside}
    loose = {edge: payer(int(graph.u[edge])) for edge in np.sort(edges).tolist() if edge not in hung}
    return Idle(nodes, loose)

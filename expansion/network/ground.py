"""The ground on which cable is measured: the forest of ways, with graph, prices, slack and lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from expansion.network.cables import Slack
from expansion.network.supply import Supply
from expansion.plan.graph import EdgePrices, RoadGraph


@dataclass(frozen=True, slots=True)
class Ground:
    """Forest, graph, prices, slack rules and the lines of the edges: what every run of cable is measured on."""

    supply: Supply
    graph: RoadGraph
    prices: EdgePrices
    slack: Slack
    lines: NDArray[np.object_]

    def edge_between(self, a: int, b: int) -> int:
        """Edge of the forest between two neighboring nodes."""
        return self.supply.up_edge[a if self.supply.above[a] == b else b]

    def lower(self, a: int, b: int) -> int:
        """Of two neighbors in the forest, the one farther from the root."""
        return a if self.supply.above[a] == b else b

    def edge_m(self, a: int, b: int) -> float:
        """Cable meters along the edge between two neighbors, before slack."""
        edge = self.edge_between(a, b)
        return self.slack.stretch(float(self.graph.length_m[edge]), str(self.prices.placement[edge]))

    def stretch(self, nodes: Sequence[int]) -> float:
        """Cable meters along a way of nodes, before slack."""
        return sum(self.edge_m(a, b) for a, b in pairwise(nodes))

"""Turn roads into a graph, price its edges, lock, route and design the fiber network on it."""

from expansion.network.design import ROUTE_SEED, design_network
from expansion.network.graph import build_graph
from expansion.network.lock_prices import price_locks, with_findings
from expansion.network.locks import cut_off_locations, find_locks
from expansion.network.pricing import price_edges

__all__ = [
    "ROUTE_SEED", "build_graph", "cut_off_locations", "design_network", "find_locks", "price_edges", "price_locks",
    "with_findings",
]  # fmt: skip

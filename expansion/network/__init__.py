"""Turn roads into a graph, price its edges, route and design the fiber network on it."""

from expansion.network.design import design_network
from expansion.network.graph import build_graph
from expansion.network.pricing import price_edges

__all__ = ["build_graph", "design_network", "price_edges"]

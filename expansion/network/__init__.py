"""Turn roads into a graph, price its edges, lock, route and design the fiber network on it."""

from expansion.network.alternatives import KINDS as ALTERNATIVES
from expansion.network.alternatives import Task, make_task
from expansion.network.curve import trace_curve, wants_curve
from expansion.network.design import design_network
from expansion.network.everybody import ROUTE_SEED, route_everybody
from expansion.network.graph import build_graph
from expansion.network.hubs import areas_of_sites, locked_nodes
from expansion.network.lock_prices import price_between, price_locks, with_findings
from expansion.network.locks import cut_off_locations, find_locks
from expansion.network.pricing import price_edges
from expansion.network.protection import find_two_ways
from expansion.network.routing import restate_route, route_terminals
from expansion.network.supply import offices_above, root_nodes
from expansion.network.technology import choose_technology

__all__ = [
    "ALTERNATIVES",
    "ROUTE_SEED",
    "Task",
    "areas_of_sites",
    "build_graph",
    "choose_technology",
    "cut_off_locations",
    "design_network",
    "find_locks",
    "find_two_ways",
    "locked_nodes",
    "make_task",
    "offices_above",
    "price_between",
    "price_edges",
    "price_locks",
    "restate_route",
    "root_nodes",
    "route_everybody",
    "route_terminals",
    "trace_curve",
    "wants_curve",
    "with_findings",
]  # fmt: skip

"""Random small instances and oracles for them."""

from itertools import chain, combinations

import networkx as nx
import numpy as np
from hypothesis import strategies as st


@st.composite
def small_instances(draw, most_nodes=9, most_cost=12):
    """Draw a connected multigraph with loops, parallel and free edges, an isolated node, and terminals."""
    joined = draw(st.integers(2, most_nodes))
    node = st.integers(0, joined - 1)
    spine = [(draw(st.integers(0, k - 1)), k) for k in range(1, joined)]
    pairs = spine + draw(st.lists(st.tuples(node, node), max_size=14))
    cost = draw(st.lists(st.integers(0, most_cost), min_size=len(pairs), max_size=len(pairs)))
    terminals = draw(st.lists(node, min_size=1, max_size=joined + 1))
    u, v = np.array(pairs, dtype=np.int64).T
    return joined + 1, u, v, np.array(cost, dtype=np.int64), np.array(terminals, dtype=np.int64)


def road_grid(rows, columns, terminals, seed):
    """Return a street grid with seeded costs and terminals."""
    random = np.random.default_rng(seed)
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(rows, columns))
    u, v = np.array(graph.edges, dtype=np.int64).T
    cost = random.integers(100, 1000, len(u))
    return rows * columns, u, v, cost, random.choice(rows * columns, terminals, replace=False)


def as_networkx(node_count, u, v, cost):
    """Return the cheapest simple graph behind an edge list."""
    graph = nx.Graph()
    graph.add_nodes_from(range(node_count))
    for a, b, c in zip(u.tolist(), v.tolist(), cost.tolist(), strict=True):
        if a != b and c <= graph.get_edge_data(a, b, {"cost": c})["cost"]:
            graph.add_edge(a, b, cost=c)
    return graph


def optimum(node_count, u, v, cost, terminals):
    """Find the cheapest tree by trying every set of further nodes."""
    graph = as_networkx(node_count, u, v, cost)
    wanted = set(terminals.tolist())
    others = sorted(set(graph) - wanted)
    best = None
    for extra in chain.from_iterable(combinations(others, k) for k in range(len(others) + 1)):
        part = graph.subgraph(wanted | {*extra})
        if nx.is_connected(part):
            total = nx.minimum_spanning_tree(part, weight="cost").size(weight="cost")
            best = total if best is None else min(best, total)
    return int(best)


def few_terminals_optimum(node_count, u, v, cost, terminals):
    """Find the cheapest tree for few terminals by joining the cheapest trees of their subsets (Dreyfus, Wagner)."""
    lengths = dict(nx.all_pairs_dijkstra_path_length(as_networkx(node_count, u, v, cost), weight="cost"))
    distance = np.array([[lengths[a].get(b, 10**9) for b in range(node_count)] for a in range(node_count)])
    *others, last = sorted(set(terminals.tolist()))
    best = {frozenset([t]): distance[t] for t in others}
    for size in range(2, len(others) + 1):
        for group in map(frozenset, combinations(others, size)):
            first = min(group)
            parts = [frozenset(part) for k in range(1, size) for part in combinations(sorted(group), k)]
            meets = np.min([best[part] + best[group - part] for part in parts if first in part], axis=0)
            best[group] = (distance + meets).min(axis=1)
    return int(best[frozenset(others)][last]) if others else 0

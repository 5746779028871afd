"""A rooted prize-collecting instance as an arborescence problem: bounds, and what they settle."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from expansion.network.steiner.ascent import SLACKS, Ascent, Moats, ascend, surviving_edges, tight_edges
from expansion.network.steiner.certificate import Certificate, certify
from expansion.network.steiner.graph import Graph, build_graph, mask_of
from expansion.network.steiner.grow import grow_tree
from expansion.network.steiner.prize_instance import REQUIRED, RootedPrizes
from expansion.network.steiner.prize_trees import nodes_of
from expansion.network.steiner.types import BoolArray, IntArray

AGAINST = 2**55
"""Cost of an arc that must not be used."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What one dual ascent has shown: a bound, a smaller instance, and edges worth trying for a tree."""

    bound: int
    rest: RootedPrizes
    tree: IntArray


def settle(instance: RootedPrizes, ceiling: int, tree: IntArray, slack: int) -> Settled:
    """Bound the instance from below and drop what no tree cheaper than `ceiling` needs.

    `tree` is a good tree of the instance, to guide the ascent.
    """
    wide, is_terminal, ascent = _ascend_from_copies(instance, tree, slack)
    survives = surviving_edges(wide, is_terminal, ascent, ceiling - instance.missed)
    count, copies = len(instance.graph.u), len(instance.undecided)
    rest = _restricted(instance, survives[:count], survives[count : count + copies], survives[count:])
    return Settled(ascent.bound + instance.missed, rest, _tight_tree(instance, wide, ascent))


def certify_prizes(graph: Graph, prize: IntArray, root: int, tree: IntArray, slack: int = SLACKS[0]) -> Certificate:
    """Return potentials of which no node has more of its own than its prize; `tree` guides the ascent.

    Every tree that holds the root then costs, with the prizes that it misses, at least their sum.
    """
    wanted = prize.copy()
    wanted[root] = REQUIRED
    nothing, none = np.full(graph.size, -1, dtype=np.int64), np.zeros((0, 3), dtype=np.int64)
    ids = np.arange(len(graph.u))
    instance = RootedPrizes(graph, ids, wanted, root, 0, nothing, none, len(ids))
    _, _, ascent = _ascend_from_copies(instance, tree, slack)
    moats, undecided = ascent.moats, instance.undecided
    home = np.concatenate([np.arange(graph.size), undecided])
    entry = moats.node < graph.size
    raised = np.zeros(graph.size, dtype=np.int64)
    raised[undecided] = moats.raised[graph.size :]
    inside = Moats(home[moats.owner[entry]], moats.node[entry], moats.level[entry], raised)
    return certify(replace(ascent, moats=inside))


def _ascend_from_copies(instance: RootedPrizes, tree: IntArray, slack: int) -> tuple[Graph, BoolArray, Ascent]:
    """Ascend where each prize node has a copy to be reached: from the node for nothing, or from the root at its prize.

    Edges of the wider graph: those of the instance, to the copies from their nodes, and from the root.
    """
    graph, undecided = instance.graph, instance.undecided
    copies = graph.size + np.arange(len(undecided))
    roots = np.full(len(undecided), instance.root)
    count = len(graph.u)
    wide = build_graph(
        graph.size + len(undecided),
        np.concatenate([graph.u, undecided, roots]),
        np.concatenate([graph.v, copies, copies]),
        np.concatenate([graph.cost, np.zeros(len(undecided), np.int64), instance.prize[undecided]]),
    )
    tails = np.repeat(np.arange(wide.size), np.diff(wide.start))
    cost = np.where((wide.edge >= count) & (tails < graph.size), AGAINST, wide.length)
    is_terminal = np.concatenate([instance.prize == REQUIRED, np.ones(len(undecided), dtype=np.bool_)])
    is_terminal[instance.root] = True
    is_held = mask_of(graph.size, nodes_of(graph, tree, instance.root))[undecided]
    spokes = count + np.arange(len(undecided)) + np.where(is_held, 0, len(undecided))
    guide = np.concatenate([tree, spokes])
    return wide, is_terminal, ascend(wide, is_terminal, instance.root, guide, slack=slack, cost=cost)


def _restricted(instance: RootedPrizes, edges: BoolArray, may_hold: BoolArray, spokes: BoolArray) -> RootedPrizes:
    """Apply what survives: edges, prizes that may be collected, and prizes that may be missed."""
    undecided = instance.undecided
    may_miss = spokes[len(undecided) :]
    prize = instance.prize.copy()
    prize[undecided[~may_miss]] = REQUIRED
    out = mask_of(instance.graph.size, undecided[~may_hold])
    graph = instance.graph
    return replace(instance, prize=prize).without_edges(edges & ~out[graph.u] & ~out[graph.v])


def _tight_tree(instance: RootedPrizes, wide: Graph, ascent: Ascent) -> IntArray:
    """Grow a tree from the root over edges that the ascent has paid in full."""
    tight = tight_edges(wide, ascent)[: len(instance.graph.u)]
    return grow_tree(instance.graph, instance.prize > 0, instance.root, tight)

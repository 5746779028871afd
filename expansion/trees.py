"""Rooted trees and forests on integer arrays: order, sums below a node, pieces under a capacity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RootedTree:
    """A tree hung from `root`.

    Attributes
    ----------
    root
        Node at the top.
    parent
        Per node of the graph: the next node toward the root; -1 for the root and for nodes outside the tree.
    parent_edge
        Per node: the edge id toward the parent, else -1.
    order
        Nodes of the tree, the root first, every parent before its children.
    """

    root: int
    parent: IntArray
    parent_edge: IntArray
    order: IntArray

    def sum_below(self, values: NDArray[Any]) -> NDArray[Any]:
        """Per node, the sum of `values` over the node and everything below it."""
        total = np.array(values, copy=True)
        parent = self.parent
        for node in self.order[::-1].tolist():
            above = parent[node]
            if above >= 0:
                total[above] += total[node]
        return total

    def intervals(self) -> tuple[list[int], list[int]]:
        """Assign numbers to the nodes so that what lies below a node is a range.

        Returns
        -------
        tuple
            Per node where its range begins and ends: ``b`` lies below (or is) ``a`` if
            ``begin[a] <= begin[b] < end[a]``. Nodes outside the tree have an empty range at -1.
        """
        parent, order = self.parent.tolist(), self.order.tolist()
        size = [1] * len(parent)
        for node in reversed(order[1:]):
            size[parent[node]] += size[node]
        begin, end, free = [-1] * len(parent), [-1] * len(parent), [0] * len(parent)
        for node in order:
            above = parent[node]
            begin[node] = free[above] if above >= 0 else 0
            end[node] = begin[node] + size[node]
            free[node] = begin[node] + 1
            if above >= 0:
                free[above] = end[node]
        return begin, end


def split_by_capacity(
    tree: RootedTree, load: IntArray, capacity: int, *, step_m: FloatArray | None = None, span_max: float = np.inf
) -> IntArray:
    """Cut a tree into pieces whose load never passes `capacity`, and whose loaded nodes lie within `span_max`.

    Bottom-up: at each node the children's open pieces are joined, lightest first, to the node's piece while load and
    span allow; those that do not fit are closed. Every piece is connected along the tree. Under a capacity alone no
    cutting makes fewer pieces: closing the heaviest leaves least to carry up.

    Parameters
    ----------
    tree
        The tree to cut.
    load
        Load per node, at least 0 and at most `capacity`.
    capacity
        Largest load of a piece, at least 1.
    step_m
        Per node the length of its edge upward; needed for `span_max`.
    span_max
        Longest way along the tree between two loaded nodes of one piece.

    Returns
    -------
    IntArray
        Per node the id of its piece, numbered from 0 in the tree's order; -1 for nodes outside the tree.

    References
    ----------
    Kundu and Misra, A Linear Tree Partitioning Algorithm, SIAM Journal on Computing 6 (1977).
    """
    parent, order = tree.parent.tolist(), tree.order.tolist()
    step = [0.0] * len(parent) if step_m is None else step_m.tolist()
    open_load = load.tolist()
    depth = [0.0 if one else -np.inf for one in open_load]
    cut = [False] * len(parent)
    children: dict[int, list[int]] = {}
    for node in order[1:]:
        children.setdefault(parent[node], []).append(node)
    for node in reversed(order):
        for child in sorted(children.get(node, ()), key=lambda c: (open_load[c], c)):
            reach = depth[child] + step[child]
            if open_load[node] + open_load[child] <= capacity and depth[node] + reach <= span_max:
                open_load[node] += open_load[child]
                depth[node] = max(depth[node], reach)
            else:
                cut[child] = True
    piece = np.full(len(parent), -1, dtype=np.int64)
    count = 0
    for node in order:
        if parent[node] < 0 or cut[node]:
            piece[node], count = count, count + 1
        else:
            piece[node] = piece[parent[node]]
    return piece


def group_by_capacity(
    tree: RootedTree,
    at: IntArray,
    units: IntArray,
    capacity: int,
    *,
    step_m: FloatArray | None = None,
    span_max: float = np.inf,
) -> IntArray:
    """Group what stands on a tree's nodes under a capacity: `split_by_capacity`, also where one node holds too much.

    What is too much for one node is parted into lots there, in the order of the rows; the last lot takes part in the
    cutting, the full ones are groups of their own.

    Parameters
    ----------
    at, units
        Per row: its node, and its units, at most `capacity`.
    capacity, step_m, span_max
        As for `split_by_capacity`.

    Returns
    -------
    IntArray
        Per row the id of its group.
    """
    lots = _lots_at_nodes(at, units, capacity)
    is_open = lots < 0
    load = np.zeros(len(tree.parent), dtype=np.int64)
    np.add.at(load, at[is_open], units[is_open])
    piece = split_by_capacity(tree, load, capacity, step_m=step_m, span_max=span_max)
    grouped: IntArray = np.where(is_open, piece[at], len(tree.parent) + lots)
    return grouped


def _lots_at_nodes(at: IntArray, units: IntArray, capacity: int) -> IntArray:
    """Per row the number of the full lot that it is in, -1 for rows in the last lot of their node."""
    lots = np.full(len(at), -1, dtype=np.int64)
    waiting: dict[int, list[int]] = {}
    load: dict[int, int] = {}
    count = 0
    for row, (node, amount) in enumerate(zip(at.tolist(), units.tolist(), strict=True)):
        if load.get(node, 0) + amount > capacity:
            lots[waiting.pop(node)] = count
            count, load[node] = count + 1, 0
        waiting.setdefault(node, []).append(row)
        load[node] = load.get(node, 0) + amount
    return lots

"""Blocks of a graph: what hangs together at more than single nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from expansion.plan.graph import IntArray

Step = tuple[int, int]  # an edge, and the node at its other end


def blocks_of(u: IntArray, v: IntArray) -> IntArray:
    """Find blocks: edges are in one where they lie on a common circle; a bridge or a loop is one by itself.

    Parameters
    ----------
    u, v
        Ends of the edges, nodes from 0; parallel edges may be among them.

    Returns
    -------
    IntArray
        Block per edge, from 0, in the order in which their first edges stand.

    References
    ----------
    Hopcroft and Tarjan 1973, Algorithm 447: efficient algorithms for graph manipulation.

    Examples
    --------
    >>> blocks_of(np.array([0, 1, 0, 2, 3, 3]), np.array([1, 2, 2, 3, 4, 4])).tolist()
    [0, 0, 0, 1, 2, 2]
    """
    walk = _Walk(u, v)
    for root in sorted(walk.at):
        if root not in walk.depth:
            walk.from_root(root)
    _, first, inverse = np.unique(walk.block, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    result: IntArray = rank[inverse.ravel()]
    return result


class _Walk:
    """A search in depth that closes a block where it leaves it."""

    def __init__(self, u: IntArray, v: IntArray) -> None:
        self.at: dict[int, list[Step]] = defaultdict(list)
        for edge, (a, b) in enumerate(zip(u.tolist(), v.tolist(), strict=True)):
            self.at[a].append((edge, b))
            self.at[b].append((edge, a))
        self.depth: dict[int, int] = {}
        self.block = np.full(len(u), -1, dtype=np.int64)
        self._low: dict[int, int] = {}
        self._seen = np.zeros(len(u), dtype=bool)
        self._held: list[int] = []
        self._found = 0

    def from_root(self, root: int) -> None:
        """Search all that hangs together with a node."""
        way = [self._enter(root, 0, -1)]
        while way:
            node, _, steps = way[-1]
            step = next((step for step in steps if not self._seen[step[0]]), None)
            if step is None:
                self._leave(way)
            elif step[1] == node:
                self._seen[step[0]] = True
                self._close([step[0]])
            else:
                self._follow(way, step)

    def _enter(self, node: int, depth: int, came: int) -> tuple[int, int, Iterator[Step]]:
        """Stand at a node for the first time; `came` is the edge that led there."""
        self.depth[node] = self._low[node] = depth
        return node, came, iter(self.at[node])

    def _follow(self, way: list[tuple[int, int, Iterator[Step]]], step: Step) -> None:
        """Follow an edge: on to a new node, or back to one on the way."""
        node, (edge, to) = way[-1][0], step
        self._seen[edge] = True
        self._held.append(edge)
        if to in self.depth:
            self._low[node] = min(self._low[node], self.depth[to])
        else:
            way.append(self._enter(to, self.depth[node] + 1, edge))

    def _leave(self, way: list[tuple[int, int, Iterator[Step]]]) -> None:
        """Go back from a node; where nothing below it reaches above the one before, a block ends there."""
        node, came, _ = way.pop()
        if way:
            above = way[-1][0]
            self._low[above] = min(self._low[above], self._low[node])
            if self._low[node] >= self.depth[above]:
                start = self._held.index(came)
                self._close(self._held[start:])
                del self._held[start:]

    def _close(self, edges: list[int]) -> None:
        """Give edges the next number."""
        self.block[edges] = self._found
        self._found += 1

"""A lower bound that anyone can check with a few lines of array code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from expansion.network.steiner.ascent import Ascent
from expansion.network.steiner.types import IntArray


@dataclass(frozen=True, slots=True)
class Certificate:
    """Potentials around terminals that prove a lower bound on every Steiner tree of a graph.

    Terminal ``terminals[k]`` has the potentials ``potentials[offsets[k]:offsets[k + 1]]`` at the nodes
    ``nodes[offsets[k]:offsets[k + 1]]`` and 0 at all others. They prove a bound of `bound` if the root has
    no potential and if, along either direction of every edge, the rises of all terminals' potentials add
    up to no more than the cost of the edge. `docs/methods/steiner.md` says why.

    Attributes
    ----------
    root
        Terminal at which the proof is rooted; -1 if there is nothing to prove.
    terminals
        Terminals with potentials, ascending, without the root; shape (k,).
    offsets
        Where each terminal's entries begin, and the end; shape (k + 1,).
    nodes
        Nodes, ascending per terminal; shape (n,).
    potentials
        At least 1, in the unit of the costs; shape (n,).
    """

    root: int
    terminals: IntArray
    offsets: IntArray
    nodes: IntArray
    potentials: IntArray

    @property
    def bound(self) -> int:
        """Sum of each terminal's potential at itself."""
        owners = np.repeat(self.terminals, np.diff(self.offsets))
        return int(self.potentials[owners == self.nodes].sum())


def empty_certificate() -> Certificate:
    """Return the certificate of the bound 0."""
    none = np.zeros(0, dtype=np.int64)
    return Certificate(-1, none, np.zeros(1, dtype=np.int64), none, none)


def certify(ascent: Ascent) -> Certificate:
    """Turn the sets of an ascent into potentials.

    A terminal's potential at a node is what was raised on its sets since the node joined them.
    """
    moats = ascent.moats
    potentials = moats.raised[moats.owner] - moats.level
    kept = np.flatnonzero(potentials > 0)
    order = kept[np.lexsort((moats.node[kept], moats.owner[kept]))]
    terminals, counts = np.unique(moats.owner[order], return_counts=True)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Certificate(ascent.root, terminals, offsets, moats.node[order], potentials[order])

"""Certificates on the graph as given: the best of some dual ascents, stronger by linear programs where it pays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from expansion.network.steiner.ascent import SLACKS, Ascent, ascend
from expansion.network.steiner.certificate import Certificate, certify, empty_certificate
from expansion.network.steiner.cuts import moat_cuts
from expansion.network.steiner.graph import Graph, mask_of
from expansion.network.steiner.program import CutPool, is_tight, missed_cuts, relax
from expansion.network.steiner.search import Search
from expansion.network.steiner.types import BoolArray, IntArray

WORTH = 0.001
"""Share of the tree's cost that has to be open between bound and certificate for programs to be solved."""
LARGEST = 3_000
"""Edges above which programs on the graph as given take too long."""
PROGRAMS = 40
LEAST_PROGRESS = 0.02
"""Part of what is open that a few programs in a row have to close for another one to follow."""
IN_A_ROW = 5


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be proven: that no tree of `graph` over the terminals costs less than about `target`."""

    graph: Graph
    is_terminal: BoolArray
    tree: IntArray
    target: int


def prove(graph: Graph, wanted: IntArray, tree: IntArray, search: Search) -> Certificate:
    """Return the best certificate that the limits of `search` allow; from one ascent if it has to stop."""
    target = min(search.lower_bound, int(graph.cost[tree].sum()))
    task = Task(graph, mask_of(graph.size, wanted), tree, target)
    best = _best_ascent(task, wanted, search)
    certificate = empty_certificate() if best is None else certify(best)
    is_open = target - certificate.bound > WORTH * target
    if best is None or not is_open or len(graph.u) > LARGEST:
        return certificate
    return _by_programs(task, best, certificate, search)


def _best_ascent(task: Task, wanted: IntArray, search: Search) -> Ascent | None:
    best: Ascent | None = None
    for i, root in enumerate(search.random.permutation(wanted)[: search.limits.roots].tolist()):
        ascent = ascend(task.graph, task.is_terminal, root, task.tree, slack=SLACKS[i % len(SLACKS)])
        if best is None or ascent.bound > best.bound:
            best = ascent
        if search.stop():
            break
    return best


def _by_programs(task: Task, first: Ascent, best: Certificate, search: Search) -> Certificate:
    """Solve programs with ever more cuts; the prices of each, in whole numbers, make a certificate."""
    graph, root, names = task.graph, first.root, np.arange(task.graph.size)
    pool = CutPool(moat_cuts(first.moats))
    left = search.limits.cut_entries
    gaps: list[int] = []
    for _ in range(PROGRAMS):
        cuts, origin = pool.rows(graph, task.is_terminal, root, names)
        left -= cuts.nnz + 2 * len(graph.head)
        if left < 0 or search.stop():
            break
        found = relax(graph, cuts)
        if found is None:
            break
        prices = _affordable(graph, cuts, np.floor(found.prices).astype(np.int64))
        rest = graph.length - cuts.astype(np.int64).T @ prices
        onward = ascend(graph, task.is_terminal, root, task.tree, cost=rest)
        certificate = _joined(task, pool.keep(origin), prices, onward)
        best = max(best, certificate, key=lambda one: one.bound)
        gaps.append(task.target - best.bound)
        missed = missed_cuts(graph, found, np.flatnonzero(task.is_terminal), root)
        is_slow = len(gaps) > IN_A_ROW and gaps[-1] > (1 - LEAST_PROGRESS) * gaps[-1 - IN_A_ROW]
        if is_slow or len(missed.ends) == 0:
            break
        pool = pool.keep(origin[is_tight(cuts, found.usage)])
        pool = pool.with_more(missed, names).with_more(moat_cuts(onward.moats), names)
    return best


def _affordable(graph: Graph, cuts: csr_array, prices: IntArray) -> IntArray:
    """Lower prices, which rounding may have left a little too high, until no arc is paid more than it costs."""
    whole = cuts.astype(np.int64)
    prices = np.maximum(prices, 0)
    overpaid = graph.length < whole.T @ prices
    while overpaid.any():
        prices = np.maximum(prices - (whole @ overpaid.astype(np.int64) > 0), 0)
        overpaid = graph.length < whole.T @ prices
    return prices


def _joined(task: Task, pool: CutPool, prices: IntArray, onward: Ascent) -> Certificate:
    """Return the certificate of the priced sets and of an ascent on what they leave of the costs."""
    counts = np.diff(pool.sets.ends, prepend=0)
    nodes = pool.sets.nodes
    known = np.where(task.is_terminal[nodes], nodes, task.graph.size)
    owners = np.repeat(np.minimum.reduceat(known, pool.sets.ends - counts), counts)
    moats = onward.moats
    return _collected(
        onward.root,
        np.concatenate([owners, moats.owner]),
        np.concatenate([nodes, moats.node]),
        np.concatenate([np.repeat(prices, counts), moats.raised[moats.owner] - moats.level]),
    )


def _collected(root: int, owner: IntArray, node: IntArray, potential: IntArray) -> Certificate:
    """Add up the potentials of each owner at each node."""
    paid = np.flatnonzero(potential > 0)
    order = paid[np.lexsort((node[paid], owner[paid]))]
    owner, node, potential = owner[order], node[order], potential[order]
    is_first = np.ones(len(order), dtype=np.bool_)
    is_first[1:] = (np.diff(owner) != 0) | (np.diff(node) != 0)
    begins = np.flatnonzero(is_first)
    sums = np.add.reduceat(potential, begins) if len(begins) else potential
    terminals, counts = np.unique(owner[begins], return_counts=True)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Certificate(root, terminals, offsets, node[begins], sums)

"""Orders that turn in a circle: who would have to come before itself."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expansion.errors import InfeasibleError
from expansion.plan.graph import IntArray
from expansion.portfolio.rules import Rules

Arc = tuple[int, int]


def require_no_circle(rules: Rules) -> None:
    """Refuse an order that parents, companions, initiatives or other orders turn around.

    Raises
    ------
    InfeasibleError
        ``E_RULES`` with the items of the circle.
    """
    waits = [(first, second) for first, second, _ in rules.waits]
    strict = [*rules.before, *((first, second) for first, second, lag in rules.waits if lag)]
    if not strict and not waits:
        return
    parents = [(int(above), item) for item, above in enumerate(rules.parent.tolist()) if above >= 0]
    mates = [(a, b) for group in rules.groups for a in group for b in group if a != b]
    _refuse(rules, strict, [*parents, *mates, *rules.before, *waits])
    _refuse(rules, waits, [*parents, *rules.before, *waits])


def _refuse(rules: Rules, orders: list[Arc], arcs: list[Arc]) -> None:
    """Refuse an order both ends of which lie on one circle of arcs."""
    if not orders:
        return
    label = _parts(arcs, len(rules.names))
    turned = [(first, second) for first, second in orders if label[first] == label[second]]
    if not turned:
        return
    first, second = turned[0]
    circle = [rules.names[item] for item in np.nonzero(label == label[first])[0]]
    kinds = "parents, together, before and after" if rules.waits else "parents, together and before"
    raise InfeasibleError(
        f"{rules.names[first]} cannot come before {rules.names[second]}: {kinds} form a ring",
        code="E_RULES",
        where=circle,
        hint="drop one of the rules that name these",
    )


def _parts(arcs: list[Arc], size: int) -> IntArray:
    """Per item the circle that it lies on; items on no circle have one each."""
    tail, head = zip(*arcs, strict=True)
    matrix = coo_matrix((np.ones(len(arcs)), (tail, head)), shape=(size, size))
    _, label = connected_components(matrix.tocsr(), directed=True, connection="strong")
    return np.asarray(label, dtype=np.int64)

"""Small mixed-integer programs: rows collected one by one, solved to a gap within a number of nodes, in silence."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from expansion.plan.graph import FloatArray

NODE_LIMIT = 2_000
"""Nodes of the search tree after which the best choice found is taken: work, never seconds."""
GAP = 1e-6


@dataclass(slots=True)
class Program:
    """Minimize ``cost @ x``: columns between 0 and `most`, whole where `whole`, under rows ``low <= a x <= high``."""

    cost: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    _rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def column(self, cost: float, *, most: float = 1.0, whole: bool = True) -> int:
        """Add a column and return its number."""
        self.cost.append(cost)
        self.most.append(most)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, terms: Mapping[int, float], *, low: float = -np.inf, high: float = np.inf) -> None:
        """Add a row."""
        self._rows.append((dict(terms), low, high))

    def solve(self, *, node_limit: int = NODE_LIMIT, gap: float = GAP) -> FloatArray | None:
        """Find the cheapest choice within the work allowed; None where none was found."""
        if not self.cost:
            return np.zeros(0)
        ends = np.cumsum([0] + [len(terms) for terms, _, _ in self._rows])
        columns = np.array([c for terms, _, _ in self._rows for c in terms], dtype=np.int64)
        values = np.array([v for terms, _, _ in self._rows for v in terms.values()], dtype=np.float64)
        matrix = csr_array((values, columns, ends), shape=(len(self._rows), len(self.cost)))
        limits = [np.array([row[k] for row in self._rows], dtype=np.float64) for k in (1, 2)]
        with silenced():
            result = milp(
                np.array(self.cost), integrality=np.array(self.whole, dtype=np.int64),
                bounds=Bounds(np.zeros(len(self.cost)), np.array(self.most)),
                constraints=LinearConstraint(matrix, *limits) if self._rows else (),
                options={"node_limit": node_limit, "mip_rel_gap": gap, "disp": False},
            )  # fmt: skip
        return None if result.x is None else np.asarray(result.x, dtype=np.float64)


@contextmanager
def silenced() -> Iterator[None]:
    """Keep what HiGHS writes on file descriptor 1 away from the caller's standard output."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # no standard output to protect
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)

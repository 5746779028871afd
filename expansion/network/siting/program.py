"""Small mixed-integer programs: columns and rows one by one, solved to a gap within a number of nodes, in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, milp

from expansion.plan.graph import FloatArray
from expansion.programs import Rows, silenced

NODE_LIMIT = 2_000
"""Nodes of the search tree after which the best choice found is taken: work, never seconds."""
GAP = 1e-6


@dataclass(slots=True)
class Program:
    """Minimize ``cost @ x``: columns between 0 and `most`, whole where `whole`, under rows ``low <= a x <= high``."""

    cost: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    limits: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def column(self, cost: float, *, most: float = 1.0, whole: bool = True) -> int:
        """Add a column and return its number."""
        self.cost.append(cost)
        self.most.append(most)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, terms: Mapping[int, float], *, low: float = -np.inf, high: float = np.inf) -> None:
        """Add a row."""
        self.limits.append((dict(terms), low, high))

    def solve(self, *, node_limit: int = NODE_LIMIT, gap: float = GAP) -> FloatArray | None:
        """Find the cheapest choice within the work allowed; None where none was found."""
        rows = Rows(len(self.cost))
        for terms, low, high in self.limits:
            rows.add(terms, high, low)
        with silenced():
            result = milp(
                np.array(self.cost), integrality=np.array(self.whole, dtype=np.int64),
                bounds=Bounds(np.zeros(len(self.cost)), np.array(self.most)), constraints=rows.constraint(),
                options={"node_limit": node_limit, "mip_rel_gap": gap, "disp": False},
            )  # fmt: skip
        return None if result.x is None else np.asarray(result.x, dtype=np.float64)

"""Mixed-integer programs: sparse rows, and the solver kept from writing on standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from scipy.optimize import LinearConstraint
from scipy.sparse import coo_matrix


class Rows:
    """Collects the rows of a sparse constraint matrix."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.row: list[int] = []
        self.column: list[int] = []
        self.entry: list[float] = []
        self.most: list[float] = []
        self.least: list[float] = []

    def add(self, terms: dict[int, float], most: float, least: float = -np.inf) -> None:
        """Add ``least <= sum of entry x column <= most``."""
        here = len(self.most)
        for column, entry in terms.items():
            self.row.append(here)
            self.column.append(column)
            self.entry.append(entry)
        self.most.append(most)
        self.least.append(least)

    def constraint(self) -> LinearConstraint:
        """Hand the rows to the solver."""
        shape = (len(self.most), self.columns)
        matrix = coo_matrix((self.entry, (self.row, self.column)), shape=shape).tocsr()
        return LinearConstraint(matrix, np.array(self.least), np.array(self.most))


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

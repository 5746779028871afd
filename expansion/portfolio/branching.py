"""Settle the initiatives of a large choice first: few items that many wait for, which the relaxation likes in part."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from expansion.plan.graph import FloatArray
from expansion.portfolio.diving import WHOLE, Program

LOOKS = 16
"""Beginnings that are settled: a measure of work, so that no clock decides."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A relaxation with initiatives settled: bounds of its columns, its values by item and year, and its bound."""

    least: FloatArray
    most: FloatArray
    values: FloatArray | None
    bound: float


def settle_initiatives(program: Program, areas: int) -> Branch | None:
    """Settle when initiatives begin, one after the other, each time as the better of two relaxations has it.

    Parameters
    ----------
    program
        Of which problem.
    areas
        Items before the initiatives.

    Returns
    -------
    Branch or None
        A relaxation in which initiatives begin whole, or the last one that was looked at; its `bound` is that of all
        choices. None where no choice keeps every limit.
    """
    first = _branch(program, np.array(program.bounds.lb, dtype=float), np.array(program.bounds.ub, dtype=float))
    best: Branch | None = first
    for _ in range(LOOKS):
        split = None if best is None else _split(best.values, areas)
        if best is None or split is None:
            break
        both = [_branch(program, *_parted(program, best, *split, late=late)) for late in (False, True)]
        best = max((one for one in both if one.values is not None), key=lambda one: one.bound, default=None)
    if first.values is None:
        return None
    return replace(best or first, bound=first.bound)


def _branch(program: Program, least: FloatArray, most: FloatArray) -> Branch:
    values, bound = program.relaxed(least, most)
    return Branch(least, most, values, bound)


def _split(values: FloatArray | None, areas: int) -> tuple[int, int] | None:
    """Find the initiative, and the end of which year, at which it is most in doubt whether it has begun."""
    if values is None or len(values) == areas:
        return None
    doubt = np.round(np.minimum(values[areas:], 1.0 - values[areas:]), 6)
    row, year = np.unravel_index(int(np.argmax(doubt)), doubt.shape)
    return (areas + int(row), int(year)) if doubt[row, year] > WHOLE else None


def _parted(program: Program, branch: Branch, item: int, year: int, *, late: bool) -> tuple[FloatArray, FloatArray]:
    """Let an initiative begin only after a year, or by its end."""
    least, most, layout = branch.least.copy(), branch.most.copy(), program.layout
    if late:
        most[layout.item(item, 0) : layout.item(item, year) + 1] = 0.0
    else:
        least[layout.item(item, year) : layout.item(item, layout.years - 1) + 1] = 1.0
    return least, most

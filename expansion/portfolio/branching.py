"""Settle the initiatives and the years of building of a large choice first: few, and relaxations like them in part."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from expansion.plan.graph import FloatArray
from expansion.portfolio.diving import WHOLE, Program
from expansion.portfolio.rows import Layout

LOOKS = 16
"""Beginnings and years that are settled: a measure of work, so that no clock decides."""


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A relaxation with initiatives settled: bounds of its columns, their values (None for none), and its bound."""

    least: FloatArray
    most: FloatArray
    columns: FloatArray | None
    bound: float


def settle_initiatives(program: Program, areas: int) -> Branch | None:
    """Settle when initiatives begin and in which years areas are built, each as the better of two relaxations has it.

    Where phases count, areas in part make years in part, and what waits for a phase would be let in by them.

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
        choices, those on the sides that were left included. None where no choice keeps every limit.
    """
    first = _branch(program, np.array(program.bounds.lb, dtype=float), np.array(program.bounds.ub, dtype=float))
    if first.columns is None:
        return None
    left: list[Branch] = []
    here = first
    for _ in range(LOOKS):
        doubt = _doubt(program.layout, here, areas)
        if doubt is None:
            break
        both = [_branch(program, *_parted(here, *doubt, late=late)) for late in (False, True)]
        left = sorted([*left, *(one for one in both if one.columns is not None)], key=lambda one: one.bound)
        if not left:
            return None
        here = ([one for one in left if one in both] or left)[-1]
        left = [one for one in left if one is not here]
    return replace(here, bound=min(first.bound, max(one.bound for one in (here, *left))))


def _branch(program: Program, least: FloatArray, most: FloatArray) -> Branch:
    return Branch(least, most, *program.solved(least, most))


def _doubt(layout: Layout, branch: Branch, areas: int) -> tuple[slice, int] | None:
    """Find the initiative, and the end of which year, at which it is most in doubt whether it has begun; else a year.

    Returns
    -------
    tuple or None
        The columns of what is in doubt, which rise from 0 to 1, and the place in them.
    """
    if branch.columns is None:
        return None
    begun = branch.columns[areas * layout.years : layout.spread].reshape(-1, layout.years)
    doubt = np.round(np.minimum(begun, 1.0 - begun), 6)
    if doubt.size and doubt.max() > WHOLE:
        row, year = np.unravel_index(int(np.argmax(doubt)), doubt.shape)
        first = layout.item(areas + int(row), 0)
        return slice(first, first + layout.years), int(year)
    used = branch.columns[layout.spread : layout.binary]
    years = np.nonzero(np.minimum(used, 1.0 - used) > WHOLE)[0]
    return (slice(layout.spread + int(years[0]), layout.spread + int(years[0]) + 1), 0) if len(years) else None


def _parted(branch: Branch, columns: slice, place: int, *, late: bool) -> tuple[FloatArray, FloatArray]:
    """Let an initiative begin only after a year, or by its end; build in a year, or not."""
    least, most = branch.least.copy(), branch.most.copy()
    if late:
        most[columns][: place + 1] = 0.0
    else:
        least[columns][place:] = 1.0
    return least, most

"""Checks over whole tables of cost rules: shares that add to one, correlations that can hold together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from expansion.errors import StudyError
from expansion.rulebook.cost_rows import ComponentShare, Correlation, Factor
from expansion.rulebook.delivery_rows import PaymentTerm

_LEAST_EIGENVALUE = 1e-9


def uneven_shares(rows: Sequence[ComponentShare]) -> list[StudyError]:
    """Name items and categories whose shares do not add to 1 (``E_SPLIT``) or that name a component twice."""
    sums: dict[str, float] = {}
    seen: set[tuple[str, str]] = set()
    errors = []
    for row in rows:
        name = row.item or f"category {row.category}"
        sums[name] = sums.get(name, 0.0) + row.share
        if (name, row.component) in seen:
            errors.append(StudyError(f"{row.component} stands twice", code="E_DUP_ID", where=[name]))
        seen.add((name, row.component))
    wrong = [f"{name} {total:.4f}" for name, total in sums.items() if abs(total - 1.0) > 1e-6]
    if wrong:
        hint = "correct components.csv: the shares of an item or category add to 1"
        errors.append(StudyError("shares of components do not add to 1", code="E_SPLIT", where=wrong, hint=hint))
    return errors


def uneven_terms(rows: Sequence[PaymentTerm]) -> list[StudyError]:
    """Name components whose payment terms do not add to 1 (``E_SPLIT``)."""
    sums: dict[str, float] = {}
    for row in rows:
        sums[row.component] = sums.get(row.component, 0.0) + row.share
    wrong = [f"{name} {total:.4f}" for name, total in sums.items() if abs(total - 1.0) > 1e-9]
    if not wrong:
        return []
    hint = "correct payment_terms.csv: the shares of a component add to 1"
    return [StudyError("shares of payment terms do not add to 1", code="E_SPLIT", where=wrong, hint=hint)]


def correlation_matrix(factors: Sequence[Factor], rows: Sequence[Correlation]) -> NDArray[np.float64]:
    """Return the correlations as a symmetric matrix in the order of `factors`.

    Raises
    ------
    StudyError
        ``E_CORRELATION`` where no random numbers can be correlated so (the matrix is not positive definite), a pair
        stands twice or a factor has no row.
    """
    place = {row.factor: number for number, row in enumerate(factors)}
    matrix = np.eye(len(place))
    errors = []
    seen: set[frozenset[str]] = set()
    for row in rows:
        pair = frozenset((row.factor, row.other))
        if pair in seen or not pair <= place.keys():
            said = "the pair stands twice" if pair in seen else "no such factor"
            errors.append(f"{row.factor} and {row.other}: {said}")
            continue
        seen.add(pair)
        matrix[place[row.factor], place[row.other]] = matrix[place[row.other], place[row.factor]] = row.correlation
    least = float(np.linalg.eigvalsh(matrix).min()) if len(place) else 1.0
    if least < _LEAST_EIGENVALUE:
        errors.append(f"smallest eigenvalue {least:.4f}")
    if errors:
        raise StudyError(
            "the correlations of the cost factors cannot hold together",
            code="E_CORRELATION",
            where=errors,
            hint="lower the correlations in correlations.csv until the matrix is positive definite",
        )
    return matrix

"""Split money by weight so that the parts add to the cent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
_STEPS = 1_000_000_000  # weights are compared as whole billionths of the largest


def split_by_weight(cents: int, weights: FloatArray) -> list[int]:
    """Split an amount in proportion to weights; what rounding leaves goes to the largest remainders, first ones first.

    Parameters
    ----------
    cents
        Whole cents, at least 0.
    weights
        One per part; below 0 counts as 0. Where none is above 0 all weigh the same.

    Examples
    --------
    >>> split_by_weight(100, np.array([1.0, 1.0, 1.0]))
    [34, 33, 33]
    """
    if not len(weights):
        return []
    largest = float(weights.max())
    scaled = np.maximum(weights, 0.0) / largest if largest > 0 else np.ones(len(weights))
    whole = [round(float(weight) * _STEPS) for weight in scaled]
    total = sum(whole)
    parts = [cents * weight // total for weight in whole]
    remainder = [-(cents * weight % total) for weight in whole]
    for place in sorted(range(len(parts)), key=remainder.__getitem__)[: cents - sum(parts)]:
        parts[place] += 1
    return parts

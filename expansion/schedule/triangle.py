"""Triangular values from standard normal scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def triangular(share: FloatArray, least: float, likely: float, most: float) -> FloatArray:
    """Quantiles of the triangular distribution; `likely` everywhere where least is most."""
    if most <= least:
        return np.full(len(share), likely)
    split = (likely - least) / (most - least)
    low = least + np.sqrt(share * (most - least) * (likely - least))
    high = most - np.sqrt((1 - share) * (most - least) * (most - likely))
    return np.asarray(np.where(share < split, low, high), dtype=np.float64)

"""Array types of the Steiner solver."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

INFINITE = 2**61
"""Longer than any path; twice this still fits in 64 bits."""

"""Money split by weight adds to the cent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.cost.shares import split_by_weight


@given(st.integers(0, 10**12), st.lists(st.floats(-5, 1e9), min_size=1, max_size=30))
def test_the_parts_add_to_the_whole_and_none_is_negative(cents, weights):
    parts = split_by_weight(cents, np.array(weights))
    assert sum(parts) == cents
    assert min(parts) >= 0


@pytest.mark.parametrize(
    ("cents", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (1000, [3, 1], [750, 250]),
        (10, [-1, 1], [0, 10]),
        (7, [0, 0], [4, 3]),
        (5, [], []),
    ],
)
def test_a_split_worked_by_hand(cents, weights, parts):
    assert split_by_weight(cents, np.array(weights, dtype=float)) == parts

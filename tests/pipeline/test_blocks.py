"""Blocks of a graph, held against networkx."""

import networkx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from expansion.pipeline.blocks import blocks_of

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] != pair[1]), max_size=25)


def parted(pairs):
    u, v = np.array([*pairs, (0, 0)], dtype=np.int64)[:-1].T
    found = blocks_of(u, v)
    return {frozenset(frozenset(pairs[row]) for row in np.nonzero(found == one)[0]) for one in set(found.tolist())}


@given(PAIRS)
def test_blocks_are_those_of_networkx(pairs):
    every = sorted({tuple(sorted(pair)) for pair in pairs})
    told = networkx.biconnected_component_edges(networkx.Graph(every))
    assert parted(every) == {frozenset(frozenset(pair) for pair in block) for block in told}


def test_parallel_edges_are_one_block_and_a_loop_is_one_by_itself():
    assert blocks_of(np.array([0, 1, 0, 1]), np.array([1, 0, 0, 2])).tolist() == [0, 0, 1, 2]


def test_blocks_are_numbered_by_their_first_edge():
    assert blocks_of(np.array([3, 0, 1]), np.array([4, 1, 2])).tolist() == [0, 1, 2]

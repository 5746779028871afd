"""Cables along a tree: each edge in one cable, the heaviest branch goes on, sizes from the catalog."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.network.cables import CableSizes, Slack, chains, lay_cables
from tests.villages import BOOK, SIZES


@pytest.mark.parametrize(
    ("used", "size"),
    [(1, 12), (11, 12), (12, 24), (22, 24), (24, 48), (44, 48), (131, 144), (288, 432), (785, 864), (786, 864),
     (800, 1728), (1600, 2592)],
)  # fmt: skip
def test_a_cable_holds_what_is_used_and_a_tenth_to_spare(used, size):
    assert SIZES.fit(used) == size


@given(st.integers(1, 3000), st.floats(0, 1))
def test_a_cable_is_never_too_small_and_from_the_catalog(used, share):
    sizes = CableSizes.from_book(BOOK).fibers
    size = CableSizes(sizes, share).fit(used)
    assert size >= used
    assert size in sizes or size % sizes[-1] == 0


#   0 ── 1 ── 2 (4 fibers)          the first cable runs 0-1-2, the second leaves it at 1
#        └─── 3 (2) ── 4 (1)
PARENT = {1: 0, 2: 1, 3: 1, 4: 3}


def test_the_heaviest_branch_goes_on_and_lighter_ones_leave_it():
    main, branch = lay_cables(0, PARENT, [1, 2, 3, 4], {2: 4, 3: 2, 4: 1}, SIZES)
    assert (main.nodes, main.branches_from, main.used_fibers, main.fibers) == ((0, 1, 2), -1, 7, 12)
    assert (branch.nodes, branch.branches_from, branch.used_fibers) == ((1, 3, 4), 0, 3)


def test_light_passes_the_cables_from_the_source():
    sheaths = lay_cables(0, PARENT, [1, 2, 3, 4], {2: 4, 4: 1}, SIZES)
    assert chains(sheaths) == {1: (0,), 2: (0,), 3: (0, 1), 4: (0, 1)}


def test_where_nothing_ends_no_cable_is_laid():
    assert lay_cables(0, PARENT, [1, 2, 3, 4], {}, SIZES) == []
    assert [sheath.nodes for sheath in lay_cables(0, PARENT, [1, 2, 3, 4], {3: 1}, SIZES)] == [(0, 1, 3)]


@st.composite
def needs(draw):
    count = draw(st.integers(2, 12))
    parent = {node: draw(st.integers(0, node - 1)) for node in range(1, count)}
    return parent, draw(st.dictionaries(st.integers(1, count - 1), st.integers(1, 30), min_size=1))


def ways_up(parent, need):
    """Per edge, named by its lower node, the fibers that must pass it."""
    load = {}
    for node, fibers in need.items():
        while node:
            load[node] = load.get(node, 0) + fibers
            node = parent[node]
    return load


@given(needs())
def test_every_edge_above_a_need_lies_in_exactly_one_cable(case):
    parent, need = case
    sheaths = lay_cables(0, parent, sorted(parent), need, SIZES)
    edges = [b for sheath in sheaths for a, b in pairwise(sheath.nodes)]
    assert all(parent[b] == a for sheath in sheaths for a, b in pairwise(sheath.nodes))
    assert sorted(edges) == sorted(ways_up(parent, need))


@given(needs())
def test_a_cable_carries_all_that_its_first_edge_must_and_starts_on_the_cable_it_leaves(case):
    parent, need = case
    sheaths = lay_cables(0, parent, sorted(parent), need, SIZES)
    load = ways_up(parent, need)
    for row, sheath in enumerate(sheaths):
        assert sheath.used_fibers == load[sheath.nodes[1]] <= sheath.fibers
        assert sheath.branches_from < row
        mother = sheaths[sheath.branches_from].nodes if sheath.branches_from >= 0 else (0,)
        assert sheath.nodes[0] in mother


def test_cable_is_longer_than_its_route_by_sag():
    slack = Slack.from_book(BOOK)
    assert slack.stretch(1000, "aerial") == pytest.approx(1020)
    assert slack.stretch(1000, "buried") == slack.stretch(1000, "duct") == pytest.approx(1010)

"""Alternatives by hand: three ways to one house, each best in another respect."""

from dataclasses import replace

import numpy as np
import pytest

from expansion.network.alternatives import KINDS, make_task
from expansion.network.routing import route_terminals
from expansion.plan.locks import Lock, no_locks
from tests.villages import edge_permits, prices, road_graph

#        edge 0: 100 cents, permits P1 and P2 (30 days)
#   0 ── edge 1: 110 cents, permit P3 (200 days) ── 1 (house)      office at 0
#        edge 2: 130 cents, on poles, permits P1, P4 (60 days)
#   0 ── edge 3: 50 cents ── 2 (house of another area), permit P2
WAYS = road_graph((0, 1, 100), (0, 1, 110), (0, 1, 130), (0, 2, 50), homes=[1, 2])
CENTS = [100, 110, 130, 50]
PERMITS = edge_permits(
    (0, "A", "P1", 30),
    (0, "A", "P2", 30),
    (1, "B", "P3", 200),
    (2, "A", "P1", 30),
    (2, "C", "P4", 60),
    (3, "A", "P2", 30),
)


def task(others=(), permits=PERMITS, avoided=()):
    priced = prices(WAYS, CENTS, placement=["buried", "buried", "aerial", "buried"])
    locks = no_locks(4)
    if avoided:
        locks = locks.along(Lock("avoid-x", "avoid", "x", np.array(avoided), -1, 0, None))
    root, mine, rest = np.array([0]), np.array([1]), np.array(others, dtype=np.int64)
    route = route_terminals(WAYS, priced, root, np.r_[mine, rest], effort=1, seed=1, locks=locks)
    return make_task(WAYS, priced, locks, route, root, mine, rest, permits)


@pytest.mark.parametrize(
    ("kind", "edges"),
    [("cheapest", [0]), ("fewest_permits", [1]), ("soonest_permits", [0]), ("mostly_aerial", [2])],
)
def test_each_kind_takes_its_own_way(kind, edges):
    assert KINDS[kind](task()).edges.tolist() == edges


def test_permits_that_the_rest_of_the_plan_needs_anyway_do_not_count():
    #  with the other area built, P2 is granted: edge 0 asks for one more permit as edge 1 does, and is cheaper
    assert KINDS["fewest_permits"](task(others=[2])).edges.tolist() == [0]


def test_what_the_rest_builds_is_not_built_again():
    assert task(others=[2]).rest.tolist() == [3]
    assert KINDS["cheapest"](task(others=[2])).edges.tolist() == [0]


def test_avoided_edges_stay_avoided_in_every_kind():
    for kind, search in KINDS.items():
        assert 0 not in search(task(avoided=[0])).edges, kind


def test_the_slowest_permit_is_as_quick_as_any_way_allows():
    late = replace(task(), permits=edge_permits((0, "A", "P1", 90), (1, "B", "P3", 80), (2, "C", "P4", 80)))
    assert KINDS["soonest_permits"](late).edges.tolist() == [1]


def test_without_any_permit_all_kinds_but_the_aerial_are_the_cheapest():
    free = replace(task(), permits=edge_permits())
    found = {kind: search(free).edges.tolist() for kind, search in KINDS.items()}
    assert found.pop("mostly_aerial") == [2]
    assert set(map(tuple, found.values())) == {(0,)}

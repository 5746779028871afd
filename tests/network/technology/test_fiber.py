"""Who gets fiber, jointly with the route: hand-drawn cases, and brute force over all subsets."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.network.technology.fiber import choose_fiber, group_costs, make_field
from tests.villages import road_graph


def field(edges, homes, connect, roots=(0,)):
    graph = road_graph(*((u, v, 1) for u, v, _ in edges), homes=homes)
    price = np.array([cost for *_, cost in edges], dtype=np.int64)
    return make_field(graph, price, np.array(roots), np.array(homes), np.array(connect, dtype=np.int64), None)


def worth(one, count):
    return np.full(count, one, dtype=np.int64)


# root 0 ---10--- 1 ---30--- 2        homes: a, b at 1; c at 2; each costs 5 beside the route
LINE = [(0, 1, 10), (1, 2, 30)]


@pytest.mark.parametrize(
    ("threshold", "takes"),
    [(0, "..."), (10, "..."), (11, "ab."), (34, "ab."), (36, "abc"), (10**9, "abc")],
)
def test_each_switch_point_of_a_street_is_where_its_dearest_branch_costs_the_threshold(threshold, takes):
    choice = choose_fiber(field(LINE, [1, 1, 2], [5, 5, 5]), worth(threshold, 3))
    assert "".join(name if one else "." for name, one in zip("abc", choice.takes, strict=True)) == takes
    assert choice.lower_bound == choice.cost


def test_what_fiber_costs_here_is_said_of_the_branch_or_the_group():
    own = field(LINE, [1, 1, 2], [5, 5, 5])
    whole = np.array([0, 1])
    some = choose_fiber(own, worth(20, 3))
    assert group_costs(own, some, whole).tolist() == [10, 10, 35]  # (10 + 5 + 5) / 2, and 30 + 5
    none = choose_fiber(own, worth(0, 3))
    assert group_costs(own, none, whole).tolist() == [18, 18, 18]  # the branch of all three: (40 + 15) / 3


def test_who_costs_more_than_the_threshold_at_the_door_gets_none_though_the_tree_passes():
    choice = choose_fiber(field(LINE, [1, 2, 2], [50, 5, 5]), worth(40, 3))
    assert choice.takes.tolist() == [False, True, True]
    assert choice.cost == 10 + 30 + 5 + 5 + 40


@st.composite
def cases(draw):
    count = draw(st.integers(3, 6))
    pairs = [(v, draw(st.integers(0, v - 1))) for v in range(1, count)]
    more = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=3))
    edges = [(u, v, draw(st.integers(0, 30))) for u, v in [*pairs, *((u, v) for u, v in more if u != v)]]
    homes = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=4))
    connect = draw(st.lists(st.integers(0, 20), min_size=len(homes), max_size=len(homes)))
    values = draw(st.lists(st.integers(0, 40), min_size=len(homes), max_size=len(homes)))
    return edges, homes, connect, values


def cheapest(edges, homes, connect, values):
    """Least of all sets of edges that hang together with node 0."""
    best = sum(values)
    for size in range(len(edges) + 1):
        for chosen in combinations(edges, size):
            inside = {0}
            for _ in chosen:
                inside |= {n for u, v, _ in chosen if u in inside or v in inside for n in (u, v)}
            rest = sum(min(c, w) if h in inside else w for h, c, w in zip(homes, connect, values, strict=True))
            best = min(best, sum(cost for *_, cost in chosen) + rest)
    return best


@given(cases())
def test_cost_and_bound_enclose_the_least_of_all_choices(case):
    edges, homes, connect, values = case
    choice = choose_fiber(field(edges, homes, connect), np.array(values, dtype=np.int64))
    least = cheapest(edges, homes, connect, values)
    assert choice.lower_bound <= least <= choice.cost
    assert choice.cost == least  # so small a graph is solved


@given(cases(), st.integers(0, 40))
def test_no_branch_that_is_built_costs_more_than_the_threshold_and_no_group_left_out_costs_less(case, threshold):
    edges, homes, connect, _ = case
    own = field(edges, homes, connect)
    choice = choose_fiber(own, worth(threshold, len(homes)))
    whole = choose_fiber(own, worth(10**6, len(homes))).edges
    figure = group_costs(own, choice, whole)
    assert (figure[choice.takes] <= threshold).all()
    assert (figure[~choice.takes] >= threshold).all()

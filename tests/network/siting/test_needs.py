"""Which areas force which hut: a set of areas pays for as many huts as reach asks of it, whoever the bill charges."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.siting.cover import CoverRules, Load, force_huts
from expansion.network.siting.needs import areas_of_huts
from tests.villages import prices, road_graph, supply

#   0 ──300── 1 ──1000── 2 hub of A ──1000── 3 hub of B          reach 1500: A and B lie beyond it, C does not
#  office     │                                                  a hut at 2 serves both A and B
#             └──1000── 4 hub of C
LINE = road_graph((0, 1, 300), (1, 2, 1300), (2, 3, 1000), (1, 4, 1000), homes=[2, 3, 4])
A, B, C, D = 0, 1, 2, 3
RULES = CoverRules(1500, 4, {}, 9e6, 1.0)


def needs_of(graph, hubs, parents=None, rules=RULES):
    """Needs of a design with the huts that reach forces; `hubs` are (node, area)."""
    loads, area_of = [Load(node, 1, 10.0) for node, _ in hubs], [area for _, area in hubs]
    hung, priced = supply(graph, 0), prices(graph)
    huts = force_huts(hung, priced, loads, [0], rules)
    of_hub = [next(at for at in (*hung.way(node, 0),) if at in (0, *huts)) for node, _ in hubs]
    return areas_of_huts(hung, priced, loads, area_of, of_hub, [0, *huts], huts, rules, parents or {})


def told(needs, areas):
    """Huts that the lists say a set of areas needs."""
    hit = {hut: bool(set(mine) & areas) for hut, mine in needs.of_hut.items()}
    return sum(hit.values()) + sum(bool(set(more) & areas) and not (hit[a] or hit[b]) for a, b, more in needs.either)


def test_all_beyond_reach_need_the_hut_and_none_within():
    assert list(needs_of(LINE, [(2, A), (3, B), (4, C)]).of_hut.values()) == [(A, B)]


#            ┌──900── 2 hub of A
#   0 ──900──1                              reach 1500, a hut at 1 or above serves both A and B, one at 2 A alone;
#  office    └──900── 3 hub of B ──900── 4  hub of D lies 900 beyond B: its hut stands at 3 or below, and serves B too
FORK = road_graph((0, 1, 900), (1, 2, 900), (1, 3, 900), (3, 4, 900), homes=[2, 3, 4])


def test_who_may_use_either_of_two_huts_forces_one_only_where_nobody_else_does():
    needs = needs_of(FORK, [(2, A), (3, B), (4, D)])
    counts = [told(needs, set(areas)) for areas in ([A], [B], [D], [A, B], [B, D], [A, D], [A, B, D])]
    assert counts == [1, 1, 1, 1, 1, 2, 2]


def test_a_hut_that_nobody_is_out_of_reach_of_is_needed_by_all_that_it_feeds():
    loads, hung = [Load(2, 1, 10.0), Load(4, 1, 10.0)], supply(LINE, 0)
    rules = CoverRules(9000, 4, {}, 9e6, 1.0)
    needs = areas_of_huts(hung, prices(LINE), loads, [A, C], [1, 1], [0, 1], [1], rules, {})
    assert needs.of_hut == {1: (A, C)}


@st.composite
def lands(draw):
    """A random tree with hubs of up to four areas."""
    count = draw(st.integers(3, 10))
    edges = [(draw(st.integers(0, n - 1)), n, draw(st.integers(2, 9)) * 100) for n in range(1, count)]
    hubs = [(node, draw(st.integers(0, 3))) for node in range(1, count)]
    return road_graph(*edges, homes=list(range(1, count))), hubs


@settings(max_examples=25)
@given(lands())
def test_all_areas_together_need_every_hut_and_one_alone_never_more_than_all(case):
    graph, hubs = case
    needs = needs_of(graph, hubs)
    every = {area for _, area in hubs}
    assert told(needs, every) == sum(bool(mine) for mine in needs.of_hut.values())
    assert all(told(needs, {area}) <= told(needs, every) for area in every)


def test_lists_count_the_huts_of_each_set_of_a_comb():
    """Five teeth of a comb, each beyond reach by itself: as many huts as areas."""
    graph = road_graph(*((n - 1, n, 10) for n in range(1, 6)), *((n, n + 5, 2000) for n in range(1, 6)), homes=[6])
    needs = needs_of(graph, [(n + 5, n) for n in range(1, 6)])
    picked = np.random.default_rng(1).random((20, 5)) < 0.5
    assert [told(needs, {n + 1 for n in np.flatnonzero(row)}) for row in picked] == picked.sum(axis=1).tolist()

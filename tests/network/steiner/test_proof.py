"""Certificates made stronger by linear programs still prove what they say, by the checker of the method page."""

import pytest
from hypothesis import given, settings

from expansion.network.steiner import proof, solve_steiner

from .checker import proven_bound
from .instances import road_grid, small_instances


@pytest.fixture
def always_worth_it(monkeypatch):
    monkeypatch.setattr(proof, "WORTH", 0.0)


@pytest.mark.usefixtures("always_worth_it")
@pytest.mark.parametrize("seed", range(4))
def test_programs_bring_the_certificate_close_to_the_optimum(seed):
    node_count, u, v, cost, terminals = road_grid(12, 12, 14, seed)
    case = (node_count, u, v, 1000 * cost, terminals)
    tree = solve_steiner(*case, effort=4)
    plain = solve_steiner(*case, effort=1)
    assert proven_bound(*case, tree.duals) == tree.certified_lower_bound
    assert tree.certified_lower_bound >= max(plain.certified_lower_bound, 0.985 * tree.cost)


@pytest.mark.usefixtures("always_worth_it")
@settings(max_examples=40, deadline=None)
@given(small_instances())
def test_any_small_graph_gets_a_true_certificate(case):
    tree = solve_steiner(*case, effort=3)
    assert proven_bound(*case, tree.duals) == tree.certified_lower_bound <= tree.cost

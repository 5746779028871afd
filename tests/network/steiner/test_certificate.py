"""A certificate proves its bound to independent code, and false ones are refused."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.steiner import solve_steiner

from .checker import proven_bound
from .instances import optimum, road_grid, small_instances


@settings(max_examples=80, deadline=None)
@given(small_instances())
def test_every_certificate_proves_the_bound_it_claims(case):
    tree = solve_steiner(*case)
    assert proven_bound(*case, tree.duals) == tree.certified_lower_bound == tree.duals.bound


@settings(max_examples=80, deadline=None)
@given(small_instances(), st.integers(0, 10**6), st.integers(1, 50))
def test_no_raised_potential_proves_more_than_the_optimum(case, place, amount):
    duals = solve_steiner(*case).duals
    potentials = duals.potentials.copy()
    if len(potentials):
        potentials[place % len(potentials)] += amount
    proven = proven_bound(*case, replace(duals, potentials=potentials))
    assert proven is None or proven <= optimum(*case)


def test_a_terminal_raised_by_one_cent_is_refused():
    case = road_grid(8, 8, 10, seed=1)
    duals = solve_steiner(*case).duals
    owners = np.repeat(duals.terminals, np.diff(duals.offsets))
    for place in np.flatnonzero(owners == duals.nodes):
        potentials = duals.potentials.copy()
        potentials[place] += 1000
        assert proven_bound(*case, replace(duals, potentials=potentials)) is None


def test_a_potential_at_the_root_is_refused():
    case = road_grid(8, 8, 10, seed=1)
    duals = solve_steiner(*case).duals
    nodes = duals.nodes.copy()
    nodes[0] = duals.root
    assert proven_bound(*case, replace(duals, nodes=nodes)) is None


def test_a_node_that_is_no_terminal_proves_nothing():
    case = road_grid(8, 8, 10, seed=1)
    duals = solve_steiner(*case).duals
    others = np.setdiff1d(np.arange(64), case[4])
    terminals = np.sort(np.append(duals.terminals[1:], others[0]))
    assert proven_bound(*case, replace(duals, terminals=terminals)) is None


def test_a_lowered_edge_cost_is_noticed():
    node_count, u, v, cost, terminals = case = road_grid(8, 8, 10, seed=1)
    tree = solve_steiner(*case)
    cheaper = cost.copy()
    cheaper[tree.edges] -= 50
    assert proven_bound(node_count, u, v, cheaper, terminals, tree.duals) is None

"""A dual is believed only where it pays for no edge more than it costs.

(0) root --4-- (1) --3-- (2)      terminals 2 and 3
                |
                5
                |
               (3)
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.audit.certificate import Graph, Proof, check_proof
from expansion.audit.ledger import Ledger
from expansion.network.steiner import solve_steiner

U, V, CENTS = np.array([0, 1, 1]), np.array([1, 2, 3]), np.array([4, 3, 5])


def graph(u=U, v=V, cents=CENTS, size=4):
    return Graph(np.arange(size), np.asarray(u), np.asarray(v), np.asarray(cents), size)


def proof(entries, root=0):
    """Entries: terminal to {node: potential}."""
    terminals = sorted(entries)
    nodes = [sorted(entries[t]) for t in terminals]
    return Proof(
        root,
        np.array(terminals, dtype=np.int64),
        np.cumsum([0, *map(len, nodes)]),
        np.array([n for row in nodes for n in row], dtype=np.int64),
        np.array([entries[t][n] for t, row in zip(terminals, nodes, strict=True) for n in row], dtype=np.int64),
        np.array([0]),
        *(np.zeros(0, dtype=np.int64) for _ in range(2)),
    )


def judge(found, needed=(2, 3), on=None):
    ledger = Ledger("proof")
    bound = check_proof(ledger, "route", on or graph(), found, np.array(needed))
    return bound, ledger.failures


def test_a_tight_dual_proves_the_whole_tree():
    assert judge(proof({2: {2: 7, 1: 4}, 3: {3: 5}})) == (12, [])


def test_two_terminals_may_not_both_be_paid_for_the_shared_edge():
    _, failures = judge(proof({2: {2: 7, 1: 4}, 3: {3: 6, 1: 1}}))
    assert any("price" in failure for failure in failures)


@pytest.mark.parametrize(
    ("entries", "root", "complaint"),
    [
        ({2: {2: 0}}, 0, "under 1"),
        ({2: {2: 3, 0: 1}}, 0, "root has a potential"),
        ({0: {0: 1}}, 0, "terminal of its own"),
        ({1: {1: 4}}, 0, "nobody has to join"),
        ({2: {2: 3, 9: 1}}, 0, "not in the graph"),
    ],
)
def test_a_dual_of_the_wrong_form_is_refused(entries, root, complaint):
    _, failures = judge(proof(entries, root))
    assert any(complaint in failure for failure in failures)


def test_no_terminals_prove_nothing():
    assert judge(proof({}, root=-1)) == (0, [])


@st.composite
def instances(draw):
    size = draw(st.integers(2, 8))
    more = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1))
    edges = [(n, n + 1) for n in range(size - 1)] + draw(st.lists(more, max_size=8))
    cents = draw(st.lists(st.integers(0, 60), min_size=len(edges), max_size=len(edges)))
    wanted = draw(st.sets(st.integers(1, size - 1), min_size=1))
    return size, np.array(edges).T, np.array(cents), sorted(wanted)


@given(instances())
def test_the_solver_s_dual_holds_on_the_graph_as_given(case):
    size, (u, v), cents, wanted = case
    tree = solve_steiner(size, u, v, cents, np.array([0, *wanted]))
    dual = tree.duals
    found = Proof(
        dual.root,
        dual.terminals,
        dual.offsets,
        dual.nodes,
        dual.potentials,
        np.array([0]),
        tree.edges,
        np.array(wanted),
    )
    bound, failures = judge(found, wanted, graph(u, v, cents, size))
    assert failures == []
    assert bound == tree.certified_lower_bound <= tree.cost


@given(instances(), st.integers(1, 50))
def test_a_dual_that_claims_more_than_the_tree_costs_is_refused(case, extra):
    size, (u, v), cents, wanted = case
    tree = solve_steiner(size, u, v, cents, np.array([0, *wanted]))
    home = wanted[0]
    claim = proof({home: {home: tree.cost + extra}})
    assert judge(claim, wanted, graph(u, v, cents, size))[1]

"""Compiled and interpreted kernels agree to the bit, and small cases wait for no compiler."""

import numpy as np
import pytest

from expansion.network.steiner import jit, solve_prizes, solve_steiner
from expansion.network.steiner.jit import Kernel

from .instances import road_grid


@pytest.fixture
def always(monkeypatch):
    """Return a function that makes every kernel run in one form."""

    def choose(form):
        monkeypatch.setattr(Kernel, "__call__", lambda self, *args: getattr(self, form)(*args))

    return choose


@pytest.mark.parametrize("seed", [1, 2])
def test_both_forms_give_the_same_tree_and_certificate(always, seed):
    case = road_grid(12, 12, 18, seed)
    always("interpreted")
    first = solve_steiner(*case, effort=1)
    always("compiled")
    second = solve_steiner(*case, effort=1)
    assert np.array_equal(first.edges, second.edges)
    assert first.lower_bound == second.lower_bound
    assert np.array_equal(first.duals.potentials, second.duals.potentials)


def test_both_forms_make_the_same_choice_of_prizes(always):
    node_count, u, v, cost, terminals = road_grid(8, 8, 10, seed=4)
    prizes = np.zeros(node_count, dtype=np.int64)
    prizes[terminals] = 900
    always("interpreted")
    first = solve_prizes(node_count, u, v, cost, prizes, effort=1)
    always("compiled")
    second = solve_prizes(node_count, u, v, cost, prizes, effort=1)
    assert np.array_equal(first.edges, second.edges)
    assert (first.cost, first.lower_bound) == (second.cost, second.lower_bound)


def double(values):
    return values * 2


def test_small_work_is_interpreted_and_large_work_is_compiled(monkeypatch):
    monkeypatch.setattr(jit, "is_kept", lambda _: False)
    kernel = Kernel(double)
    kernel(np.arange(jit.INTERPRETED_SIZE))
    assert not kernel.is_compiled
    assert kernel(np.arange(jit.INTERPRETED_SIZE + 1))[3] == 6
    assert kernel.is_compiled


def test_much_small_work_is_compiled_in_the_end(monkeypatch):
    monkeypatch.setattr(jit, "is_kept", lambda _: False)
    kernel = Kernel(double)
    for _ in range(jit.INTERPRETED_TOTAL // jit.INTERPRETED_SIZE + 1):
        kernel(np.arange(jit.INTERPRETED_SIZE))
    assert kernel.is_compiled

"""Factors: one value per stratum, correlated as stated, the same for the same seed."""

import numpy as np
import pytest
from scipy.special import ndtr

from expansion.cost import draw_factors
from expansion.cost.factors import CORRELATION, FACTORS
from tests.cost.hand import study


def test_each_margin_holds_one_value_per_stratum():
    scores = draw_factors(study(cost={"draws": 1000})).scores
    for values in scores.values():
        assert np.array_equal(np.sort(np.floor(ndtr(values) * 1000)), np.arange(1000))


def test_correlations_are_as_stated():
    draws = draw_factors(study())
    found = np.corrcoef([draws.scores[name] for name in FACTORS])
    assert np.abs(found - CORRELATION).max() < 0.005


def test_the_stated_matrix_is_a_correlation_matrix():
    assert np.array_equal(CORRELATION, CORRELATION.T)
    assert np.linalg.eigvalsh(CORRELATION).min() > 0.1


@pytest.mark.parametrize("draws", [100, 101])
def test_the_same_seed_gives_the_same_bytes_and_another_one_others(draws):
    first, again = (draw_factors(study(cost={"draws": draws})).scores["soil"] for _ in range(2))
    other = draw_factors(study(study={"name": "hand", "seed": 2}, cost={"draws": draws})).scores["soil"]
    assert first.tobytes() == again.tobytes()
    assert not np.array_equal(first, other)

"""Factors: one value per stratum, correlated as stated, the same for the same seed."""

import numpy as np
import pytest
from scipy.special import ndtr

from expansion.cost import draw_factors
from expansion.rulebook.consistency import correlation_matrix
from tests.cost.book import book
from tests.cost.hand import study


def test_each_margin_holds_one_value_per_stratum():
    scores = draw_factors(study(cost={"draws": 1000}), book()).scores
    for values in scores.values():
        assert np.array_equal(np.sort(np.floor(ndtr(values) * 1000)), np.arange(1000))


def test_correlations_are_as_stated():
    draws = draw_factors(study(), book())
    wanted = correlation_matrix(book().factors, book().correlations)
    assert np.abs(np.corrcoef(list(draws.scores.values())) - wanted).max() < 0.005


@pytest.mark.parametrize("draws", [100, 101])
def test_the_same_seed_gives_the_same_bytes_and_another_one_others(draws):
    first, again = (draw_factors(study(cost={"draws": draws}), book()).scores["soil"] for _ in range(2))
    other = draw_factors(study(study={"name": "hand", "seed": 2}, cost={"draws": draws}), book()).scores["soil"]
    assert first.tobytes() == again.tobytes()
    assert not np.array_equal(first, other)

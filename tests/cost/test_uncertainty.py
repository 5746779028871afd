"""Draws: the triangular law, calibration on fresh draws, and speed on a large bill."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.cost import draw_factors
from expansion.cost.uncertainty import area_levels, find_drivers, percentiles, tabulate, total_draws, triangular
from tests.cost.book import book
from tests.cost.hand import study

BOOK = book()

CATEGORIES = ["civil"] * 20 + ["cable"] * 5 + ["passive"] * 8 + ["customer"] * 2 + ["drop"] * 2 + ["soft"] * 3
FACTORS = ["soil", "labor", "material", "make_ready", "quantity"]


def large_bill(areas, rates=40):
    random = np.random.default_rng(7)
    lines = [
        (
            f"A{a:03}",
            CATEGORIES[i],
            f"i{i}",
            float(random.integers(1, 9999)),
            1 + i / 2,
            2 + i / 2,
            4 + i,
            0.0,
            FACTORS[i % 5],
        )
        for a in range(areas)
        for i in range(rates)
    ]
    rates_of = ["rate_low", "rate_likely", "rate_high"]
    columns = ["area_id", "category", "item", "quantity", *rates_of, "cost", "factor"]
    return pd.DataFrame(lines, columns=columns).assign(component="labor")


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100), st.floats(0, 1))
def test_a_quantile_lies_between_low_and_high(a, b, c, probability):
    low, likely, high = sorted((a, b, c))
    value = float(triangular(np.array([probability]), low, likely, high)[0])
    assert low - 1e-9 <= value <= high + 1e-9


def test_the_triangular_law_turns_at_the_likely_value():
    values = triangular(np.array([0.0, 0.25, 1.0]), 10.0, 20.0, 50.0)
    assert values.tolist() == pytest.approx([10.0, 20.0, 50.0])


def test_p80_covers_eighty_percent_of_fresh_draws():
    bill = tabulate(large_bill(3), BOOK)
    p80 = percentiles(total_draws(bill, draw_factors(study(), BOOK).scores))[2]
    fresh = total_draws(bill, draw_factors(study(study={"name": "hand", "seed": 99}), BOOK).scores)
    assert 0.79 <= (fresh <= p80).mean() <= 0.81


def test_areas_are_the_same_one_by_one_and_together():
    lines, draws = large_bill(4), draw_factors(study(cost={"draws": 500}), BOOK)
    together = area_levels(tabulate(lines, BOOK), draws)[0]
    alone = [
        area_levels(tabulate(lines[lines["area_id"] == name], BOOK), draws)[0][0]
        for name in sorted(set(lines["area_id"]))
    ]
    assert np.array_equal(together, np.array(alone))


def test_five_hundred_areas_of_forty_lines_take_seconds():
    bill, draws = tabulate(large_bill(500), BOOK), draw_factors(study(), BOOK)
    began = time.process_time()
    found, _ = area_levels(bill, draws)
    find_drivers(bill, draws.scores, float(percentiles(total_draws(bill, draws.scores))[2]))
    assert found.shape == (500, 4)
    assert time.process_time() - began < 10

"""Rates of several years brought to one."""

import pytest

from expansion.rulebook import load_rulebook
from expansion.rulebook.escalation import at_prices_of, yearly_escalation

BOOK = load_rulebook("generic")


@pytest.mark.parametrize(
    ("item", "year", "price"),
    [("plow", 2026, 30.43 * 1.05), ("cable_12", 2026, 2.3 * 1.05**6), ("make_ready_pole", 2026, 1187),
     ("pole_application", 2026, 65.66 * 1.05**8), ("plow", 2024, 30.43 / 1.05), ("engineering", 2040, 0.1)],
)  # fmt: skip
def test_a_rate_rises_by_the_index_of_its_years(item, year, price):
    assert at_prices_of(BOOK, year, 0.05).rate(item).likely == pytest.approx(price, abs=0.00005)


def test_a_rate_that_moved_says_so_and_keeps_its_source():
    rate = at_prices_of(BOOK, 2026, 0.05).rate("cable_12")
    assert rate.price_year == 2026
    assert rate.source.startswith("2020 price x 1.05^6; ")
    assert rate.source.endswith(BOOK.rate("cable_12").source)


def test_without_a_rise_every_rate_stands_as_published():
    assert at_prices_of(BOOK, 2026, 0.0).rates == BOOK.rates


def test_what_was_published_is_kept_beside():
    assert at_prices_of(BOOK, 2030, 0.05).rates_as_stated == BOOK.rates


@pytest.mark.parametrize(("asked", "range_"), [(None, (0.0, 0.05, 0.1)), (0.0, (0, 0, 0)), (0.03, (0.03, 0.03, 0.03))])
def test_the_study_takes_the_place_of_the_row(asked, range_):
    assert yearly_escalation(BOOK, asked) == range_

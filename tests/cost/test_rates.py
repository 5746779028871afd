"""The shipped rates: complete, ordered, and civil + cable re-adds to what was published."""

from fnmatch import fnmatch

import pytest

from expansion.cost.catalog import price_item
from expansion.errors import StudyError
from tests.cost.book import MATERIALS, RATES, book

ALL_IN = {  # USD/m: low, likely, high of the published or derived all-in figures (labor, material, cable)
    "plow": (20, 33, 48),
    "plow_hard": (45, 66, 90),
    "trench": (55, 80, 110),
    "bore": (50, 82, 130),
    "aerial": (13, 21, 30),
}
LABOR = {"aerial", "bore", "duct_pull", "engineering", "inspection", "make_ready_pole", "plow", "plow_hard",
         "pole_application", "project_management", "splice", "trench", "trench_paved", "bridge_duct", "drop_aerial_m",
         "drop_buried_m", "bore_rock", "trench_rock", "trench_stone", "crossing_bore", "crossing_aerial"}  # fmt: skip


def test_no_rate_is_zero_and_every_rate_has_a_source():
    assert all(row.low > 0 and row.source for row in RATES)


@pytest.mark.parametrize("method", ALL_IN)
def test_civil_and_cable_readd_to_the_all_in_figure(method):
    civil, cable = price_item(book(), method), price_item(book(), "cable_48")
    parts = (civil.low + cable.low, civil.likely + cable.likely, civil.high + cable.high)
    assert parts == pytest.approx(ALL_IN[method], abs=0.011)


@pytest.mark.parametrize("method", ALL_IN)
@pytest.mark.parametrize("fibers", [12, 48, 144, 288])
def test_civil_and_any_common_cable_stay_within_the_published_range(method, fibers):
    low, _, high = ALL_IN[method]
    assert low <= price_item(book(), method).likely + price_item(book(), f"cable_{fibers}").likely <= high


@pytest.mark.parametrize("family", ["cable", "splitter", "hub", "terminal"])
def test_a_larger_size_never_costs_less(family):
    sizes = sorted(int(row.rate_id.split("_")[1]) for row in RATES if row.rate_id.startswith(f"{family}_"))
    likely = [price_item(book(), f"{family}_{size}").likely for size in sizes]
    assert likely == sorted(likely)


def test_a_size_in_between_is_interpolated_and_marked():
    small, middle, large = (price_item(book(), f"cable_{size}") for size in (24, 36, 48))
    assert middle.likely == pytest.approx((small.likely + large.likely) / 2)
    assert middle.status == "DERIVED"
    assert "between cable_24 and cable_48" in middle.source


def test_a_size_beyond_the_catalog_grows_in_proportion():
    assert price_item(book(), "hub_1152").likely == pytest.approx(2 * price_item(book(), "hub_576").likely)


def test_a_size_below_the_catalog_costs_the_smallest():
    assert price_item(book(), "terminal_1").likely == price_item(book(), "terminal_2").likely


@pytest.mark.parametrize("item", ["plow", "cable_48"])
def test_a_missing_rate_is_named(item):
    families = [row.rate_id for row in RATES if row.rate_id.startswith("cable_")]
    with pytest.raises(StudyError, match=item) as caught:
        price_item(book(without=("plow", *families)), item)
    assert caught.value.code == "E_NO_RATE"


def test_every_bought_item_has_a_lead_time():
    bought = {row.rate_id for row in RATES} - LABOR
    assert not [item for item in bought if not any(fnmatch(item, row.item) for row in MATERIALS)]

"""The shipped rates: complete, ordered, and civil + cable re-adds to what was published."""

from dataclasses import replace
from fnmatch import fnmatch

import pytest

from expansion.cost.catalog import price_item
from expansion.cost.components import Part, split_price
from expansion.errors import StudyError
from expansion.rulebook import load_rulebook
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
         "drop_buried_m", "bore_rock", "survey_ground", "survey_poles", "survey_permits", "survey_route",
         "survey_tender", "survey_quotes", "trench_rock", "trench_stone", "crossing_bore",
         "crossing_aerial"}  # fmt: skip


def parts_of(item):
    prices = load_rulebook("generic")
    return split_price(prices, item, price_item(prices, item))


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


@pytest.mark.parametrize(
    ("method", "labor_share"), [("plow", 0.72), ("trench", 0.72), ("bore", 0.72), ("aerial", 0.64)]
)
def test_labor_is_the_published_share_of_the_all_in_figure(method, labor_share):
    parts = {part.component: part.likely for part in parts_of(method)}
    assert parts["labor"] / ALL_IN[method][1] == pytest.approx(labor_share, abs=0.0005)
    assert parts.get("conduit", 3.0) == pytest.approx(3.0, abs=0.01)  # 3 USD/m of duct in the ground, none on poles


@pytest.mark.parametrize("method", ALL_IN)
def test_components_and_cable_readd_to_the_all_in_figure(method):
    cable = price_item(book(), "cable_48")
    for level, published in zip(("low", "likely", "high"), ALL_IN[method], strict=True):
        parts = sum(getattr(part, level) for part in parts_of(method))
        assert parts + getattr(cable, level) == pytest.approx(published, abs=0.011)


@pytest.mark.parametrize("item", [*(row.rate_id for row in RATES), "cable_36", "hub_1000", "terminal_3"])
def test_the_components_of_every_rate_add_up_to_it_exactly(item):
    price = price_item(book(), item)
    for level in ("low", "likely", "high"):
        ten_thousandths = sum(round(getattr(part, level) * 10_000) for part in parts_of(item))
        assert ten_thousandths == round(getattr(price, level) * 10_000)
    assert all(part.low <= part.likely <= part.high for part in parts_of(item))


@pytest.mark.parametrize(
    ("item", "components"),
    [("plow", "labor conduit material"), ("plow_slope_20", "labor conduit material"), ("aerial", "labor material"),
     ("cable_144", "cable"), ("drop_cable", "cable"), ("olt_port", "electronics"), ("hub_1000", "labor material"),
     ("splice", "labor"), ("engineering", "labor")],
)  # fmt: skip
def test_an_item_is_split_as_its_rows_say(item, components):
    assert [part.component for part in parts_of(item)] == components.split()


def test_an_item_without_rows_is_of_one_component():
    bare = replace(book(), components=())
    for item, component in (("plow", "labor"), ("cable_48", "material")):
        whole = price_item(bare, item)
        assert split_price(bare, item, whole) == (Part(component, whole.low, whole.likely, whole.high, whole.factor),)


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

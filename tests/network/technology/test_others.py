"""What those without fiber get: copper, radio, satellite, and which sites pay."""

from dataclasses import replace

import numpy as np
import pytest

from expansion.network.technology.copper import line_rate, variants
from expansion.network.technology.covering import choose_cover
from expansion.network.technology.offers import Offers, Site, counts_as_served
from expansion.network.technology.prices import Discount
from expansion.network.technology.radio import is_clear, sector_of
from expansion.plan.inputs import Elevation
from expansion.plan.technology import Station
from expansion.study import Demand
from tests.villages import BOOK, EAST, NORTH, UTM, village

CURVES = {curve[0].variant: curve for curve in variants(BOOK)}
CBRS = BOOK.radio_band("cbrs_3550")


@pytest.mark.parametrize(
    ("meters", "down"), [(50, 80), (200, 80), (400, 65.5), (600, 51), (3600, 4.1), (3601, 0)]
)  # no faster than the first point, straight between points, nothing beyond the last
def test_a_line_is_read_between_the_points_of_its_curve(meters, down):
    assert line_rate(CURVES["vdsl2_17a"], np.array([float(meters)]))[0][0] == pytest.approx(down)


def test_a_sum_over_the_years_counts_each_later_year_less():
    assert Discount(2, 0.25).annuity == pytest.approx(0.8 + 0.64)
    assert Discount(6, 0.0).renewals(2) == 2  # after 2 and 4 years; at the end nothing is bought


@pytest.mark.parametrize(("rule", "code", "counts"), [("bead", 61, False), ("bead", 71, True), ("threshold", 61, True)])
def test_satellite_counts_as_served_only_where_the_program_takes_every_technology(rule, code, counts):
    fast = np.array([100.0])
    assert counts_as_served(Demand(rule=rule), code, fast, fast, low_latency=True).tolist() == [counts]


def test_sectors_turn_clockwise_from_north():
    east, north = np.array([0.1, 1.0, 0.0, -1.0]), np.array([1.0, -0.1, -1.0, 0.0])
    assert sector_of(east, north).tolist() == [1, 1, 2, 3]


#   tower (45 m) ______/\______ house (6 m)        the ridge stands half way of 2 km
@pytest.mark.parametrize(("ridge_m", "sees"), [(0, True), (15, True), (25, False), (60, False)])
def test_a_ridge_over_the_ray_and_its_zone_hides_the_house(ridge_m, sees):
    heights = np.zeros((3, 41), dtype=np.float32)
    heights[:, 20] = ridge_m
    ground = Elevation(heights, UTM, EAST, NORTH + 50, 50.0, -50.0, "ridge.tif")
    inputs = replace(village("C"), elevation=ground)
    # ray 25.5 m over the middle, 0.6 of the zone there 3.9 m, bulge 0.06 m: free under 21.5 m
    seen = is_clear(inputs, CBRS, (EAST, NORTH), np.array([EAST + 2000.0]), np.array([NORTH]))
    assert seen.tolist() == [sees]


def market(pairs, sites):
    """Offers from (row, site, cost, meets); site -1 is satellite."""
    row, site, cost, meets = (np.array(values) for values in zip(*pairs, strict=True))
    far = np.zeros(len(row))
    sector = np.where(site >= 0, 1, 0)
    offers = Offers(row, site, sector, cost, cost, meets.astype(bool), far, far, far, np.full(len(row), "", object))
    return offers, [
        Site(Station(f"t{n}", "tower", n, True, room), price, 0, 0) for n, (price, room) in enumerate(sites)
    ]


def cover(pairs, sites, count, worth):
    offers, made = market(pairs, sites)
    chosen = choose_cover(offers, made, np.arange(count), np.ones(count, dtype=np.int64), worth)
    return chosen, [int(offers.site[pair]) if pair >= 0 else None for pair in chosen.offer]


SKY = [(row, -1, 10, False) for row in range(3)]


@pytest.mark.parametrize(("price", "site"), [(29, 0), (31, -1)])  # three times 10 + 5 - 5 against the tower
def test_a_tower_is_opened_where_it_costs_less_than_all_that_it_saves(price, site):
    chosen, sites = cover([*SKY, *((row, 0, 5, True) for row in range(3))], [(price, 9)], 3, worth=5)
    assert sites == [site] * 3
    assert chosen.lower_bound <= chosen.cost <= chosen.lower_bound + 2


def test_a_full_sector_leaves_the_rest_to_the_sky():
    _, sites = cover([*SKY, *((row, 0, 5, True) for row in range(3))], [(1, 2)], 3, worth=50)
    assert sorted(sites) == [-1, 0, 0]


def test_two_sites_are_weighed_against_each_other_and_not_one_by_one():
    near = [(0, 0, 1, True), (1, 0, 1, True), (1, 1, 1, True), (2, 1, 1, True)]
    wide = [(row, 2, 1, True) for row in range(3)]
    _, sites = cover([*SKY, *near, *wide], [(10, 9), (10, 9), (15, 9)], 3, worth=100)
    assert sites == [2, 2, 2]


def test_nothing_to_be_had_is_nothing():
    chosen, sites = cover([(0, 0, 5, True)], [(1000, 9)], 1, worth=50)
    assert (sites, chosen.cost) == ([None], 100)

"""What huts and feeder cable cost a set of areas, whichever area the bill charges."""

import pytest

from expansion.network.charges import charge_parts, size_feeders
from expansion.network.hubs import Hub
from expansion.network.huts import FeederRates
from expansion.network.light import lay_feeders
from expansion.network.offices import Offices
from expansion.network.records import Design
from expansion.network.siting.needs import HutNeeds
from tests.villages import BOOK, ground, road_graph

#   0 ──1000── 1 hub of A ──500── 2 hub of B        the cable to 1 holds the fibers of both
# office
LINE = road_graph((0, 1, 1000), (1, 2, 500), homes=[1, 2])
A, B = 0, 1
HUBS = [Hub("A-H1", A, 1, (0,), 4, 144, 30), Hub("B-H1", B, 2, (1,), 4, 144, 10)]
RATES = FeederRates.from_book(BOOK)
HUT = BOOK.rate("hut").likely


def design(huts=()):
    offices = Offices({0: "co"} | {node: f"hut-{node}" for node in huts}, list(huts), [0, 0])
    feeders, of_hub = lay_feeders(ground(LINE, 0), offices, HUBS, RATES.sizes, RATES.hut_fibers)
    return Design(HUBS, offices, [], [], feeders, of_hub, [], [], [], ["A", "B"], {1: A, 2: B})


def parts(needs, moved=None):
    found = charge_parts(design(needs.of_hut), BOOK, needs, {1: (A, B), 2: (B,)}, moved or {})
    return [(part.parent, part.cost, part.areas, part.owner) for part in found]


def test_a_hut_that_two_areas_need_is_charged_to_one_and_costs_either():
    assert parts(HutNeeds({1: (A, B)})) == [(-1, HUT, (A, B), A)]


def test_a_hut_that_only_another_area_needs_costs_that_area():
    assert parts(HutNeeds({1: (B,)})) == [(-1, HUT, (B,), A)]


def test_what_either_hut_serves_costs_one_where_nobody_needs_the_two():
    third = 2
    either = parts(HutNeeds({1: (A,), 2: (B,)}, ((1, 2, (third,)),)))
    assert either[1:] == [(-1, HUT, (A, B, third), A), (-1, -HUT, (A, B), A)]


def test_a_shared_cable_costs_the_smallest_once_and_the_rest_by_fibers():
    along, moved = size_feeders(ground(LINE, 0), design(), BOOK, HutNeeds({}), {1: (A, B), 2: (B,)})
    holes = 100 * BOOK.rate("handhole").likely / BOOK.engineering_value("handhole_spacing_m")
    longer = design().feeders[0].layouts[0].length_mm / 1000 / 1500
    more = (RATES.meter(48) - RATES.meter(12)) * longer  # 40 fibers and a tenth to spare
    assert along[1] == pytest.approx(1000 * (RATES.meter(12) * longer + holes))
    assert moved == pytest.approx({
        (A, (A,), (A, B)): 750 * more, (A, (B,), (A, B)): 250 * more,
        (B, (A,), (B,)): 375 * more, (B, (B,), (B,)): 125 * more,
    })  # fmt: skip

"""A hut opens where the feeder that it saves costs more than site and backhaul, and nowhere else."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.cables import CableSizes, Slack
from expansion.network.ground import Ground
from expansion.network.hubs import Hub
from expansion.network.huts import FeederRates, feeder_cents, open_paying_huts
from expansion.network.offices import assign_offices
from expansion.network.siting.cover import CoverRules
from tests.villages import (
    BOOK,
    SIZES,
    design,
    line,
    locations,
    offices,
    plant,
    point,
    prices,
    road_graph,
    roads,
    supply,
    village,
)

PLAIN = Slack(aerial=0.0, buried=0.0, end_m=0.0, through_m=0.0, drop_m=0.0, reel_m=1e9)
# a cent per meter and fiber of the sheath
RATES = FeederRates(hut=0.0, splice=0.0, closure=0.0, per_m={size: float(size) for size in SIZES.fibers},
                    hut_fibers=4, hut_ports=128, sizes=CableSizes(SIZES.fibers, 0.0))  # fmt: skip


def hub(number, node, splitters):
    return Hub(f"A1-H{number}", 0, node, (number - 1,), splitters, 144, splitters)


def ground(graph):
    return Ground(supply(graph, 0), graph, prices(graph), PLAIN, graph.edges.geometry.to_numpy())


def opened(graph, hubs, rates, reach_m=1e9):
    laid = ground(graph)
    saved = []

    def pay(made):
        saved.extend(open_paying_huts(laid, made, hubs, rates))
        return saved

    rules = CoverRules(reach_m, rates.hut_fibers, {}, 9e6, 1.0)
    found = assign_offices(laid.supply, graph, laid.prices, offices(0), hubs, rules, pay, "EUR")
    return found, saved, laid


#   office                    ┌─100─ 2 hub, 60 splitters      without a hut: 144 fibers for 10,100 m, 72 for 100 m
#   0 ─────── 10,000 ──────── 1                                       = 1,454,400 + 7,200            = 1,461,600
#                             └─100─ 3 hub, 60 splitters      with one at 1: 12 fibers for 10,000 m, 72 for 2 x 100 m
#                                                                     = 120,000 + 14,400            =   134,400
FORK = road_graph((0, 1, 10_000), (1, 2, 100), (1, 3, 100), homes=[2, 3])
PAIR = [hub(1, 2, 60), hub(2, 3, 60)]
SAVED = 1_461_600 - 134_400


def test_the_feeder_costs_what_its_cables_cost():
    found, _, laid = opened(FORK, PAIR, replace(RATES, hut=1e12))
    assert feeder_cents(laid, found, PAIR, RATES) == pytest.approx(1_461_600, abs=1)


def test_a_hut_opens_where_the_feeders_meet_if_it_saves_a_euro_more_than_it_costs():
    found, saved, laid = opened(FORK, PAIR, replace(RATES, hut=SAVED - 100.0))
    assert (found.hut_nodes, found.of_hub) == ([1], [1, 1])
    assert saved == pytest.approx([100.0], abs=1)
    assert feeder_cents(laid, found, PAIR, RATES) == pytest.approx(134_400, abs=1)
    assert [(one.code, one.where, one.amount) for one in found.findings] == [
        ("W_HUT_PAYS", ("hut-1",), pytest.approx(1.0))
    ]


def test_no_hut_opens_if_it_costs_a_euro_more_than_it_saves():
    found, saved, _ = opened(FORK, PAIR, replace(RATES, hut=SAVED + 100.0))
    assert (found.hut_nodes, found.of_hub, saved) == ([], [0, 0], [])


def test_a_hut_feeds_no_more_splitters_than_it_has_ports():
    found, _, _ = opened(FORK, PAIR, replace(RATES, hut_ports=119))
    assert 1 not in found.hut_nodes


def test_a_hub_with_few_fibers_needs_no_hut():
    assert opened(FORK, [hub(1, 2, 4)], RATES)[0].hut_nodes == []


def test_a_hut_that_reach_asks_for_is_opened_whatever_it_costs():
    found, saved, _ = opened(FORK, PAIR, replace(RATES, hut=1e12), reach_m=5_000)
    assert (found.hut_nodes, saved) == ([1], [])


@st.composite
def lands(draw):
    count = draw(st.integers(2, 7))
    edges = [(draw(st.integers(0, n - 1)), n, draw(st.integers(100, 9_000))) for n in range(1, count)]
    nodes = draw(st.lists(st.integers(1, count - 1), min_size=1, max_size=4))
    hubs = [hub(number, node, draw(st.integers(1, 40))) for number, node in enumerate(nodes, 1)]
    return road_graph(*edges, homes=nodes), hubs


@settings(max_examples=25)
@given(lands(), st.integers(1_000, 400_000))
def test_huts_never_raise_the_cost_and_each_pays(case, price):
    graph, hubs = case
    rates = replace(RATES, hut=float(price))
    found, saved, laid = opened(graph, hubs, rates)
    plain, _, _ = opened(graph, hubs, replace(RATES, hut=1e15))
    spent = feeder_cents(laid, found, hubs, rates) + price * len(found.hut_nodes)
    assert all(cents > 0 for cents in saved)
    assert spent + sum(saved) == pytest.approx(feeder_cents(laid, plain, hubs, rates), rel=1e-9)


@settings(max_examples=25)
@given(lands(), st.integers(1_000, 400_000))
def test_no_single_hut_more_would_pay_where_hubs_stand_or_feeders_meet(case, price):
    graph, hubs = case
    rates = replace(RATES, hut=float(price))
    found, _, laid = opened(graph, hubs, rates)
    again = open_paying_huts(laid, found.copy(), hubs, rates)
    assert again == []


# ---- several roots in a whole design ---------------------------------------------------------------------------------


def far_village(**changes):
    """Three houses at 100, 2,500 and 5,900 m along a road of 6 km."""
    homes = locations(("a", 100, 5), ("b", 2_500, 5), ("c", 5_900, 5))
    return village(roads=roads([(0, 0), (3_000, 0)], [(3_000, 0), (6_000, 0)]), locations=homes, **changes)


@pytest.mark.parametrize(("spots", "meters"), [([0], 5_900), ([0, 6_000], 2_600), ([0, 3_000, 6_000], 700)])
def test_each_further_office_shortens_the_route(spots, meters):
    made = design(far_village(plant=plant(*((f"co{x}", "co", None, point(x, 0)) for x in spots))))
    assert made.network.route.length_m == pytest.approx(meters, rel=1e-3)
    assert made.network.route.status == "optimal"
    fed = made.network.paths.set_index("location_id")["office_id"].to_dict()
    assert set(fed.values()) <= {f"co{x}" for x in spots}


def test_a_fiber_feeds_from_its_middle_and_its_strands_are_counted():
    fiber = ("f", "fiber", 2, line((0, 0), (3_000, 0)))
    made = design(far_village(plant=plant(("co", "co", None, point(0, 0)), fiber)))
    assert made.network.route.length_m == pytest.approx(2_900, rel=1e-3)
    short = [one for one in made.network.findings if one.code == "W_STRANDS_SHORT"]
    assert [one.amount for one in short] == [1.0]


def test_a_route_takes_the_longer_way_where_a_duct_makes_it_cheaper():
    #  co ── 400 m plowed ── house;  co ── 600 m, all in duct ── house
    ways = roads([(0, 0), (400, 0)], [(0, 0), (0, 100), (400, 100), (400, 0)])
    duct = ("d", "duct", 1, line((0, 0), (0, 100), (400, 100), (400, 0)))
    inputs = village(
        roads=ways, locations=locations(("h", 400, -5)), plant=plant(("co", "co", None, point(0, 0)), duct)
    )
    made = design(inputs)
    assert BOOK.rate("duct_pull").likely * 600 < BOOK.rate("plow").likely * 400
    assert made.graph.edges["road_id"].iloc[made.network.route.edges].tolist() == ["w1-0"]

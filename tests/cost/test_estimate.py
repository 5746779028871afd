"""The hand-drawn network of `hand.py`, priced line by line, and what holds for any bill."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.cost import draw_factors, estimate_cost
from expansion.cost.fees import split_evenly
from expansion.cost.uncertainty import find_drivers, tabulate
from expansion.errors import StudyError
from tests.cost import hand
from tests.cost.book import book

STUDY = hand.study(cost={"draws": 2000})
DRAWS = draw_factors(STUDY, book())


def price(network=None, permits=None, rates=None):
    made = hand.hand_network() if network is None else network
    return estimate_cost(STUDY, rates or book(), made, permits or hand.permits(), DRAWS)


def quantities(cost):
    return {
        (area, item): count for area, item, count in cost.bom[["area_id", "item", "quantity"]].itertuples(index=False)
    }


def test_quantities_of_the_hand_drawn_network():
    expected = {
        "A": {
            "plow": 980, "bore": 20, "aerial": 300, "make_ready_pole": 7, "pole_application": 7,
            "cable_12": 1030 + 326, "hub_288": 1,
            "terminal_4": 1, "splitter_32": 1, "olt_port": 1, "odf_port": 1, "drop_aerial_m": 40, "drop_buried_m": 30,
            "drop_cable": 46 + 35, "drop_fixed": 2, "ont_install": 2,
            "handhole": 7,  # 1000 m buried, one per 150 m begun; T1 hangs on a pole
            "closure": 1,  # at T1
            "splice": 1 + 2 + 2 + 1,  # starts of c1 and c2, ports of T1, the feeder's end at H1
        },
        "B": {
            "duct_pull": 100, "cable_12": 121, "terminal_4": 1, "closure": 1, "splice": 1 + 1, "handhole": 1,
            "drop_buried_m": 60, "drop_cable": 66, "drop_fixed": 1, "ont_install": 1,
        },
    }  # fmt: skip
    cost = price()
    work = set(cost.bom.loc[cost.bom["category"] != "soft", "item"])
    flat = {(area, item): count for area, items in expected.items() for item, count in items.items()}
    assert {key: count for key, count in quantities(cost).items() if key[1] in work} == flat


@pytest.mark.parametrize(
    ("spans", "shares"),
    [("f1", {"A": 1030 + 326, "B": 121}), ("d2", {"A": 326, "B": 1030 + 121}),
     ("f1,d1,d2", {"A": 956.429 + 326, "B": 73.571 + 121})],
)  # fmt: skip
def test_a_feeder_cable_is_shared_by_who_pays_for_its_spans(spans, shares):
    """1030 m in spans of 1000 m and 300 m of A and 100 m of B: B has 100/1400 of it, down to the millimeter."""
    feeder = (*hand.HAND_CABLES[0][:7], spans, "A")
    cost = price(hand.hand_network(cables=(feeder, *hand.HAND_CABLES[1:])))
    assert {a: round(q, 3) for (a, item), q in quantities(cost).items() if item == "cable_12"} == shares


def test_area_b_costs_what_a_hand_calculation_says():
    build = 100 * 3.5 + 121 * 2.3 + 338 + 350 + 2 * 30 + 500  # pull, cable, terminal, closure, splices, handhole
    connect = 60 * 6.22 + 66 * 0.45 + 200 + 550  # drop, its cable, hardware, ONT
    soft = 187.63 + 46.91 + 46.91  # 10 %, 2.5 % and 2.5 % of 1876.30, each to the cent
    assert price().per_area.set_index("area_id")["base"]["B"] == pytest.approx(build + connect + soft)


def test_soft_costs_are_shares_of_what_is_built():
    bom = price().bom
    build = bom[
        (bom["area_id"] == "A") & bom["category"].isin(["civil", "cable", "passive", "make_ready", "electronics"])
    ]
    engineering = bom[(bom["area_id"] == "A") & (bom["item"] == "engineering")].iloc[0]
    assert engineering["quantity"] == pytest.approx(build["cost"].sum())
    assert engineering["cost"] == round(round(build["cost"].sum(), 2) * 0.1, 2)


def test_every_sum_agrees_to_the_cent():
    cost = price(permits=hand.permits(("P1", 100.01, "A,B"), ("P2", 33.33, "B")))
    assert cost.base == round(cost.bom["cost"].sum(), 2)
    assert cost.base == round(sum(cost.by_category.values()), 2)
    assert cost.base == round(sum(cost.by_component.values()), 2)
    assert cost.base == round(cost.to_pass + cost.to_connect, 2)
    assert cost.base == round(cost.per_area["base"].sum(), 2)
    assert cost.to_connect == round(cost.by_category["drop"] + cost.by_category["customer"], 2)


def test_a_line_costs_its_quantity_times_the_likely_rate():
    bom = price(permits=hand.permits(("P1", 100.01, "A,B"))).bom
    assert [round(q * r, 2) for q, r in zip(bom["quantity"], bom["rate_likely"], strict=True)] == bom["cost"].tolist()


def test_lines_are_sorted_and_unique():
    keys = price().bom[["area_id", "category", "item", "component"]].apply(tuple, axis=1).tolist()
    assert keys == sorted(set(keys))


def test_row_order_changes_nothing():
    turned = hand.hand_network(**{
        name: getattr(hand, f"HAND_{name.upper()}")[::-1] for name in ("spans", "sites", "cables", "paths", "drops")
    })  # fmt: skip
    assert price(turned).bom.equals(price().bom)
    assert price(turned).per_area.equals(price().per_area)


def test_permit_fees_are_split_to_the_cent():
    bom = price(permits=hand.permits(("P1", 100.01, "B,A"))).bom
    assert bom[bom["category"] == "permits"]["cost"].tolist() == [50.01, 50.0]


def test_a_permit_without_an_area_is_paid_by_all():
    bom = price(permits=hand.permits(("P1", 10.0, ""))).bom
    assert bom[bom["item"] == "P1"]["area_id"].tolist() == ["A", "B"]


@given(st.integers(0, 10**9), st.integers(1, 50))
def test_parts_of_a_fee_add_to_it_and_differ_by_a_cent_at_most(cents, parts):
    found = split_evenly(cents, parts)
    assert sum(found) == cents
    assert max(found) - min(found) <= 1


def test_percentiles_are_ordered_and_do_not_add():
    cost = price()
    assert cost.p10 < cost.p50 < cost.p80 < cost.p90
    areas = cost.per_area
    assert (areas[["p10", "p50", "p80"]].to_numpy() <= areas[["p50", "p80", "p90"]].to_numpy()).all()


def drivers_of(cost, rates=None):
    return find_drivers(tabulate(cost.bom, rates or book()), DRAWS.scores, cost.p80)


def test_certain_rates_leave_only_the_quantity_uncertain():
    rates = book(**{row.rate_id: row.likely for row in book().rates})
    drivers = drivers_of(price(rates=rates), rates).set_index("factor")["p80_change"]
    assert drivers["quantity"] > 0
    assert drivers.drop("quantity").eq(0).all()


def test_the_first_driver_is_what_most_money_hangs_on():
    only_plow = hand.network(spans=hand.HAND_SPANS[:1])
    assert drivers_of(price(only_plow))["factor"].iloc[0] == "soil"


def test_an_empty_network_costs_nothing():
    cost = price(hand.network())
    assert (cost.base, cost.p80, cost.to_pass, len(cost.bom), len(cost.per_area)) == (0.0, 0.0, 0.0, 0, 0)


def test_existing_fiber_and_standing_sites_are_free():
    standing = tuple((*site[:6], False) for site in hand.HAND_SITES)
    cost = price(hand.network(spans=hand.HAND_SPANS[3:], sites=standing))
    assert cost.base == 0


def test_splices_are_bought_but_no_plugs_and_joints_take_a_closure_where_there_is_none():
    splices = [("c1-J1", "splice", "A")] * 3 + [("CO", "connector", "A"), ("CO", "existing", None)]
    pieces = (("c1", 1, "A"), ("c1", 0, "A"))
    counts = quantities(price(hand.network(splices=splices, pieces=pieces, spans=hand.HAND_SPANS[:1])))
    assert (counts["A", "splice"], counts["A", "closure"]) == (3, 1)


def test_a_closure_of_the_design_is_bought():
    closure = ("C1", "closure", None, 0, "A", 5, True)
    counts = quantities(price(hand.network(sites=(closure,))))
    assert counts == {("A", "closure"): 1} | {
        ("A", item): 350 for item in ("engineering", "inspection", "project_management")
    }


def test_a_stack_is_bought_as_terminals_of_the_largest_size():
    sites = tuple((*site[:2], 36, *site[3:]) if site[0] == "T1" else site for site in hand.HAND_SITES)
    assert quantities(price(hand.hand_network(sites=sites)))["A", "terminal_12"] == 3


def test_terminals_and_a_branch_of_a_hub_at_a_node_share_closure_and_handhole():
    more = (("T3", "terminal", 4, 1, "B", 3, True), ("C1", "closure", None, 0, "B", 3, True))
    sites = hand.hand_network(sites=hand.HAND_SITES + more)
    sites.sites["parent_site_id"] = "H1"
    counts = quantities(price(sites))
    assert (counts["B", "closure"], counts["B", "handhole"], counts["B", "terminal_4"]) == (1, 1, 2)


@pytest.mark.parametrize(("capacity", "used", "fitted"), [(None, 1, True), (16, 1, False), (None, 0, False)])
def test_a_standing_office_whose_ports_nobody_stated_is_fitted_out_where_it_feeds_hubs(capacity, used, fitted):
    office = ("CO", "co", capacity, used, None, 0, False)
    counts = quantities(price(hand.hand_network(sites=(office, *hand.HAND_SITES[1:]))))
    assert counts.get(("A", "co_upgrade"), 0) == (1 if fitted else 0)


def test_a_path_that_overloads_its_receiver_takes_an_attenuator_per_unit():
    network = hand.hand_network()
    network.paths["attenuator_db"], network.paths["units"] = [0.0, 2.0, 1.0], [1, 3, 1]
    counts = quantities(price(network))
    assert (counts["A", "attenuator"], counts["B", "attenuator"]) == (3, 1)


def test_units_take_as_many_onts():
    network = hand.hand_network()
    network.drops["units"] = [1, 5, 2]
    assert quantities(price(network))["A", "ont_install"] == 6


def test_a_hub_full_of_units_takes_more_splitters_than_paths_show():
    sites = tuple((*site[:3], 70, *site[4:]) if site[0] == "H1" else site for site in hand.HAND_SITES)
    counts = quantities(price(hand.hand_network(sites=sites)))
    assert counts["A", "splitter_32"] == counts["A", "olt_port"] == 3


def test_sizes_without_a_rate_are_reported():
    sites = tuple((*site[:2], 10, *site[3:]) if site[0] == "T1" else site for site in hand.HAND_SITES)
    codes = {finding.code: finding for finding in price(hand.hand_network(sites=sites)).findings}
    assert codes["W_RATE_DERIVED"].where == ("terminal_10",)
    assert {"W_PRICE_YEAR", "W_RATE_GENERAL"} <= codes.keys()


def test_rates_of_zero_are_a_warning_and_never_silent():
    codes = [finding.code for finding in price(rates=book(plow=0.0)).findings]
    assert "W_RATE_ZERO" in codes


def test_money_of_two_currencies_is_refused():
    francs = hand.study(study={"name": "hand", "currency": "CHF"})
    with pytest.raises(StudyError, match="counts in CHF") as caught:
        estimate_cost(francs, book(), hand.network(), hand.permits(), DRAWS)
    assert caught.value.code == "E_CURRENCY"


def test_the_same_inputs_give_the_same_bytes():
    first, again = price(), price()
    assert first.per_area.equals(again.per_area)
    assert (first.p10, first.p50, first.p80, first.p90) == (again.p10, again.p50, again.p80, again.p90)

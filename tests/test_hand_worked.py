"""A case worked by hand: one hub, 40 locations, every figure from the route to the last cent.

                     T1 ||||  n5      four houses at each place, 20.008 m off the track, all on one side of it
                      |
                     T3 ||||  n4      C office   H hub   T terminal of 4 ports, one per place
                      |
                     T5 ||||  n3      C to H 500.190 m; from each place to the next 200.076 m (on the ellipsoid)
                      |
                     T7 ||||  n2
                      |
                     T9 ||||  n1
                      |
    C ────────────────H
                      |
                    T10 ||||  s1      and so on to T2 at s5

Drops may be 100 m long and terminals have 4 ports: no terminal can serve two places, so each place has one. Two arms
alike, a feeder of 2 fibers against 40 distribution fibers: nowhere is cable cheaper than with the hub at the fork.

Ports     40 units on splitters of 32: 2 splitters, 2 feeder fibers, 2 OLT ports, 2 ports at the frame
Cables    feeder        500.190 x 1.01 + 2 x 10                              =   525.192 m, 2 fibers + 0 spare: 12
          distribution  5 x 200.076 x 1.01 + 2 x 10 + 4 terminals passed x 5 = 1,050.384 m, 20 fibers + 2 spare: 24
          drop          20.008 x 1.01 + 5                                    =    25.208 m
Splices   office 2 + splitter in 2 + splitter out 40 + terminals 40 = 84; a path passes one of each: 4
Reach     n5: 525.192 + 1,050.384 + 25.208 = 1,600.784 m
          n1: 525.192 + (10 + 202.077 + 5) + 25.208 = 767.477 m; each place further 202.077 + 5
Loss      4 splices x 0.1 + 4 connectors x 0.5 + splitter 17.5 = 19.9 dB, and 0.40 dB/km up, 0.29 dB/km down
          least: 4 x 0.05 + 4 x 0.3 + 16.5 = 17.9 dB, and 0.25 dB/km
          n5: 19.9 + 0.640 = 20.540 up, 19.9 + 0.464 = 20.364 down, 17.9 + 0.400 = 18.300 at least
          class B+: at most 28 - 3 = 25, at least 13: nothing is broken, no attenuator
"""

from dataclasses import replace
from functools import cache

import pytest

from expansion.pipeline import make_plan
from tests.villages import locations, plant, point, roads, study, village

# rate, quantity, cost: what is built, then what connects
BUILD = {
    "plow": (30.43, 2500.950, 76_103.91),  # 500.190 + 10 x 200.076
    "cable_12": (2.30, 525.192, 1_207.94),
    "cable_24": (2.39, 2100.768, 5_020.84),
    "handhole": (500.0, 27, 13_500.00),  # 2,500.95 / 150 begun: 17, and one at each terminal
    "closure": (350.0, 10, 3_500.00),  # one at each terminal
    "splice": (30.0, 84, 2_520.00),
    "splitter_32": (120.0, 2, 240.00),
    "hub_72": (3_265.0, 1, 3_265.00),  # 40 of 72 ports; of 48 it may be 38 at design
    "terminal_4": (338.0, 10, 3_380.00),
    "olt_port": (600.0, 2, 1_200.00),
    "odf_port": (30.0, 2, 60.00),
}
CONNECT = {
    "drop_buried_m": (6.22, 800.320, 4_977.99),  # 40 x 20.008
    "drop_cable": (0.45, 1008.320, 453.74),  # 40 x 25.208
    "drop_fixed": (200.0, 40, 8_000.00),
    "ont_install": (550.0, 40, 22_000.00),
}
BUILD_COST, CONNECT_COST, PERMIT = 109_997.69, 35_431.73, 150.00
SOFT = {"engineering": 10_999.77, "project_management": 2_749.94, "inspection": 2_749.94}  # 10, 2.5 and 2.5 % of build
BASE = 162_079.07
PER_PLACE = {  # reach, loss up, down and least, the same on both arms
    1: (767.477, 20.207, 20.123, 18.092),
    2: (974.554, 20.290, 20.183, 18.144),
    3: (1181.630, 20.373, 20.243, 18.195),
    4: (1388.707, 20.455, 20.303, 18.247),
    5: (1600.784, 20.540, 20.364, 18.300),
}


def drawn():
    """The drawing as inputs, at the rates of the sheet."""
    places = [(arm, k, sign * 200 * k) for arm, sign in (("n", 1), ("s", -1)) for k in range(1, 6)]
    houses = [(f"{arm}{k}{door}", 520, y) for arm, k, y in places for door in "abcd"]
    lines = [(0, 0), (500, 0)], [(500, 0), (500, 1000)], [(500, 0), (500, -1000)]
    inputs = village(
        roads=roads(*lines, highway="track"), locations=locations(*houses), plant=plant(("co", "co", 16, point(0, 0)))
    )
    sheet = {item: rate for item, (rate, _, _) in (BUILD | CONNECT).items()}
    book = inputs.rulebook
    own = [
        row.model_copy(update=dict.fromkeys(("low", "likely", "high"), sheet[row.rate_id]))
        for row in book.rates
        if row.rate_id in sheet
    ]
    return replace(inputs, rulebook=book.with_rates(own))


@cache
def plan():
    return make_plan(study(network={"terminal_ports": [4], "drop_max_m": 100}), drawn())


def table(name):
    return plan().tables[name]


def test_there_is_one_hub_at_the_fork_and_a_terminal_at_each_place():
    sites = table("sites").set_index("site_id")
    assert sites["kind"].value_counts().to_dict() == {"terminal": 10, "hub": 1, "co": 1}
    hub = sites[sites["kind"] == "hub"].iloc[0]
    assert (hub["capacity"], hub["used"]) == (72, 40)
    assert hub.geometry.equals(point(500, 0))
    assert set(sites.loc[sites["kind"] == "terminal", "used"]) == {4}


def test_cables_are_as_long_and_as_large_as_on_the_sheet():
    cables = table("cables")
    found = sorted(zip(cables["tier"], cables["fibers"], cables["used_fibers"], cables["length_m"], strict=True))
    distribution, drop = ("distribution", 24, 20, 1050.384), ("drop", 1, 1, 25.208)
    assert found == [distribution] * 2 + [drop] * 40 + [("feeder", 12, 2, 525.192)]


def test_splices_are_those_of_office_splitters_and_terminals():
    splices = table("splices")
    fused = splices[splices["kind"] != "connector"]
    assert fused.groupby("kind").size().to_dict() == {"splice": 42, "splitter in": 2, "splitter out": 40}
    assert set(table("paths")["splices"]) == {4}


@pytest.mark.parametrize("place", PER_PLACE)
def test_reach_and_losses_are_those_of_the_sheet_on_both_arms(place):
    paths = table("paths")
    mine = paths[paths["location_id"].str[1] == str(place)]
    assert len(mine) == 8
    told = mine[["reach_m", "loss_up_db", "loss_down_db", "loss_min_db"]].drop_duplicates().to_numpy().tolist()
    assert told == [list(PER_PLACE[place])]
    assert (mine["loss_db"] == mine["loss_up_db"]).all()


def test_the_budget_leaves_what_the_sheet_says_and_no_rule_is_broken():
    paths = table("paths")
    assert paths["margin_db"].min() == 4.46  # 25 - 20.540
    assert paths["attenuator_db"].max() == 0
    assert paths["headroom_m"].min() == pytest.approx(4.4597 / 0.4 * 1000, abs=2)
    assert plan().document["network"]["worst_loss_db"] == 20.54
    assert plan().document["rules"]["broken"] == 0


def test_forty_units_stand_on_two_splitters_and_two_ports():
    optics = table("optics")
    assert optics["units"].tolist() == [32, 8]
    assert optics["differential_m"].tolist() == [626.23, 0.0]  # n5 to n2 on the first port, n1 and s1 on the second
    assert sorted(table("paths")["splitter_output"]) == list(range(1, 41))


def test_the_bill_has_the_quantities_and_costs_of_the_sheet_and_nothing_else():
    bom = table("bom")
    lines = bom[~bom["category"].isin(["soft", "permits"])]
    quantity, cost = lines.groupby("item")["quantity"].first(), lines.groupby("item")["cost"].sum().round(2)
    sheet = BUILD | CONNECT
    assert quantity.to_dict() == {item: amount for item, (_, amount, _) in sheet.items()}
    assert cost.to_dict() == {item: money for item, (_, _, money) in sheet.items()}


def test_the_sheet_multiplies_and_adds_up():
    assert all(round(rate * amount, 2) == money for rate, amount, money in (BUILD | CONNECT).values())
    assert round(sum(money for _, _, money in BUILD.values()), 2) == BUILD_COST
    assert round(sum(money for _, _, money in CONNECT.values()), 2) == CONNECT_COST
    assert round(BUILD_COST + CONNECT_COST + PERMIT + sum(SOFT.values()), 2) == BASE


def test_soft_costs_the_permit_and_the_base_are_those_of_the_sheet():
    bom, cost = table("bom"), plan().document["cost"]
    assert bom[bom["category"] == "soft"].groupby("item")["cost"].sum().to_dict() == SOFT
    assert bom.loc[bom["category"] == "permits", "cost"].tolist() == [PERMIT]  # one permit for the municipal road
    assert (cost["base"], cost["cost_to_connect"]) == (BASE, CONNECT_COST)
    assert cost["cost_to_pass"] == round(BASE - CONNECT_COST, 2)

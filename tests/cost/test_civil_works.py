"""The bill buys what the edges were priced for: the same meters at the same rates.

    h   h        h        C   office, on fiber's way in a duct under the railway (40 m to bore elsewhere)
C ──┴───┼───┬────┴──      ┼   railway; the short piece of road there is shorter than the bore
        │   h             h   below: on the other side of the road
"""

import numpy as np
import pytest

from expansion.cost.bom import price_lines
from expansion.cost.quantities import measure_quantities
from expansion.plan.bill import item_quantities
from tests.cost.hand import permits
from tests.villages import BOOK, design, line, locations, plant, point, roads, village

CO = ("co", "co", None, point(0, 0))
HOUSES = (("a", 100, 20), ("b", 150, 20), ("c", 300, -20), ("d", 400, 20))
STREET = ([(0, 0), (200, 0)], [(200, 0), (212, 0)], [(212, 0), (500, 0)])


def built(*items, bored=(), **columns):
    inputs = village(roads=roads(*STREET, **columns), locations=locations(*HOUSES), plant=plant(CO, *items))
    return design(inputs, bored=bored)


def bill(drawn):
    """Cents of civil works and make-ready by item, over all areas."""
    lines = price_lines(BOOK, measure_quantities(drawn.study, BOOK, drawn.network), permits(), "USD")
    mine = lines[lines["category"].isin(["civil", "make_ready"])]
    return item_quantities(mine).groupby("item")["quantity"].sum().to_dict(), int(np.rint(mine["cost"] * 100).sum())


def priced(drawn):
    """Cents of civil works of the edges in use."""
    used = [name for names in drawn.network.spans["edge_ids"] for name in names.split(",")]
    return int(drawn.prices.civil_cost[drawn.graph.edges["edge_id"].isin(used).to_numpy()].sum())


@pytest.mark.parametrize("highway", ["unclassified", "residential"])
@pytest.mark.parametrize("meters", [0, 8, 40])
def test_the_bill_costs_what_the_edges_were_priced_at(highway, meters):
    drawn = built(bored=[(3, meters)], highway=highway)
    assert drawn.graph.edges["edge_id"][3] == "w1-0.0"
    assert abs(bill(drawn)[1] - priced(drawn)) <= len(drawn.graph.edges) / 2


#   40 m of bore on 12 m of road: all of it is bored and bought, and nothing plowed there
def test_a_bore_longer_than_its_road_is_bought_whole():
    quantity, _ = bill(built(bored=[(3, 40)]))
    assert quantity["bore"] == 40
    assert quantity["plow"] == pytest.approx(400 - 12, abs=0.5)


def test_through_duct_nothing_is_bored():
    quantity, _ = bill(built(("d", "duct", None, line((200, 0), (212, 0))), bored=[(3, 40)]))
    assert "bore" not in quantity
    assert quantity["duct_pull"] == pytest.approx(12, abs=0.1)


def test_the_house_across_the_road_is_its_own_line():
    drawn = built()
    quantity, _ = bill(drawn)
    assert quantity["crossing_bore"] == BOOK.road_class("unclassified").carriageway_m
    drops = drawn.network.drops.set_index("location_id")
    assert drops["over_m"].tolist() == [0, 0, 5, 0]
    assert drops.loc["c", "reason"].startswith("on the other side of the road: bored under the carriageway")
    span = drawn.network.spans.set_index("over_item").loc["crossing_bore"]
    assert (span["placement"], span["over_m"], span["reason"].count("5 m")) == ("bore", 5, 1)

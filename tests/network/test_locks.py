"""Locks hold the edges they mean, contradictions are refused all at once, and what they cut off is said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import Polygon

from expansion.errors import PlanningError, PlanningErrors
from expansion.network.lock_prices import lock_findings, price_locks
from expansion.plan.locks import ROUTE_LOCKS
from tests.villages import BOOK, EAST, NORTH, UTM, design, line, locations, marks, plant, point, roads, village

#  1 ──── w2 200 ──── 2           C office at 0, house at 3
#  │ w1 100           │ w3 100
#  0 ──── w0 200 ──── 3 h
SQUARE = [[(0, 0), (200, 0)], [(0, 0), (0, 100)], [(0, 100), (200, 100)], [(200, 100), (200, 0)]]
PLOW = BOOK.rate("plow").likely


def square(drawn=None, homes=(("h", 200, -5),), **changes):
    inputs = village(
        roads=roads(*SQUARE, **changes), locations=locations(*homes), plant=plant(("co", "co", None, point(0, 0)))
    )
    return (
        inputs
        if drawn is None
        else inputs.__class__(**{k: getattr(inputs, k) for k in inputs.__slots__} | {"marks": drawn})
    )


def routed(drawn=None, permits=(), locks=None, homes=(("h", 200, -5),), changes=None, phase=None, **route):
    network = {"route": route} | ({"locks": locks} if locks else {})
    return design(square(drawn, homes, **(changes or {})), permits=permits, network=network, phase=phase)


def built(made):
    return made.graph.edges["edge_id"].iloc[made.network.route.edges].tolist()


def box(x0, y0, x1, y1):
    return Polygon([(EAST + x, NORTH + y) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))])


def place(x, y):
    lon, lat = Transformer.from_crs(UTM, 4326, always_xy=True).transform(EAST + x, NORTH + y)
    return {"longitude": lon, "latitude": lat}


def refused(**asked):
    with pytest.raises(PlanningError) as caught:
        routed(**asked)
    return [error.code for error in getattr(caught.value, "errors", (caught.value,))]


def test_without_locks_the_short_way_is_built():
    assert built(routed()) == ["w0-0.0"]


def test_an_avoided_edge_is_gone():
    assert built(routed(avoid_edges=["w0-0.0"])) == ["w1-0.0", "w2-0.0", "w3-0.0"]


def test_an_avoided_road_class_is_gone():
    kinds = {"highway": ["primary", "track", "track", "track"]}
    assert built(routed(avoid_roads=["primary"], changes=kinds)) == ["w1-0.0", "w2-0.0", "w3-0.0"]


@pytest.mark.parametrize("key", [{"avoid_rules": ["RAIL-X"]}, {"avoid_permits": ["RAIL-X-1"]}])
def test_edges_that_need_an_avoided_permit_are_gone(key):
    assert built(routed(permits=[(0, "RAIL-X", "RAIL-X-1")], **key)) == ["w1-0.0", "w2-0.0", "w3-0.0"]


def test_an_edge_that_enters_a_drawn_polygon_is_gone():
    assert built(routed(marks(("a", "avoid", box(90, -9, 110, 9))))) == ["w1-0.0", "w2-0.0", "w3-0.0"]


def test_an_edge_that_only_touches_a_drawn_polygon_stays():
    tip = Polygon([(EAST + 90, NORTH - 9), (EAST + 110, NORTH - 9), (EAST + 100, NORTH)])
    assert built(routed(marks(("a", "avoid", tip)))) == ["w0-0.0"]


def test_a_drawn_pin_holds_the_edge_that_it_runs_along_and_not_the_stubs_at_its_ends():
    made = routed(marks(("p", "pin", line((4, 103), (196, 97)))))
    assert made.locks.items[0].edges.tolist() == [2]
    assert built(made) == ["w1-0.0", "w2-0.0", "w3-0.0"]


def test_a_short_pin_in_the_middle_of_a_road_holds_that_road():
    made = routed(marks(("p", "pin", line((90, 101), (110, 101)))))
    assert made.locks.items[0].edges.tolist() == [2]


def test_a_pin_that_light_does_not_pass_is_built_and_paid_by_the_area_it_hangs_from():
    made = routed(pin_edges=["w1-0.0"])
    spans = made.network.spans.set_index("edge_ids")
    assert built(made) == ["w0-0.0", "w1-0.0"]
    assert spans.loc["w1-0.0", ["tier", "area_id"]].tolist() == ["feeder", "A001"]
    assert made.network.civil_cost == pytest.approx(300 * PLOW, rel=1e-3)


def test_pins_that_close_a_ring_are_all_built():
    made = routed(pin_edges=["w0-0.0", "w1-0.0", "w2-0.0", "w3-0.0"])
    assert built(made) == ["w0-0.0", "w1-0.0", "w2-0.0", "w3-0.0"]
    named = sorted(name for text in made.network.spans["edge_ids"] for name in text.split(","))
    assert named == built(made)
    assert made.network.route.status == "optimal"


def test_no_area_means_nothing_is_built_pins_or_not():
    assert built(routed(pin_edges=["w1-0.0"], phase=[-1])) == []


def test_who_is_cut_off_is_unreachable_and_said():
    made = routed(avoid_edges=["w0-0.0", "w3-0.0"], homes=(("a", 50, 105), ("h", 200, -5)))
    assert made.network.location_outcome.tolist() == ["fiber", "unreachable"]
    assert [(f.code, f.where) for f in made.locks.findings] == [("W_AVOID_CUTS", ("h",))]
    assert not [f for f in made.network.findings if f.code == "W_UNREACHABLE"]


def test_contradictions_and_strays_are_told_all_at_once():
    far = marks(("p", "pin", line((0, 900), (90, 900))))
    found = refused(drawn=far, pin_edges=["w0-0.0", "x"], avoid_edges=["w0-0.0"], avoid_rules=["LOCATE", "NONE"],
                    avoid_permits=["Z"], locks={"hubs": [{"name": "h"} | place(5000, 0)]})  # fmt: skip
    assert sorted(found) == [
        "E_HUB_FAR", "E_LOCK_EDGE", "E_LOCK_PERMIT", "E_LOCK_RULE", "E_LOCK_RULE", "E_PIN_AVOIDED", "E_PIN_FAR",
    ]  # fmt: skip


def test_a_pin_behind_what_is_avoided_is_refused():
    assert refused(pin_edges=["w2-0.0"], avoid_edges=["w1-0.0", "w3-0.0"]) == ["E_PIN_UNREACHABLE"]


def test_several_errors_exit_as_limits_that_contradict():
    with pytest.raises(PlanningErrors) as caught:
        routed(pin_edges=["w0-0.0", "x"], avoid_edges=["w0-0.0"])
    assert caught.value.exit_code == 3


def test_existing_fiber_is_neither_pinned_nor_avoided():
    fiber = ("f", "fiber", 12, line((0, 0), (200, 0)))
    inputs = village(roads=roads(*SQUARE), locations=locations(("h", 200, -5)),
                     plant=plant(("co", "co", None, point(0, 0)), fiber))  # fmt: skip
    made = design(inputs, network={"route": {"avoid_edges": ["w0-0.0"]}})
    assert built(made) == []
    assert [f.code for f in made.locks.findings] == ["W_LOCK_IDLE"]


def test_a_locked_hub_stands_where_it_is_told_with_its_capacity():
    homes = (("a", 40, 5), ("b", 80, 5), ("c", 120, 5))
    made = routed(homes=homes, locks={"hubs": [{"name": "yard", "capacity": 2} | place(201, 1)]})
    hubs = made.network.sites[made.network.sites["kind"] == "hub"].set_index("site_id")
    assert made.graph.node_ids[hubs.loc["A001-H1", "node"]] in {"n4", "n3", "n2"}
    assert hubs.geometry["A001-H1"].distance(point(200, 0)) < 0.01
    assert hubs[["capacity", "used"]].to_numpy().tolist() == [[2, 2], [24, 1]]
    assert made.network.paths.set_index("location_id")["hub_id"].to_dict() == {
        "a": "A001-H2", "b": "A001-H1", "c": "A001-H1",
    }  # fmt: skip


def test_a_locked_hub_off_the_route_is_reached():
    made = routed(locks={"hubs": [{"name": "hill"} | place(0, 100)]})
    assert built(made) == ["w0-0.0", "w1-0.0"]


def test_a_locked_hub_too_small_for_anyone_is_said():
    made = routed(homes=(("h", 200, -5, 4),), locks={"hubs": [{"name": "tiny", "capacity": 3} | place(200, 0)]})
    assert [f.where for f in made.network.findings if f.code == "W_HUB_IDLE"] == [("hub-tiny",)]


def priced(made):
    rows = np.nonzero(made.network.location_outcome == "fiber")[0]
    return price_locks(
        made.inputs, made.graph, made.prices, made.areas, made.locks, rows, made.network.route, seed=1
    ).set_index("lock_id")


def test_the_price_of_each_lock_by_hand():
    # with both: the ring over the north, 400 m; without the avoid and with the pin: 200 + 100 m
    made = routed(avoid_edges=["w0-0.0"], pin_edges=["w1-0.0"])
    table = priced(made)
    assert table.loc["avoid-edge-w0-0.0", "price"] == pytest.approx(100 * PLOW, rel=1e-3)
    assert table.loc["pin-edge-w1-0.0", "price"] == 0
    assert (table["price_low"] <= table["price"]).all()
    assert (table["price"] <= table["price_high"]).all()


def test_a_lock_says_whom_it_alone_keeps_off():
    homes = (("a", 50, 105), ("h", 200, -5))
    table = priced(routed(avoid_edges=["w0-0.0", "w3-0.0"], homes=homes))
    assert table["locations_cut_off"].tolist() == [1, 1]


def test_prices_are_findings_in_words():
    made = routed(pin_edges=["w1-0.0"])
    (found,) = lock_findings(ROUTE_LOCKS.check(priced(made).reset_index(), UTM), "EUR")
    assert (found.code, found.severity) == ("W_LOCK_PRICE", "info")
    assert found.message.startswith("edge w1-0.0 adds ")


@settings(max_examples=10)
@given(st.permutations(["w1-0.0", "w3-0.0"]), st.booleans())
def test_the_order_of_locks_changes_nothing(names, twice):
    made = routed(pin_edges=[*names, *names[: int(twice)]])
    assert [lock.lock_id for lock in made.locks.items] == ["pin-edge-w1-0.0", "pin-edge-w3-0.0"]

"""Locked terminals, huts and assignments are kept within the rules; what cannot be is said with its reason."""

from itertools import pairwise

import pytest
from pyproj import Transformer

from expansion.errors import PlanningError
from tests.villages import EAST, NORTH, UTM, design, locations, plant, point, roads, study, village

#  co ─── a ─ b ─ c ─── d ─ e ─ f ────────── g h      one road of 2 km; a..f every 40 m from 200, g h at 1,500
#  0     200 240 280   320 360 400         1500 1540
HOMES = [*((name, 200 + 40 * number, 5) for number, name in enumerate("abcdef")), ("g", 1500, 5), ("h", 1540, 5)]
CO = plant(("co", "co", None, point(0, 0)))


def place(x, y):
    lon, lat = Transformer.from_crs(UTM, 4326, always_xy=True).transform(EAST + x, NORTH + y)
    return {"longitude": lon, "latitude": lat}


def planned(homes=HOMES, drawn=((0, 0), (2000, 0)), network=None, **locks):
    inputs = village(roads=roads(list(drawn)), locations=locations(*homes), plant=CO)
    areas = {"settlement_distance_m": 2000}
    return design(inputs, areas=areas, network={"drop_max_m": 150, "locks": locks} | (network or {}))


def fed(made, column="terminal_id"):
    return made.network.paths.set_index("location_id")[column].to_dict()


def at(made, x, kind="terminal"):
    """Sites of a kind at a meter of the road."""
    sites = made.network.sites[made.network.sites["kind"] == kind]
    return sites.loc[[abs(place.x - EAST - x) < 0.01 for place in sites.geometry], "site_id"].tolist()


def said(made):
    found = [*made.locks.findings, *made.network.findings]
    return [(f.where[0], f.message, f.amount) for f in found if f.code == "W_LOCK_UNMET"]


def terminal(x, name="t", **more):
    return {"name": name} | place(x, 0) | more


def assign(to, *names):
    return {"locations": list(names), "to": to}


def test_a_locked_terminal_stands_there_and_serves_the_nearest_location():
    made = planned(terminals=[terminal(370)])
    assert not at(planned(), 360)
    assert fed(made)["e"] in at(made, 360)
    assert said(made) == []


def test_locations_assigned_to_a_terminal_are_on_one_terminal_there():
    made = planned(terminals=[terminal(400)], assignments=[assign("terminal-t", "c", "d", "f")])
    assert {fed(made)[name] for name in "cdf"} <= set(at(made, 400))
    assert len({fed(made)[name] for name in "cdf"}) == 1
    assert said(made) == []


def test_a_drop_that_is_too_long_is_said_with_what_it_exceeds():
    made = planned(terminals=[terminal(400)], assignments=[assign("terminal-t", "a", "f")])
    assert fed(made)["f"] in at(made, 400)
    assert fed(made)["a"] not in at(made, 400)
    text = "location a cannot be fed from terminal-t: the drop would be 55 m longer than network.drop_max_m"
    assert said(made) == [("assignment-1", text, pytest.approx(55, abs=0.1))]


def test_ports_that_are_taken_are_said():
    homes = [(name, x, 5, 5) for name, x, _ in HOMES]
    rules = {"terminal_ports": [4, 8, 12], "hub_capacity": 96}
    made = planned(homes, network=rules, terminals=[terminal(280)], assignments=[assign("terminal-t", "b", "c", "d")])
    assert {fed(made)[name] for name in "bc"} == {fed(made)["c"]} <= set(at(made, 280))
    assert [(where, amount) for where, _, amount in said(made)] == [("assignment-1", 3.0)]
    assert "ports are taken" in said(made)[0][1]


def test_a_terminal_near_nobody_stands_nowhere_and_the_route_does_not_go_there():
    made = planned(terminals=[terminal(1900)], assignments=[assign("terminal-t", "g")])
    assert at(made, 1900) == []
    assert made.network.route.edges.tolist() == planned().network.route.edges.tolist()
    assert [where for where, _, _ in said(made)] == ["terminal-t", "assignment-1"]
    assert "the nearest needs a drop of" in said(made)[0][1]


def test_two_locked_hubs_feed_who_is_assigned_to_them_not_who_is_nearest():
    hubs = [{"name": "near", "capacity": 6} | place(200, 0), {"name": "far", "capacity": 6} | place(400, 0)]
    made = planned(hubs=hubs, assignments=[assign("hub-near", "f"), assign("hub-far", "a", "b")])
    sites = made.network.sites.set_index("site_id").geometry
    x_of = {name: round(sites[hub].x - EAST) for name, hub in fed(made, "hub_id").items()}
    assert (x_of["f"], x_of["a"], x_of["b"]) == (200, 400, 400)
    assert said(made) == []


def test_more_than_a_hub_holds_is_said():
    hubs = [{"name": "small", "capacity": 2} | place(200, 0)]
    made = planned(hubs=hubs, assignments=[assign("hub-small", "d", "e", "f")])
    assert sorted(made.network.paths.groupby("hub_id").size()) == [2, 6]
    assert [(where, amount) for where, _, amount in said(made)] == [("assignment-1", 1.0)]


def test_a_hub_of_another_area_is_said():
    hubs = [{"name": "here", "capacity": 9} | place(200, 0)]
    made = planned(hubs=hubs, assignments=[assign("hub-here", "g")])
    apart = design(made.inputs, areas={"settlement_distance_m": 100},
                   network={"locks": {"hubs": hubs, "assignments": [assign("hub-here", "g")]}})  # fmt: skip
    assert said(made) == []
    assert "another area" in said(apart)[0][1]


def test_a_locked_hut_stands_between_office_and_hub_and_feeds_it():
    made = planned(huts=[{"name": "yard"} | place(190, 0)])
    assert at(made, 200, "hut") == ["hut-1"]
    assert set(fed(made, "office_id").values()) == {"hut-1"}
    assert said(made) == []


def test_a_locked_hut_beyond_every_hub_is_said_and_not_built():
    made = planned(huts=[{"name": "end"} | place(2000, 0)])
    assert "hut" not in set(made.network.sites["kind"])
    assert [where for where, _, _ in said(made)] == ["hut-end"]


#  the office lies 19.9 km from the last of the houses: light asks for a hut
LANES = [[(x, 0), (x, 50)] for x in range(15_000, 19_000, 1_000)]
FAR = [(name, 19_000 + 100 * number, 5) for number, name in enumerate("abc")]


def far(**locks):
    inputs = village(
        roads=roads(*pairwise([(0, 0), *(lane[0] for lane in LANES), (20_000, 0)]), *LANES),
        locations=locations(*FAR),
        plant=CO,
    )
    return design(inputs, network={"pon_class": "B+", "locks": locks})


def huts(made):
    sites = made.network.sites
    return [round(place.x - EAST) for place in sites.geometry[sites["kind"] == "hut"]]


def test_no_hut_stands_where_none_may_while_another_place_keeps_the_rules():
    free = huts(far())
    assert len(free) == 1
    barred = far(huts=[{"name": "no", "stands": False, "within_m": 300} | place(free[0], 0)])
    assert len(huts(barred)) == 1
    assert abs(huts(barred)[0] - free[0]) > 300
    assert said(barred) == []


def test_a_hut_that_nothing_else_replaces_stands_and_that_is_said():
    everywhere = [{"name": f"n{x}", "stands": False, "within_m": 5000} | place(x, 0) for x in (0, 8_000, 16_000)]
    made = far(huts=everywhere)
    assert len(huts(made)) == 1
    assert len(said(made)) == 1
    assert "no hut elsewhere keeps" in said(made)[0][1]


@pytest.mark.parametrize(
    ("locks", "code"),
    [
        ({"terminals": [terminal(300, "a") | place(300, 900)]}, "E_TERMINAL_FAR"),
        ({"huts": [{"name": "h"} | place(300, 900)]}, "E_HUT_FAR"),
        ({"terminals": [terminal(281, "a"), terminal(282, "b")]}, "E_LOCK_TWICE"),
        ({"terminals": [terminal(300)], "assignments": [assign("terminal-t", "nobody")]}, "E_LOCK_LOCATION"),
        ({"huts": [{"name": "a"} | place(0, 0), {"name": "b", "stands": False} | place(9, 0)]}, "E_HUT_BARRED"),
    ],
)
def test_malformed_locks_are_refused_by_code(locks, code):
    with pytest.raises(PlanningError) as caught:
        planned(**locks)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "locks",
    [
        {"assignments": [assign("hub-none", "a")]},
        {"terminals": [terminal(0, "x"), terminal(9, "x")]},
        {"terminals": [terminal(0, "x"), terminal(9, "y")],
         "assignments": [assign("terminal-x", "a"), assign("terminal-y", "a")]},
    ],
)  # fmt: skip
def test_locks_that_contradict_in_the_file_are_refused(locks):
    with pytest.raises((PlanningError, ValueError)):
        study(network={"locks": locks})


def test_the_order_of_locks_changes_nothing():
    one = planned(terminals=[terminal(200, "x"), terminal(400, "y")], assignments=[assign("terminal-x", "b", "a")])
    two = planned(terminals=[terminal(400, "y"), terminal(200, "x")], assignments=[assign("terminal-x", "a", "b")])
    assert one.network.paths.equals(two.network.paths)
    assert one.network.sites.equals(two.network.sites)

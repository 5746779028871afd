"""A designed network as a whole: one way of light per house, nothing used twice, nothing built for nobody."""

import random
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

from tests.villages import BOOK, design, line, locations, plant, point, roads, village

CO = ("co", "co", None, point(0, 0))
GRID = [
    [(0, 0), (200, 0)], [(200, 0), (400, 0)], [(0, 200), (200, 200)], [(200, 200), (400, 200)],
    [(0, 0), (0, 200)], [(200, 0), (200, 200)], [(400, 0), (400, 200)], [(400, 0), (1400, 0)],
]  # fmt: skip
TIGHT = {"hub_capacity": 8, "split_ratio": 8, "terminal_ports": [2, 4], "drop_max_m": 60.0}


def land(seed):
    """Houses of a few units scattered along the grid, and what plant there is."""
    pick = random.Random(seed)
    spots = [(pick.randint(-60, 1400), pick.randint(-150, 260), pick.randint(1, 5)) for _ in range(pick.randint(1, 12))]
    fiber = ("f", "fiber", pick.choice([None, 2, 12]), line((400, 0), (1400, 0)))
    items = pick.choice([[CO], [CO, fiber], [fiber]])
    houses = [(f"h{n}", *spot) for n, spot in enumerate(spots)]
    return village(roads=roads(*GRID), locations=locations(*houses), plant=plant(*items))


@pytest.fixture(scope="module", params=range(6))
def made(request):
    return design(land(request.param), network=TIGHT, areas={"max_locations": 9})


def test_every_house_that_a_road_reaches_has_exactly_one_light_path_and_one_drop(made):
    network = made.network
    reached = made.inputs.locations["location_id"][made.graph.location_node >= 0].tolist()
    assert network.paths["location_id"].tolist() == network.drops["location_id"].tolist() == reached
    assert (network.location_outcome == np.where(made.graph.location_node >= 0, "fiber", "unreachable")).all()
    assert (network.drops["drop_m"] <= 60).all()


def test_no_port_fiber_or_splitter_output_is_used_twice(made):
    paths = made.network.paths
    for group, first in (
        ("terminal_id", "terminal_port"),
        ("hub_id", "distribution_fiber"),
        ("hub_id", "splitter_output"),
    ):
        taken = Counter(
            (row[group], number)
            for _, row in paths.iterrows()
            for number in range(row[first], row[first] + row["units"])
        )
        assert set(taken.values()) == {1}
    inputs = paths.groupby(["office_id", "olt_port"])[["hub_id", "splitter_input"]].nunique()
    assert (inputs == 1).all(axis=None)


def test_no_site_and_no_cable_holds_more_than_it_can(made):
    sites, cables = made.network.sites, made.network.cables
    limited = sites[sites["capacity"].notna() & (sites["kind"] != "co")]
    assert (limited["used"] <= limited["capacity"]).all()
    assert (cables["used_fibers"] <= cables["fibers"]).all()


def test_spans_are_the_route_and_cost_what_its_edges_cost(made):
    network = made.network
    new = network.spans[~network.spans["is_existing"]]
    edges = [name for text in new["edge_ids"] for name in text.split(",")]
    assert sorted(edges) == sorted(made.graph.edges["edge_id"].iloc[network.route.edges])
    assert network.civil_cost == pytest.approx(network.route.cost)
    assert network.route.lower_bound <= network.route.cost


def passed_terminals(network):
    """Terminals at the ends of the spans in which a cable of their hub lies, as steps from where it begins."""
    ends = {span.span_id: {span.u, span.v} for span in network.spans.itertuples()}
    terminals = network.sites[network.sites["kind"] == "terminal"]
    for cable in network.cables[network.cables["tier"] == "distribution"].itertuples():
        nodes = set().union(*(ends[name] for name in cable.span_ids.split(",")))
        for site in terminals[terminals["node"].isin(nodes)].itertuples():
            if cable.cable_id.startswith(f"{site.parent_site_id}-D-"):
                yield cable.from_site, site.site_id


def site_graph(made):
    """Cables as steps from site to site, and to what they pass; sites at one node are one step apart."""
    network = made.network
    steps = nx.DiGraph(zip(network.cables["from_site"], network.cables["to_site"], strict=True))
    passed = network.sites[network.sites["kind"] == "closure"]
    steps.add_edges_from(zip(passed["parent_site_id"], passed["site_id"], strict=True))
    steps.add_edges_from(passed_terminals(network))
    for _, here in network.sites.groupby("node"):
        steps.add_edges_from((a, b) for a in here["site_id"] for b in here["site_id"])
    return steps


def test_cables_lead_from_each_hub_to_its_houses(made):
    steps = site_graph(made)
    assert all(nx.has_path(steps, path.hub_id, path.location_id) for path in made.network.paths.itertuples())


def test_feeder_cable_passes_each_hub_that_is_not_where_it_is_fed(made):
    sites, spans = made.network.sites.set_index("site_id"), made.network.spans.set_index("span_id")
    feeders = made.network.cables[made.network.cables["tier"] == "feeder"]
    passed = {
        (source, node)
        for source, text in zip(feeders["from_site"], feeders["span_ids"], strict=True)
        for name in text.split(",")
        for node in spans.loc[name, ["u", "v"]]
    }
    fed = sites[sites["kind"] == "hub"]
    for node, source in zip(fed["node"], fed["parent_site_id"], strict=True):
        ways = {source, *sites.index[(sites["kind"] == "closure") & (sites["parent_site_id"] == source)]}
        assert node == sites.loc[source, "node"] or any((way, node) in passed for way in ways)


def test_cables_lie_in_spans_that_join_one_another(made):
    spans = made.network.spans.set_index("span_id")
    for text in made.network.cables["span_ids"]:
        ends = [{spans.loc[name, "u"], spans.loc[name, "v"]} for name in text.split(",") if name]
        assert all(one & other for one, other in pairwise(ends))


def test_the_loss_is_that_of_the_meters_and_splices_told(made):
    for path in made.network.paths.itertuples():
        assert path.loss_db == pytest.approx(0.4 * path.reach_m / 1000 + 0.1 * path.splices + 2.0 + 10.8, abs=1e-3)
    assert made.network.worst_loss_db == made.network.paths["loss_db"].max()


#  co ──────100 m────── + ──────100 m────── +      houses a at 90 m, b at 110 m, 20 m beside the road
#                   a      b
def hand():
    street = roads([(0, 0), (100, 0)], [(100, 0), (200, 0)])
    return village(roads=street, locations=locations(("a", 90, -20), ("b", 110, -20)), plant=plant(CO))


def test_two_houses_by_hand():
    network = design(hand()).network
    assert network.sites["site_id"].tolist() == ["A001-H1", "A001-H1-T1", "co"]
    assert network.sites["used"].tolist() == [2, 2, 1]
    assert network.civil_cost == pytest.approx(110 * BOOK.rate("plow").likely, rel=1e-3)
    terminal = network.sites.set_index("site_id").loc["A001-H1-T1"]
    assert terminal["capacity"] == 4
    assert network.drops["along_m"].sum() == pytest.approx(20, rel=1e-3)


def test_the_reach_of_two_houses_by_hand():
    paths = design(hand()).network.paths.set_index("location_id")
    # feeder to the hub at 90 m, where the terminal stands too, drop along the road to 110 m and to the house
    meters = (90 * 1.01 + 20) + (40 * 1.01 + 5)
    assert paths.loc["b", "reach_m"] == pytest.approx(meters, rel=1e-3)
    assert paths.loc["b", "splices"] == 1 + 2  # one cable; two more at office and hub


def test_an_area_that_is_left_out_gets_nothing():
    street = roads([(0, 0), (3000, 0)])
    inputs = village(roads=street, locations=locations(("a", 100, 5), ("b", 2900, 5), ("c", 2910, 5)), plant=plant(CO))
    made = design(inputs, phase=[-1, 1])
    assert made.network.location_outcome.tolist() == ["fiber", "", ""]
    assert made.network.civil_cost < 150 * BOOK.rate("plow").likely


def test_no_area_at_all_is_an_empty_network():
    network = design(hand(), phase=[-1]).network
    assert (len(network.spans), len(network.cables), network.route.cost, network.route.status) == (0, 0, 0, "empty")


def test_a_house_with_more_units_than_a_hub_serves_is_left_out_and_said():
    inputs = village(
        roads=roads([(0, 0), (200, 0)]), locations=locations(("a", 90, 5, 20), ("b", 110, 5)), plant=plant(CO)
    )
    network = design(inputs, network={"hub_capacity": 10}).network
    assert network.location_outcome.tolist() == ["none", "fiber"]
    assert [finding.where for finding in network.findings if finding.code == "W_UNITS"] == [("a",)]


NO_PORTS = plant(("co", "co", 0, point(0, 0)))


def test_an_office_with_too_few_ports_for_a_hub_at_its_door_is_an_error():
    inputs = village(roads=roads([(0, 0), (200, 0)]), locations=locations(("a", 0, 5)), plant=NO_PORTS)
    (full,) = [finding for finding in design(inputs).network.findings if finding.code == "W_OFFICE_FULL"]
    assert (full.severity, full.where, full.amount) == ("error", ("co",), 1)


@pytest.mark.parametrize(("blocks", "ports"), [(2, 128), (3, 256)])
def test_a_hut_is_opened_where_an_office_lacks_ports_with_as_many_modules_as_it_needs(blocks, ports):
    houses = [(name, 90, 5, 432) for name in "abc"[:blocks]]  # 54 splitters each
    inputs = village(roads=roads([(0, 0), (200, 0)]), locations=locations(*houses), plant=NO_PORTS)
    network = design(inputs, network={"hub_capacity": 432, "split_ratio": 8}).network
    hut = network.sites[network.sites["kind"] == "hut"].squeeze()
    assert (hut["used"], hut["capacity"]) == (blocks * 54, ports)
    assert any(f"without it co would need {blocks * 54} OLT ports and has 0" in f.message for f in network.findings)


def test_the_chosen_areas_use_the_first_tree_where_it_is_cheaper():
    inputs = village(roads=roads(*GRID), locations=locations(("a", 390, 195), ("b", 10, 195)), plant=plant(CO))
    first = design(inputs).network.route
    dear = replace(first, edges=np.arange(len(GRID)))
    made = design(inputs, before=dear)
    assert made.network.route.cost == first.cost
    assert design(inputs, before=first).network.route.cost <= first.cost

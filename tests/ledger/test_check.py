"""The rules ledger: a sound network breaks nothing; each breach planted in its tables is found for what it is."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from expansion.ledger import check_rules
from expansion.plan.parts import Ground
from tests.villages import design, line, locations, plant, point, roads, study, triggers, village

VILLAGE = """
C
+-----+------+
 h h h| h h 9
      |h
      +
"""


@cache
def sound():
    return design(village(VILLAGE))


def ground_of(drawn, poles=()):
    return Ground(
        drawn.eligibility, drawn.graph, triggers(drawn.graph, poles=poles), drawn.prices, drawn.areas, drawn.locks
    )


def ledger(drawn, network=None, **kwargs):
    return check_rules(drawn.study, drawn.inputs, ground_of(drawn, **kwargs), network or drawn.network)


def forged(table, column, change, row=0):
    """Plant a value in a cell of a table of the sound network."""
    frame = getattr(sound().network, table).copy()
    frame[column] = frame[column].astype(object)
    frame.loc[frame.index[row], column] = change
    return replace(sound().network, **{table: frame.infer_objects()})


def rule(found, name):
    return found.table.set_index("rule_id").loc[name]


def test_a_sound_network_breaks_no_rule_and_says_how_often_each_was_checked():
    found = ledger(sound())
    assert (found.table["broken"] == 0).all()
    assert found.findings == ()
    assert rule(found, "drop_length")["checked"] == len(sound().network.drops) == 7


def test_the_worst_value_and_its_place_are_told_also_where_a_rule_holds():
    drops = sound().network.drops.set_index("location_id")["drop_m"]
    row = rule(ledger(sound()), "drop_length")
    assert (row["limit"], row["worst"], row["worst_place"]) == (150, drops.max(), drops.idxmax())


BREACHES = {
    "drop_length": ("drops", "drop_m", 151.0),
    "loss_max": ("paths", "loss_up_db", 25.1),
    "loss_min": ("paths", "loss_min_db", 12.9),
    "reach": ("paths", "reach_m", 20_001.0),
    "differential_reach": ("paths", "reach_m", 20_500.0),
    "complete_path": ("paths", "office_id", "nowhere"),
    "units_are_ports": ("paths", "units", 2),
    "cable_fill": ("cables", "used_fibers", 500),
    "cable_spare": ("cables", "fibers", 1),
    "cable_size": ("cables", "fibers", 13),
    "cable_slack": ("cables", "length_m", 1.0),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_planted_breach_is_one_row_and_one_finding_with_place_amount_and_repair(name):
    found = ledger(sound(), forged(*BREACHES[name]))
    row = rule(found, name)
    assert row["broken"] >= 1
    assert row["repair"]
    finding = next(one for one in found.findings if one.code == row["code"])
    assert (finding.count, finding.severity) == (row["broken"], row["severity"])
    assert set(finding.where) == set(row["places"].split(","))


def test_an_attenuator_that_is_bought_keeps_the_least_loss():
    paths = sound().network.paths.assign(loss_min_db=12.4, attenuator_db=1.0)
    assert rule(ledger(sound(), replace(sound().network, paths=paths)), "loss_min")["broken"] == 0


def test_a_repair_has_its_price_at_likely_rates():
    found = ledger(sound(), forged("drops", "drop_m", 151.0))
    terminal = sound().inputs.rulebook.rate("terminal_4").likely
    assert rule(found, "drop_length")["repair_cost"] == terminal
    told = next(finding.repair for finding in found.findings if finding.code == "W_DROP_LONG")
    assert told == f"stand a terminal nearer to each (about {terminal:,.0f} USD)"


@pytest.mark.parametrize(
    ("name", "site", "column"),
    [
        ("terminal_ports_once", "terminal_id", "terminal_port"),
        ("splitter_outputs_once", "hub_id", "splitter_output"),
        ("distribution_fibers_once", "hub_id", "distribution_fiber"),
    ],
)
def test_a_number_that_two_units_share_is_named(name, site, column):
    paths = sound().network.paths.copy()
    first, second = np.flatnonzero((paths[site] == paths[site].iloc[0]).to_numpy())[:2]
    paths.loc[paths.index[second], column] = paths[column].iloc[first]
    row = rule(ledger(sound(), replace(sound().network, paths=paths)), name)
    assert row["places"].split(",")[0] == f"{paths[site].iloc[first]} {paths[column].iloc[first]}"
    assert row["worst"] == 2


@pytest.mark.parametrize(("kind", "name"), [("terminal", "terminal_ports"), ("hub", "hub_capacity")])
def test_a_site_with_more_units_than_ports_is_named_with_the_price_of_the_next_size(kind, name):
    sites = sound().network.sites.copy()
    row = sites.index[(sites["kind"] == kind) & (sites["used"] > 1)][0]
    sites.loc[row, "capacity"] = 1
    found = rule(ledger(sound(), replace(sound().network, sites=sites)), name)
    assert found["places"] == sites.loc[row, "site_id"]
    assert (found["limit"], found["worst"]) == (1, sites.loc[row, "used"])
    assert found["repair_cost"] > 0


def test_a_terminal_of_a_size_that_is_not_offered_and_a_hub_that_is_too_large_are_named():
    sites = sound().network.sites.copy()
    sites.loc[sites["kind"] == "terminal", "capacity"] = 5
    found = ledger(sound(), replace(sound().network, sites=sites))
    assert rule(found, "terminal_size")["broken"] == (sites["kind"] == "terminal").sum()
    asked = study(network={"hub_capacity": 14})  # the hub feeds 15 units
    assert rule(ledger(replace(sound(), study=asked)), "hub_units")["broken"] == 1


def test_an_office_with_too_few_ports_is_named():
    drawn = design(
        village(
            roads=roads([(0, 0), (400, 0)]), locations=locations(*((f"h{n:02d}", 0, 20) for n in range(40))),
            plant=plant(("co", "co", 1, point(0, 0))),
        )
    )  # fmt: skip
    row = rule(ledger(drawn), "office_ports")
    assert (row["limit"], row["worst"], row["broken"], row["places"]) == (1, 2, 1, "co")
    assert row["repair_cost"] == drawn.inputs.rulebook.rate("olt_port").likely


def test_a_hub_whose_locations_lie_too_far_apart_is_named():
    # locations 400 and 10 m from the west: 390 m of route apart, limit 300 m
    drawn = design(
        village(
            roads=roads([(0, 0), (400, 0), (800, 0)]), locations=locations(("a", 10, 20), ("b", 400, 20)),
            plant=plant(("co", "co", None, point(0, 0))),
        )
    )  # fmt: skip
    assert rule(ledger(drawn), "hub_spread")["worst"] == pytest.approx(390, abs=1)
    book = drawn.inputs.rulebook
    short = [
        row.model_copy(update={"value": 300.0}) if row.parameter == "distribution_max_m" else row
        for row in book.engineering
    ]
    inputs = replace(drawn.inputs, rulebook=replace(book, engineering=tuple(short)))
    assert rule(ledger(replace(drawn, inputs=inputs)), "hub_spread")["broken"] == 1


def test_cable_on_a_road_without_poles_and_a_dug_bridge_are_named():
    spans = sound().network.spans.copy()
    hung = spans.assign(placement="aerial")
    row = rule(ledger(sound(), replace(sound().network, spans=hung)), "aerial_poles")
    assert row["broken"] == (~spans["is_existing"]).sum()
    graph = sound().graph
    bridges = replace(graph, edges=graph.edges.assign(is_bridge=True))
    row = rule(ledger(replace(sound(), graph=bridges)), "bridges")
    assert row["broken"] == (~spans["is_existing"]).sum()


def test_strands_of_existing_fiber_are_counted_along_the_way_to_the_office():
    houses = [(f"h{n:02d}", 600 + n, 20) for n in range(50)]
    items = [("co", "co", None, point(0, 0)), ("f", "fiber", 1, line((0, 0), (400, 0)))]
    drawn = design(
        village(
            roads=roads([(0, 0), (400, 0)], [(400, 0), (800, 0)]), locations=locations(*houses), plant=plant(*items)
        )
    )
    row = rule(ledger(drawn), "strands")
    assert (row["limit"], row["places"]) == (1, "f")
    assert row["worst"] == 2  # 50 units on splitters of 32


def test_the_optics_of_a_port_are_those_of_the_paths_on_it():
    optics = ledger(sound()).optics.iloc[0]
    paths = sound().network.paths
    assert (optics["reach_min_m"], optics["reach_max_m"]) == (paths["reach_m"].min(), paths["reach_m"].max())
    assert optics["units"] == paths["units"].sum() == 15


def test_a_location_on_two_splitters_counts_on_both_ports():
    drawn = design(
        village(
            roads=roads([(0, 0), (400, 0)]), locations=locations(("a", 200, 20, 40), ("b", 220, 20)),
            plant=plant(("co", "co", None, point(0, 0))),
        )
    )  # fmt: skip
    optics = ledger(drawn).optics
    assert optics[["olt_port", "locations", "units"]].to_numpy().tolist() == [[1, 2, 32], [2, 1, 9]]


def test_nothing_to_check_is_a_ledger_of_rules_that_hold():
    drawn = design(village(VILLAGE), phase=[-1] * len(sound().areas.table))
    found = ledger(drawn)
    assert (found.table["broken"].sum(), len(found.optics), found.findings) == (0, 0, ())
    assert set(found.table["rule_id"]) == set(ledger(sound()).table["rule_id"])


def test_a_split_that_no_class_carries_is_repaired_by_the_cheapest_that_does():
    drawn = design(village(VILLAGE), network={"split_ratio": 128})
    row = rule(ledger(drawn), "loss_max")
    assert row["broken"] == 7
    assert row["repair"].startswith("choose class C+")  # a port of class C+ has the rate of one of class B+
    assert row["repair_cost"] == 0


def test_a_cascade_shares_fibers_and_breaks_no_rule():
    drawn = design(village(VILLAGE), network={"architecture": "cascaded", "cascade": [4, 8]})
    found = ledger(drawn)
    assert (found.table["broken"] == 0).all()
    terminals = drawn.network.sites.loc[drawn.network.sites["kind"] == "terminal", "used"]
    assert rule(found, "distribution_fibers_once")["checked"] == (-(-terminals // 8)).sum()
    assert found.optics["units"].sum() == 15


@pytest.mark.parametrize(("table", "name"), [("strands", "cable_fibers_once"), ("splices", "splices_once")])
def test_a_fiber_that_is_listed_twice_is_named(table, name):
    twice = pd.concat([getattr(sound().network, table)] * 2, ignore_index=True)
    row = rule(ledger(sound(), replace(sound().network, **{table: twice})), name)
    assert (rule(ledger(sound()), name)["broken"], row["broken"] >= 1, row["worst"]) == (0, True, 2)

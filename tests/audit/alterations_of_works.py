"""Planted alterations of sides, crossings, surfaces, slopes and bores; see `tests.audit.alterations`."""

import numpy as np

from tests.audit.alterations import alteration, first

SWAPPED = {"left": "right", "right": "left"}


def built_crossing(edges):
    return first((edges["kind"] == "crossing") & edges["in_network"] & (edges["placement"] == "bore"))


@alteration("sides")
def a_carriageway_is_made_narrow(plan):
    edges = plan.table("edges")
    plan.change("edges", built_crossing(edges), carriageway_m=1.0, over_m=1.0)


@alteration("sides")
def a_crossing_costs_less_carriageway_than_there_is(plan):
    edges = plan.table("edges")
    plan.change("edges", built_crossing(edges), over_m=1.0)


@alteration("sides")
def a_piece_of_road_changes_sides_unseen(plan):
    edges = plan.table("edges")
    row = first((edges["side"] == "left") & edges["in_network"])
    plan.change("edges", row, side="right")


@alteration("sides")
def all_cables_lie_on_the_other_side(plan):
    edges = plan.table("edges")
    edges["side"] = edges["side"].map(lambda word: SWAPPED.get(word, word))
    plan.write("edges", edges)


@alteration("sides")
def a_house_moves_to_the_side_of_the_cable_in_words(plan):
    drops = plan.table("drops")
    plan.change("drops", first(drops["over_m"] > 0), over_m=0.0, reason="on the cable's side of the road")


@alteration("prices")
def a_surface_is_made_up(plan):
    edges = plan.table("edges")
    plan.change("edges", first((edges["kind"] == "road") & edges["in_network"]), surface_word="asphalt")


@alteration("prices")
def hard_ground_is_dug_as_soft(plan):
    edges = plan.table("edges")
    plan.change("edges", first((edges["method"] == "plow") & edges["in_network"]), surface_word="rock")


@alteration("prices")
def a_steep_edge_is_priced_as_flat(plan):
    edges = plan.table("edges")
    row = first((edges["method"] == "plow") & edges["in_network"])
    plan.change("edges", row, slope_mean_percent=25.0, slope_max_percent=40.0)


@alteration("prices")
def a_bore_vanishes_from_its_edge(plan):
    edges = plan.table("edges")
    row = first((edges["bore_m"] > 0) & edges["in_network"])
    plan.change("edges", row, bore_m=0.0)


@alteration("spans")
def a_span_crosses_more_than_its_edges(plan):
    spans = plan.table("spans")
    row = first(spans["over_m"] > 0)
    plan.change("spans", row, over_m=spans["over_m"].iloc[row] + 1)


@alteration("quantities")
def the_bill_buys_fewer_crossings(plan):
    bom = plan.table("bom")
    row = first(bom["item"] == "crossing_bore")
    quantity = bom["quantity"].iloc[row] - 1
    plan.change(
        "bom", row, quantity=quantity, cost=round(float(np.round(quantity * bom["rate_likely"].iloc[row], 2)), 2)
    )

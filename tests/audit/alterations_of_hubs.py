"""Planted alterations of hubs: their cost, their bound, their fill."""

from tests.audit.alterations import alteration


def _change_parts(plan, key, more):
    """Add to the first entry of an array of the certificate, and let plan.json's sum follow."""
    arrays = plan.arrays("siting")
    arrays[key] = arrays[key].copy()
    arrays[key][0] += more
    plan.write_arrays("siting", arrays)
    plan.document["siting"][key] = round(int(arrays[key].sum()) / 100, 2)


@alteration(found_by="siting")
def the_hubs_cost_less_than_they_do(plan):
    _change_parts(plan, "cost", -100)


@alteration(found_by="siting")
def the_bound_of_the_hubs_is_raised(plan):
    _change_parts(plan, "lower_bound", 1)


@alteration(found_by="siting")
def the_hubs_stand_on_shorter_ways(plan):
    arrays = plan.arrays("siting")
    plan.write_arrays("siting", arrays | {"cable_mm": arrays["cable_mm"] // 2})


@alteration(found_by="siting")
def the_certificate_is_of_other_houses(plan):
    arrays = plan.arrays("siting")
    plan.write_arrays("siting", arrays | {"load": arrays["load"] * 2})


@alteration(found_by="siting")
def a_hub_looks_emptier(plan):
    plan.change("fills", 0, fill=0.01)


@alteration(found_by="siting")
def a_hub_has_more_outputs_to_spare(plan):
    plan.change("fills", 0, outputs_free=31)


@alteration(found_by="siting")
def a_hut_is_not_counted(plan):
    plan.document["siting"]["huts"] += 1

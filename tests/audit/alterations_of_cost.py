"""Alterations of components, factors and what follows from them, each found by the check that looks there."""

import json

from expansion.runs.saving import document_text
from tests.audit.alterations import alteration, first


def study_of(plan):
    return json.loads((plan.folder / "study.json").read_text("utf-8"))


def write_study(plan, study):
    (plan.folder / "study.json").write_text(document_text(study), "utf-8")


@alteration("sums")
def labor_is_told_as_material(plan):
    bom, sums = plan.table("bom"), plan.document["cost"]["by_component"]
    row = first((bom["item"] == "plow") & (bom["component"] == "labor"))
    plan.change("bom", row, component="material")
    for name, sign in (("labor", -1), ("material", 1)):
        sums[name] = round(sums[name] + sign * bom["cost"].iloc[row], 2)


@alteration("sums")
def one_component_of_an_item_has_another_quantity(plan):
    bom = plan.table("bom")
    row = first((bom["item"] == "plow") & (bom["component"] == "conduit"))
    plan.change("bom", row, quantity=bom["quantity"].iloc[row] - 0.001)


@alteration("sums")
def conduit_moves_with_another_factor(plan):
    row = first(plan.table("bom")["component"] == "conduit")
    plan.change("bom", row, factor="labor")


@alteration("sums")
def a_component_is_left_out_of_its_sum(plan):
    sums = plan.document["cost"]["by_component"]
    sums["labor"] = round(sums["labor"] - 10, 2)


@alteration("draws")
def two_factors_are_told_to_move_apart(plan):
    study = study_of(plan)
    rows = study["rules"]["correlations"]
    rows[0]["correlation"] = -rows[0]["correlation"]
    write_study(plan, study)


@alteration("draws")
def quantities_are_told_to_grow_less(plan):
    study = study_of(plan)
    for row in study["rules"]["ranges"]:
        row["high"] = 1.0
    write_study(plan, study)

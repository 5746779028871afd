"""Planted alterations of strands, splices and reels; registered with the others when imported."""

import numpy as np

from tests.audit.alterations import alteration, first


def swap(plan, name, one, other, *columns):
    """Exchange cells of two rows."""
    table = plan.table(name)
    for column in columns:
        kept = table.loc[table.index[one], column]
        table.loc[table.index[one], column] = table.loc[table.index[other], column]
        table.loc[table.index[other], column] = kept
    plan.write(name, table)


def rows(table, column, value):
    """Numbers of the rows with a value."""
    return np.flatnonzero((table[column] == value).fillna(False).to_numpy(dtype=bool)).tolist()


@alteration("splices")
def a_fiber_is_used_twice(plan):
    table = plan.table("splices")
    one, other = rows(table, "kind", "splitter out")[:2]
    plan.change("splices", other, **{name: table[name].iloc[one] for name in ("out_cable", "out_fiber")})


@alteration("splices")
def a_splice_has_a_wrong_color(plan):
    row = rows(plan.table("splices"), "kind", "splitter in")[0]
    plan.change("splices", row, in_fiber_color="aqua")


@alteration("strands")
def a_strand_has_a_wrong_color(plan):
    row = first((plan.table("strands")["use"] == "in use").fillna(False))
    plan.change("strands", row, fiber_color="mauve")


@alteration("splices")
def a_splice_is_missing(plan):
    table = plan.table("splices")
    row = rows(table, "kind", "splice")[-1]
    plan.write("splices", table.drop(table.index[row]))


@alteration("splices")
def two_units_are_crossed_at_a_terminal(plan):
    table = plan.table("splices")
    last = rows(table, "kind", "splice")[-2:]
    assert table["site_id"].iloc[last].nunique() == 1
    swap(plan, "splices", *last, "in_cable", "in_fiber", "in_tube_color", "in_fiber_color")


@alteration("splices")
def two_feeder_fibers_are_crossed_in_a_hub(plan):
    one, other = rows(plan.table("splices"), "kind", "splitter in")[:2]
    swap(plan, "splices", one, other, "in_cable", "in_fiber", "in_tube_color", "in_fiber_color")


@alteration("quantities")
def a_splice_is_paid_by_another_area(plan):
    table = plan.table("splices")
    row = rows(table, "kind", "splitter out")[0]
    areas = sorted(set(table["area_id"].dropna()) - {table["area_id"].iloc[row]})
    plan.change("splices", row, area_id=areas[0])


@alteration("strands")
def a_spare_fiber_is_left_out(plan):
    table = plan.table("strands")
    plan.write("strands", table.drop(table.index[rows(table, "use", "spare")[0]]))


@alteration("splices")
def a_strand_ends_at_another_port(plan):
    plan.change("strands", rows(plan.table("strands"), "use", "in use")[0], to_port="port 99")


@alteration("reels")
def a_piece_is_longer_than_a_reel(plan):
    plan.change("reels", 0, length_m=4200.0)


@alteration("reels")
def two_pieces_are_cut_from_one_stretch_of_a_reel(plan):
    table = plan.table("reels")
    row = first(table["reel_from_m"] > 0)
    plan.change("reels", row, reel_from_m=0.0)


@alteration("reels")
def a_piece_ends_somewhere_else(plan):
    table = plan.table("reels")
    table.loc[table.index[0], "geometry"] = table.geometry.iloc[0].buffer(30).exterior.interpolate(0)
    plan.write("reels", table)


@alteration("reels")
def a_closure_is_bought_where_no_reels_join(plan):
    plan.change("reels", 0, closures=1)


@alteration("cables")
def the_slack_at_a_closure_is_left_out(plan):
    table = plan.table("cables")
    row = first(table["tier"] == "feeder")
    plan.change("cables", row, length_m=float(table["length_m"].iloc[row]) - 5.0)

"""Planted alterations of the polygons of hubs and phases."""

import shapely

from tests.audit.alterations import alteration


def _reshape(plan, name, row, shape):
    table = plan.table(name)
    shapes = table.geometry.to_numpy().copy()
    shapes[row] = shape(shapes[row])
    plan.write(name, table.set_geometry(shapes, crs=table.crs))


@alteration(found_by="grounds")
def a_hub_takes_a_strip_of_its_neighbors(plan):
    _reshape(plan, "hub_areas", 0, lambda ground: shapely.buffer(ground, 0.05))


@alteration(found_by="grounds")
def a_hub_gives_up_its_far_corner(plan):
    _reshape(plan, "hub_areas", 0, lambda ground: ground - shapely.box(*ground.bounds[:2], *ground.centroid.coords[0]))


@alteration(found_by="grounds")
def a_hub_has_no_ground(plan):
    table = plan.table("hub_areas")
    plan.write("hub_areas", table.iloc[1:].reset_index(drop=True))


@alteration(found_by="grounds")
def a_hub_serves_one_more(plan):
    plan.change("hub_areas", 0, locations=int(plan.table("hub_areas")["locations"].iloc[0]) + 1)


@alteration(found_by="grounds")
def a_phase_is_drawn_too_large(plan):
    _reshape(plan, "phase_areas", 0, lambda ground: shapely.buffer(ground, 5))


@alteration(found_by="grounds")
def a_phase_counts_a_hub_that_is_not_there(plan):
    plan.change("phase_areas", 0, hubs=int(plan.table("phase_areas")["hubs"].iloc[0]) + 1)

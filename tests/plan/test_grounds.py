"""The ground of an area is parted among its hubs without overlap, gap or stranger."""

from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.plan.grounds import part_grounds
from expansion.plan.partition import outline_owners

CRS = "EPSG:32632"
ORIGIN = np.array([540_000.123, 5_220_000.456])
#   y=10  ┌─────────┐
#         │ a     b │      area A, hubs H1 (a) and H2 (b): the border is x = 5
#   y=0   └─────────┘


def areas_of(*boxes, chosen=True, phase=1):
    names = [f"A{number}" for number in range(len(boxes))]
    table = pd.DataFrame({"area_id": names, "chosen": chosen, "phase": phase, "year": 2026 + np.array(phase)})
    return gpd.GeoDataFrame(table, geometry=[shapely.box(*box) for box in boxes], crs=CRS)


def locations_of(*rows):
    table = pd.DataFrame(
        {"location_id": [f"L{number}" for number in range(len(rows))], "area_id": [area for *_, area, _ in rows],
         "hub_id": pd.array([hub for *_, hub in rows], dtype="str")}
    )  # fmt: skip
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy([r[0] for r in rows], [r[1] for r in rows]), crs=CRS)


def grounds(areas, locations):
    _, hubs, phases = part_grounds(areas, locations)
    return hubs.set_index("hub_id").geometry, phases.set_index("phase")


def test_two_hubs_part_the_area_half_way_between_their_locations():
    hubs, _ = grounds(areas_of((0, 0, 10, 10)), locations_of((2, 5, "A0", "H1"), (8, 5, "A0", "H2")))
    assert hubs["H1"].equals(shapely.box(0, 0, 5, 10))
    assert hubs["H2"].equals(shapely.box(5, 0, 10, 10))


def test_a_hub_alone_has_the_whole_area_whoever_else_lives_there():
    hubs, _ = grounds(areas_of((0, 0, 10, 10)), locations_of((2, 5, "A0", "H1"), (8, 5, "A0", None)))
    assert hubs["H1"].equals(shapely.box(0, 0, 10, 10))


@pytest.mark.parametrize("many", [2, 3, 5])
def test_a_place_that_hubs_share_lies_on_the_border_of_each(many):
    rows = [(5, 5, "A0", f"H{number}") for number in range(many)] + [(5.002, 5, "A0", "H0"), (1, 1, "A0", "H1")]
    hubs, _ = grounds(areas_of((0, 0, 10, 10)), locations_of(*rows))
    assert len(hubs) == many
    assert hubs.distance(shapely.Point(5, 5)).max() <= 0.001


def test_phases_hold_areas_without_a_hub_and_leave_out_what_is_not_chosen():
    areas = areas_of((0, 0, 10, 10), (10, 0, 20, 10), (20, 0, 30, 10), chosen=[True, True, False], phase=[1, 1, 2])
    hubs, phases = grounds(areas, locations_of((2, 5, "A0", "H1")))
    assert list(hubs.index) == ["H1"]
    assert phases.loc[1, ["year", "areas", "hubs", "locations"]].tolist() == [2027, 2, 1, 1]
    assert phases.loc[1, "geometry"].area == 200
    assert 2 not in phases.index


def test_nothing_chosen_gives_empty_tables():
    _, hubs, phases = part_grounds(areas_of((0, 0, 1, 1), chosen=False), locations_of((0.5, 0.5, "A0", None)))
    assert (len(hubs), len(phases), hubs.crs) == (0, 0, phases.crs)


def test_ends_of_borders_are_vertices_of_both_neighbors():
    boxes, rows = ((0, 0, 10, 10), (10, 0, 20, 10)), [(5, 2.3, "A0", "H1"), (5, 8.3, "A0", "H2"), (15, 5, "A1", "H3")]
    areas, hubs, _ = part_grounds(areas_of(*boxes), locations_of(*rows))
    assert (10, 5.3) in hubs.geometry.iloc[2].exterior.coords
    assert areas.geometry.iloc[1].equals_exact(hubs.geometry.iloc[2])


#   two houses 500 m apart: a plain union of their halves leaves a hairline gap, and the middle of the ground lies in it
CRACKED = [(540463.56, 5220741.6), (540482.44, 5220716.09)]


def test_ground_between_two_houses_closes():
    (ground,) = outline_owners(np.array(CRACKED), np.array([0, 0]), 1, 200)
    both = shapely.union_all(shapely.buffer(shapely.points(CRACKED), 200, quad_segs=8))
    assert shapely.area(shapely.symmetric_difference(ground, both)) < 1
    assert shapely.covers(ground, ground.point_on_surface())
    assert shapely.hausdorff_distance(shapely.boundary(ground), shapely.boundary(both)) < 0.01


def gridded(*, side, step):
    return st.tuples(st.integers(0, side), st.integers(0, side)).map(lambda at: (at[0] * step, at[1] * step))


house = st.one_of(gridded(side=3, step=60.0), gridded(side=4, step=0.25), gridded(side=3, step=0.01),
                  st.tuples(st.floats(0, 400), st.floats(0, 400)))  # fmt: skip
villages = st.lists(st.tuples(house, st.integers(0, 2), st.integers(-1, 2)), min_size=1, max_size=30)


def part_village(drawn, order=None):
    """Part three areas of three hubs each; the third is not chosen."""
    xy = np.array([at for at, *_ in drawn]) + ORIGIN
    numbers, area = np.unique([area for _, area, _ in drawn], return_inverse=True)
    phases = [int(number) + 1 if number < 2 else None for number in numbers]
    table = pd.DataFrame({"area_id": [f"A{number}" for number in numbers], "chosen": numbers < 2,
                          **{name: pd.array(phases, dtype="Int64") for name in ("phase", "year")}})  # fmt: skip
    areas = gpd.GeoDataFrame(table, geometry=outline_owners(xy, area, len(numbers), 100), crs=CRS)
    rows = [(x, y, f"A{mine}", f"A{mine}-H{hub}" if hub >= 0 and mine < 2 else None)
            for (x, y), (_, mine, hub) in zip(xy, drawn, strict=True)]  # fmt: skip
    locations = locations_of(*[rows[row] for row in order or range(len(rows))])
    return locations, part_grounds(areas.iloc[::-1], locations)


@settings(max_examples=30, deadline=None)
@given(villages)
def test_hubs_part_their_areas_and_areas_their_phases_whatever_stands_where(drawn):
    locations, (areas, hubs, phases) = part_village(drawn)
    for table in (areas, hubs, phases):
        grounds = table.geometry.to_numpy()
        assert (shapely.is_valid(grounds) & ~shapely.is_empty(grounds)).all()
        assert all(shapely.relate_pattern(one, other, "F********") for one, other in combinations(grounds, 2))
    for mine, key, whole in ((hubs, "area_id", areas), (areas, "phase", phases)):
        for name, parts in mine[mine["phase"].notna()].groupby(key):
            union = shapely.coverage_union_all(parts.geometry.to_numpy())
            assert shapely.normalize(union) == whole.set_index(key).geometry[name]
    served = locations[locations["hub_id"].notna()]
    own = hubs.set_index("hub_id").geometry[served["hub_id"]].to_numpy()
    assert shapely.distance(served.geometry.to_numpy(), own).max(initial=0) < 0.01


@settings(max_examples=8, deadline=None)
@given(villages, st.randoms(use_true_random=False))
def test_the_order_of_rows_moves_no_border(drawn, shuffle):
    _, (areas, hubs, phases) = part_village(drawn)
    _, again = part_village(drawn, shuffle.sample(range(len(drawn)), len(drawn)))
    for table, other in zip((areas, hubs, phases), again, strict=True):
        assert table.geometry.geom_equals_exact(other.geometry, 0).all()

"""The ground of an area is parted among its hubs without overlap, gap or stranger."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.plan.grounds import part_grounds

CRS = "EPSG:32632"
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
    hubs, phases = part_grounds(areas, locations)
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
    hubs, phases = part_grounds(areas_of((0, 0, 1, 1), chosen=False), locations_of((0.5, 0.5, "A0", None)))
    assert (len(hubs), len(phases), hubs.crs) == (0, 0, phases.crs)


places = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20), st.integers(0, 3)), min_size=1, max_size=25)


@settings(max_examples=40, deadline=None)
@given(places, st.randoms(use_true_random=False))
def test_hubs_part_their_areas_whatever_stands_where(drawn, shuffle):
    rows = [(x / 4, y / 2, "A0", f"A0-H{hub}") if x < 20 else (x / 4, y / 2, "A1", f"A1-H{hub}") for x, y, hub in drawn]
    areas, locations = areas_of((0, 0, 5, 10), (5, 0, 10, 10)), locations_of(*rows)
    hubs, _ = grounds(areas, locations)
    order = shuffle.sample(range(len(rows)), len(rows))
    assert part_grounds(areas.iloc[::-1], locations.iloc[order])[0].set_index("hub_id").geometry.equals(hubs)
    near = shapely.distance(locations.geometry.to_numpy(), hubs.reindex(locations["hub_id"]).to_numpy())
    assert near.max() <= 0.001
    assert hubs.area.sum() == pytest.approx(shapely.union_all(hubs.to_numpy()).area, abs=1e-6)
    served = {row[2] for row in rows}
    assert hubs.area.sum() == pytest.approx(50 * len(served), abs=1e-6)
    assert np.array_equal(shapely.is_valid(hubs.to_numpy()), np.ones(len(hubs), bool))

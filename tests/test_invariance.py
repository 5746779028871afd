"""A study moved elsewhere, or whose OSM ids are others, has the same route."""

import json
import random
import re

import numpy as np
import pytest
import shapely

from expansion.runs.planning import plan_study
from expansion.runs.saving import load_plan
from tests.audit import small_study

ONE_UTM_ZONE = 6.0


def planned(folder):
    plan_study(folder / "study", folder / "plan")
    saved = load_plan(folder / "plan")
    edges = saved.tables["edges"]
    return saved.document, edges[edges["in_route"]]


def moved(folder, east):
    with pytest.MonkeyPatch.context() as patch:
        longitude, latitude = small_study.ORIGIN
        patch.setattr(small_study, "ORIGIN", (longitude + east, latitude))
        small_study.write_small_study(folder / "study")
    return planned(folder)


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    return moved(tmp_path_factory.mktemp("here"), 0.0)


def renumbered(folder, seed):
    """The same extract under other ids, so that nodes, edges and access points come in another order."""
    small_study.write_small_study(folder / "study")
    path = folder / "study" / "region.osm"
    text = path.read_text("utf-8")
    for thing, uses in (("node", ("node id", "nd ref")), ("way", ("way id",))):
        ids = re.findall(rf'<{thing} id="(\d+)"', text)
        new = dict(zip(ids, random.Random(seed).sample(range(10**6, 2 * 10**6), len(ids)), strict=True))
        for use in uses:
            text = re.sub(rf'<{use}="(\d+)"', lambda found, use=use, new=new: f'<{use}="{new[found[1]]}"', text)
    path.write_text(text, encoding="utf-8")
    return planned(folder)


def test_a_move_by_one_utm_zone_changes_nothing_in_the_route(here, tmp_path):
    there, edges = moved(tmp_path, ONE_UTM_ZONE)
    assert there["study"]["crs"] != here[0]["study"]["crs"]
    assert there["route"] == here[0]["route"]
    assert edges["edge_id"].tolist() == here[1]["edge_id"].tolist()


@pytest.mark.parametrize("seed", [1, 2])
def test_other_osm_ids_change_nothing_in_the_route(here, tmp_path, seed):
    document, edges = renumbered(tmp_path, seed)
    assert document["route"] == here[0]["route"]
    one, other = (shapely.union_all(np.asarray(part.geometry)) for part in (edges, here[1]))
    assert one.symmetric_difference(other).length == pytest.approx(0, abs=0.01)
    assert json.dumps(document["permits"]) == json.dumps(here[0]["permits"])

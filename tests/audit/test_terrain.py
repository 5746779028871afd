"""A study with elevation and hard ground is planned, costs more, and every check of the verifier holds."""

import json

import numpy as np
import pandas as pd
import rasterio
from rasterio.transform import Affine

from expansion.audit import verify_plan
from expansion.runs.planning import plan_study
from tests.audit.small_study import place, write_small_study

LAYERS = """
[[inputs.layers]]
kind = "dem"
file = "dem.tif"
license = "synthetic"
[[inputs.layers]]
kind = "ground"
file = "ground.geojson"
"""
CELL = 0.0002


def hills(folder):
    """Waves of 20 m over the small study, every 800 m: 5 to 15 % steep."""
    west, south = place(-600, -900)
    rows, columns = 240, 480
    y, x = np.mgrid[0:rows, 0:columns]
    heights = (600 + 20 * np.sin(x / 8) + 20 * np.sin(y / 6)).astype("float32")
    move = Affine(CELL, 0, west, 0, -CELL, south + rows * CELL)
    kind = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(folder / "dem.tif", "w", width=columns, height=rows, transform=move, **kind) as grid:
        grid.write(heights, 1)


def rock(folder):
    """Rock under the road between the first and the second village."""
    corners = [place(x, y) for x, y in ((1200, -100), (2600, -100), (2600, 100), (1200, 100), (1200, -100))]
    shape = {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}
    feature = {"type": "Feature", "properties": {"subtype": "rock"}, "geometry": shape}
    (folder / "ground.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))


def test_a_plan_on_hills_and_rock_holds_and_costs_more(tmp_path, sound_plan):
    folder = write_small_study(tmp_path / "study")
    hills(folder)
    rock(folder)
    text = (folder / "study.toml").read_text()
    for few, enough in (("470000", "620000"), ("320000", "470000")):  # rock is dear
        text = text.replace(few, enough)
    dear = "[technology]\nthreshold_per_location = 90000\n"  # so that all is fiber
    (folder / "study.toml").write_text(text.replace("[areas]", LAYERS + dear + "[areas]", 1))
    plan_study(folder, tmp_path / "plan")
    assert {check.name: check.failures for check in verify_plan(tmp_path / "plan") if not check.ok} == {}
    plan, flat = (json.loads((where / "plan.json").read_text()) for where in (tmp_path / "plan", sound_plan))
    assert plan["route"]["cost"] > flat["route"]["cost"]
    spans = pd.read_parquet(tmp_path / "plan" / "tables" / "spans.parquet")
    items = set(spans["item"])
    assert {"plow", "plow_slope_10"} <= items
    assert any(item.startswith("plow_hard") for item in items)
    assert spans["reason"].str.contains("rock").any()

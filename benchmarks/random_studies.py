"""Plan made-up studies under made-up rules: no rule is broken unsaid, and none that could have been kept.

``python -m benchmarks.random_studies [--cases N] [--seed K] [--first I] [--most LOCATIONS]`` prints
``case,locations,rules,ok,seconds,failures`` and exits 2 where a case failed. Each study is drawn from its number:
hamlets and lanes on a bent grid of roads with bridges, poles and gaps, houses of 1 to 60 units, a block of 10,000 now
and then, offices and fiber with few or many ports and strands, and engineering rules between lax and impossible. A case
holds where ``expansion verify`` finds nothing (it counts broken rules again and wants a finding for each), and where a
rule of severity error is broken only if trying what the study allows finds no way to keep it (`cannot_be_kept`).
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.sketches import Point, Sketch
from expansion.audit import verify_plan
from expansion.pipeline import make_plan
from expansion.plan.plan import Plan
from expansion.runs import load_inputs, read_study, save_plan

_BLOCK_M = 120.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A study in the making: roads and poles, houses with their units, plant, and rules as lines of TOML."""

    sketch: Sketch
    houses: list[tuple[Point, int]]
    plant: list[dict[str, Any]]
    rules: dict[str, str]


def draw_study(number: int, seed: int, most: int) -> Drawn:
    """Draw a study from its number; equal numbers give equal studies."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
    count = int(np.exp(rng.uniform(0, np.log(most))))
    sketch = Sketch(origin=(float(rng.uniform(-100, 20)), float(rng.uniform(30, 60))))
    lines = _roads(sketch, rng, count)
    return Drawn(sketch, _houses(lines, rng, count), _plant(sketch, lines, rng), _rules(rng))


def _roads(sketch: Sketch, rng: np.random.Generator, count: int) -> list[tuple[Point, Point]]:
    """Draw a grid of hamlets joined by long roads; some pieces are missing, on poles, bridges or lanes."""
    side = int(rng.integers(1, 3 + int(np.sqrt(count / 8))))
    step = float(rng.choice([_BLOCK_M, 2 * _BLOCK_M, 6 * _BLOCK_M]))
    jitter = rng.normal(0, step / 12, size=(side + 1, side + 1, 2))
    lines = []
    on_poles = rng.random() < 0.5
    for i in range(side + 1):
        for j in range(side + 1):
            for k, m in ((i + 1, j), (i, j + 1)):
                if max(k, m) > side or (rng.random() < 0.15 and side > 2):
                    continue
                ends = [(round(a * step + jitter[a, b, 0], 1), round(b * step + jitter[a, b, 1], 1))
                        for a, b in ((i, j), (k, m))]  # fmt: skip
                highway = str(rng.choice(["residential", "unclassified", "tertiary", "track"]))
                tags = {"surface": str(rng.choice(["asphalt", "gravel", "rock"]))} if rng.random() < 0.5 else {}
                if rng.random() < 0.04:
                    tags["bridge"] = "yes"
                sketch.road(ends[0], ends[1], highway=highway, **tags)
                lines.append((ends[0], ends[1]))
                if on_poles and rng.random() < 0.6:
                    _poles(sketch, *ends)
    return lines or [_single(sketch)]


def _single(sketch: Sketch) -> tuple[Point, Point]:
    sketch.road((0.0, 0.0), (400.0, 0.0))
    return (0.0, 0.0), (400.0, 0.0)


def _poles(sketch: Sketch, start: Point, end: Point) -> None:
    """Set a utility pole about every 50 m, 4 m beside the road."""
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    for share in np.arange(0.5, length / 50) * 50 / max(length, 1):
        x, y = (round(start[n] + share * (end[n] - start[n]), 1) for n in (0, 1))
        sketch.node((x + 4, y + 4), power="pole")


def _houses(lines: list[tuple[Point, Point]], rng: np.random.Generator, count: int) -> list[tuple[Point, int]]:
    """Stand houses beside roads, most near, some far; a few hold many units."""
    houses = []
    for _ in range(count):
        (ax, ay), (bx, by) = lines[int(rng.integers(len(lines)))]
        share, length = rng.random(), max(np.hypot(bx - ax, by - ay), 1.0)
        away = float(rng.choice([15, 25, 60, 180, 420], p=[0.4, 0.35, 0.15, 0.08, 0.02])) * rng.choice([-1, 1])
        x, y = ax + share * (bx - ax) - away * (by - ay) / length, ay + share * (by - ay) + away * (bx - ax) / length
        units = int(rng.choice([1, 2, 5, 12, 60], p=[0.86, 0.08, 0.03, 0.02, 0.01]))
        houses.append(((round(float(x), 1), round(float(y), 1)), units))
    if rng.random() < 0.1:
        houses[0] = (houses[0][0], 10_000)
    return houses


def _plant(sketch: Sketch, lines: list[tuple[Point, Point]], rng: np.random.Generator) -> list[dict[str, Any]]:
    """Place offices at ends of roads, and fiber along some of the roads; with few, many or unlimited ports."""
    features = []
    for number in range(int(rng.integers(1, 3))):
        place = lines[int(rng.integers(len(lines)))][0]
        ports = int(rng.integers(1, 40)) if rng.random() < 0.3 else None
        features.append(_item(f"co-{number}", "co", ports, "Point", list(sketch.place(place))))
    for number in range(int(rng.integers(0, 3))):
        line = lines[int(rng.integers(len(lines)))]
        strands = int(rng.integers(0, 30)) if rng.random() < 0.6 else None
        shape = [list(sketch.place(point)) for point in line]
        features.append(_item(f"f-{number}", "fiber", strands, "LineString", shape))
    return features


def _item(name: str, kind: str, capacity: int | None, shape: str, places: list[Any]) -> dict[str, Any]:
    geometry = {"type": shape, "coordinates": places}
    return {
        "type": "Feature",
        "properties": {"plant_id": name, "kind": kind, "capacity": capacity},
        "geometry": geometry,
    }


def _rules(rng: np.random.Generator) -> dict[str, str]:
    """Choose engineering rules, from lax to impossible."""

    def pick(*values: object) -> str:
        return str(values[int(rng.integers(len(values)))])

    stages = pick("split_ratio = 8", "split_ratio = 16", *["split_ratio = 32"] * 3, "split_ratio = 64",
                  'split_ratio = 32\narchitecture = "cascaded"\ncascade = [4, 8]')  # fmt: skip
    return {
        "network": "\n".join(
            [
                stages, f'pon_class = "{pick("B+", "B+", "C+", "N1", "E2")}"',
                f"hub_capacity = {pick(1, 12, 72, 288, 432)}",
                f"terminal_ports = {pick([4, 8, 12], [2], [8], [2, 12])}", f"drop_max_m = {pick(30, 80, 150, 200)}",
                f"reach_max_m = {pick(600, 3_000, 20_000, 20_000)}", f"coexistence = {pick('true', 'false')}",
            ]
        ),
        "areas": f"max_locations = {pick(40, 288, 500)}",
        "cost": "draws = 100",
    }  # fmt: skip


def write_study(folder: Path, drawn: Drawn) -> None:
    """Write a drawn study as the files that a user would have."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn.sketch.write(folder / "region.osm")
    rows = ["location_id,longitude,latitude,units"]
    for number, (place, units) in enumerate(drawn.houses, start=1):
        lon, lat = drawn.sketch.place(place)
        rows.append(f"h{number:04},{lon},{lat},{units}")
    (folder / "locations.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    collection = {"type": "FeatureCollection", "features": drawn.plant}
    (folder / "plant.geojson").write_text(json.dumps(collection), encoding="utf-8")
    text = ['schema = 1\n[study]\nname = "random"\n[inputs.osm]\nfile = "region.osm"']
    text += ['[inputs.locations]\nfile = "locations.csv"\n[inputs.plant]\nfile = "plant.geojson"']
    text += [f"[{name}]\n{lines}" for name, lines in drawn.rules.items()]
    (folder / "study.toml").write_text("\n".join(text) + "\n", encoding="utf-8")


def try_study(folder: Path, drawn: Drawn) -> tuple[list[str], int]:
    """Plan, save and verify a study; what is wrong with it, and how many rules were broken."""
    write_study(folder, drawn)
    study, place = read_study(folder / "study.toml")
    plan = make_plan(study, load_inputs(study, place))
    save_plan(plan, folder / "plan", manifest={})
    failures = [f"{check.name}: {check.failures[0]}" for check in verify_plan(folder / "plan") if not check.ok]
    return failures + unexcused(plan), int(plan.document["rules"]["broken"])


def unexcused(plan: Plan) -> list[str]:
    """Broken rules of severity error that another design within the study's limits would keep."""
    rules = plan.tables["rules"]
    broken = rules[((rules["broken"] > 0) & (rules["severity"] == "error")).to_numpy(dtype=bool)]
    found = []
    for rule, places in zip(broken["rule_id"], broken["places"], strict=True):
        wrong = [place for place in places.split(",") if not cannot_be_kept(plan, rule, place)]
        if wrong:
            found.append(f"{rule} could be kept at {wrong[0]} ({len(wrong)} places)")
    return found


def cannot_be_kept(plan: Plan, rule: str, place: str) -> bool:
    """Try what the study allows at a place where a rule is broken; true where nothing keeps it.

    Light: an OLT in a hut, a hub and a terminal at the location's own access point leave only splitters, connectors and
    the drop; no path can lose less or be shorter. Strands: one hut where the fiber is fullest leaves its backhaul.
    Ports: huts take all hubs but those at the office's own node. All other rules can be kept.
    """
    if rule in ("loss_max", "reach"):
        return not _shortest_path_holds(plan, rule, place)
    if rule == "split_ratio":
        return True
    if rule == "strands":
        return _spare(plan) < plan.rulebook.engineering_value("hut_backhaul_fibers")
    return rule == "office_ports" and _keeps_only_its_own(plan, place)


def _keeps_only_its_own(plan: Plan, office: str) -> bool:
    """Whether hubs at an office's own node, which no hut can take, are all that it feeds."""
    sites = plan.tables["sites"].set_index("site_id")
    hubs = sites.loc[plan.tables["paths"].query("office_id == @office")["hub_id"].unique()]
    return bool(sites.loc[office, "kind"] == "co" and (hubs["node"] == sites.loc[office, "node"]).all())


def _shortest_path_holds(plan: Plan, rule: str, place: str) -> bool:
    """Whether the shortest path that there can be at a location keeps loss and reach."""
    book, network = plan.rulebook, plan.study.network
    drop = plan.tables["drops"].set_index("location_id").loc[place]
    reach = float(drop["setback_m"]) * (1 + book.engineering_value("sag_buried")) + book.engineering_value(
        "drop_slack_m"
    )
    kind = book.optical_class(network.pon_class)
    if rule == "reach":
        return reach <= min(network.reach_max_m, kind.reach_max_m)
    loss = book.optical_loss
    least = sum(loss(f"splitter_{ratio}") for ratio in network.stages) + (
        loss("coexistence") if network.coexistence else 0
    )
    least += loss("connector") * book.engineering_value("connectors") + loss(f"fiber_{kind.up_nm}") * reach / 1000
    return bool(least <= kind.max_loss_db - loss("margin"))


def _spare(plan: Plan) -> float:
    """Limit that the ledger names for a fiber."""
    rules = plan.tables["rules"].set_index("rule_id")
    return float(rules.loc["strands", "limit"])


def main(words: Sequence[str] | None = None) -> int:
    """Try studies one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    for name, default in (("--cases", 50), ("--seed", 5), ("--first", 0), ("--most", 2_000)):
        parser.add_argument(name, type=int, default=default)
    options = parser.parse_args(words)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["case", "locations", "rules", "ok", "seconds", "failures"])
    held = True
    for number in range(options.first, options.first + options.cases):
        drawn, began = draw_study(number, options.seed, options.most), time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            try:
                failures, broken = try_study(Path(folder), drawn)
            except Exception as error:  # a crash is a failure of this study, and the others go on
                failures, broken = [f"{type(error).__name__}: {error}"], 0
        held = held and not failures
        seconds = round(time.process_time() - began, 1)
        writer.writerow([number, len(drawn.houses), broken, not failures, seconds, "; ".join(failures)])
        sys.stdout.flush()
    return 0 if held else 2


if __name__ == "__main__":
    sys.exit(main())

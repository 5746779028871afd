"""Plan and verify cut-outs of the embedded extracts: any extract with a road and a building has a plan.

``python -m benchmarks.any_extract [--cases N] [--seed K] [--first I]`` prints ``case,expected,got,ok,seconds,failures``
and exits 2 where a case failed. The first cases are drawn by hand (`benchmarks.drawn_extracts`); the others are windows
of 200 m to 5 km, their ways whole or cut at the border, written as .osm, .osm.pbf or .osm.gz. Each runs through
``init``, ``plan`` and ``verify``.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import os
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Any

import osmium
import shapely

from benchmarks.drawn_extracts import DRAWN, Drawn
from benchmarks.sketches import write_extract
from expansion.cli import main as run_command

DATA = Path(__file__).resolve().parent.parent / "data"
SAMPLES = (DATA / "liechtenstein" / "region.osm.pbf", DATA / "three-rivers" / "region.osm")
ENDINGS = (".osm", ".osm.pbf", ".osm.gz")
NOTHING = ("E_NO_ROADS", "E_NO_LOCATIONS")
CHUNK = 25
ROADS = frozenset(
    {
        "motorway", "trunk", "primary", "secondary", "tertiary", "motorway_link", "trunk_link", "primary_link",
        "secondary_link", "tertiary_link", "unclassified", "residential", "living_street", "pedestrian", "service",
        "track", "road",
    }
)  # fmt: skip
SURE_HOMES = frozenset({"house", "detached", "residential", "apartments", "farm", "terrace", "yes"})
SURE_M2 = 70.0
_DEGREE_M = 111_200.0

Bounds = tuple[float, float, float, float]
Nodes = dict[int, tuple[float, float, dict[str, str]]]
Ways = list[tuple[int, list[int], dict[str, str]]]
Relations = list[tuple[int, list[tuple[str, int, str]], dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Extract:
    """All elements of an extract, by type and id."""

    nodes: Nodes
    ways: Ways
    relations: Relations


@dataclass(frozen=True, slots=True)
class Window:
    """One case: a sample, the window cut out of it, whether ways stay whole, and the format."""

    sample: Path
    bounds: Bounds
    whole: bool
    ending: str

    def __str__(self) -> str:
        west, south, east, north = self.bounds
        kept = "whole" if self.whole else "cut"
        return f"{self.sample.parent.name} {west:.5f} {south:.5f} {east:.5f} {north:.5f} {kept} {self.ending}"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


@cache
def read_extract(path: Path) -> Extract:
    """Read all elements of an extract."""
    nodes: Nodes = {}
    ways: Ways = []
    relations: Relations = []
    for thing in osmium.FileProcessor(str(path)):
        if thing.is_node():
            nodes[thing.id] = (thing.location.lon, thing.location.lat, dict(thing.tags))
        elif thing.is_way():
            ways.append((thing.id, [node.ref for node in thing.nodes], dict(thing.tags)))
        elif thing.is_relation():
            members = [(member.type, member.ref, member.role) for member in thing.members]
            relations.append((thing.id, members, dict(thing.tags)))
    return Extract(nodes, ways, relations)


def cut_out(extract: Extract, bounds: Bounds, *, whole: bool) -> Extract:
    """Keep what enters a window: ways with all their nodes, or only with those inside; relations of kept ways."""
    west, south, east, north = bounds
    inside = {key for key, (lon, lat, _) in extract.nodes.items() if west <= lon <= east and south <= lat <= north}
    ways = [way for way in extract.ways if inside.intersection(way[1])]
    needed = inside.union(*(way[1] for way in ways)) if whole else inside
    nodes = {key: extract.nodes[key] for key in sorted(needed) if key in extract.nodes}
    kept = {way[0] for way in ways}
    relations = [row for row in extract.relations if any(kind == "w" and ref in kept for kind, ref, _ in row[1])]
    return Extract(nodes, ways, relations)


def expected_outcome(extract: Extract) -> tuple[str, ...]:
    """Say how planning must end: ``ok``, a code, or one of several where the rule for buildings decides."""
    codes = []
    if not any(_is_surely_road(extract, way) for way in extract.ways):
        codes.append("E_NO_ROADS")
    may_be_home = any("building" in tags for *_, tags in (*extract.ways, *extract.relations))
    may_be_home |= any(key.startswith("addr:house") for *_, tags in extract.nodes.values() for key in tags)
    if not may_be_home:
        codes.append("E_NO_LOCATIONS")
    if codes:
        return tuple(codes)
    sure = any(_is_surely_home(extract, way) for way in extract.ways)
    return ("ok",) if sure else ("ok", "E_NO_LOCATIONS")


def _is_surely_road(extract: Extract, way: tuple[int, list[int], dict[str, str]]) -> bool:
    """Say whether two neighbors of a road's nodes lie at different places."""
    _, refs, tags = way
    if tags.get("highway") not in ROADS or tags.get("area") == "yes":
        return False
    places = [extract.nodes[ref][:2] if ref in extract.nodes else None for ref in refs]
    return any(a and b and a != b for a, b in pairwise(places))


def _is_surely_home(extract: Extract, way: tuple[int, list[int], dict[str, str]]) -> bool:
    """Say whether a way is a closed outline of a home, with 70 m² and more, that nothing speaks against."""
    _, refs, tags = way
    if tags.get("building") not in SURE_HOMES or len(refs) < 4 or refs[0] != refs[-1]:
        return False
    if any(word in key for key in tags for word in ("abandoned", "disused", "ruins", "demolished", "power")):
        return False
    if any(ref not in extract.nodes for ref in refs):
        return False
    ring = [extract.nodes[ref][:2] for ref in refs]
    narrow = math.cos(math.radians(ring[0][1]))
    outline = shapely.Polygon([(lon * narrow * _DEGREE_M, lat * _DEGREE_M) for lon, lat in ring])
    return bool(outline.is_valid and outline.area >= SURE_M2)


def windows(seed: int) -> Iterator[Window]:
    """Cut-outs without end: half of them around a building, log-uniform in size from 200 m to 5 km."""
    order = random.Random(seed)
    while True:
        sample = order.choice(SAMPLES)
        extract = read_extract(sample)
        if order.random() < 0.5:
            homes = [way for way in extract.ways if "building" in way[2]]
            lon, lat, _ = extract.nodes[order.choice(homes)[1][0]]
        else:
            lon, lat, _ = extract.nodes[order.choice(sorted(extract.nodes))]
        width, height = (200 * 25 ** order.random() / _DEGREE_M for _ in range(2))
        width /= math.cos(math.radians(lat))
        west, south = lon - width * order.random(), lat - height * order.random()
        bounds = (west, south, west + width, south + height)
        yield Window(sample, bounds, order.random() < 0.5, order.choice(ENDINGS))


@contextmanager
def _captured() -> Iterator[tuple[io.StringIO, io.StringIO, Any]]:
    """Take what Python and what libraries below it print."""
    out, err = io.StringIO(), io.StringIO()
    with tempfile.TemporaryFile() as below:
        kept = [os.dup(1), os.dup(2)]
        try:
            os.dup2(below.fileno(), 1)
            os.dup2(below.fileno(), 2)
            with redirect_stdout(out), redirect_stderr(err), warnings.catch_warnings():
                warnings.simplefilter("error")
                yield out, err, below
        finally:
            for number, old in enumerate(kept, start=1):
                os.dup2(old, number)
                os.close(old)


def command(*words: object) -> Ended:
    """Run a command of the planner in this process, warnings as errors; what leaks below Python counts as an error."""
    with _captured() as (out, err, below):
        code = run_command([str(word) for word in words])
        below.seek(0)
        leaked = below.read().decode("utf-8", "replace")
    return Ended(code, out.getvalue(), err.getvalue() + leaked)


def plan_extract(file: Path, folder: Path, *words: str, inputs: Sequence[object] = ()) -> tuple[str, list[str]]:
    """Run init, plan and verify on an extract.

    Parameters
    ----------
    file
        The extract.
    folder
        Empty folder in which study and plan are made.
    words
        Further words of the plan command.
    inputs
        Further words of the init command; their files lie outside `folder`.

    Returns
    -------
    tuple
        ``ok`` or the error's code, and everything that is not as it must be; empty where all is well.
    """
    study, out = folder / "study", folder / "plan"
    begun = command("init", study, "--osm", file, *inputs)
    if begun.code or begun.err:
        return _ending(begun, study)
    planned = command("plan", study, "--out", out, "--json", *words)
    if planned.code or planned.err:
        return _ending(planned, out)
    return "ok", check_plan(out, planned.out) + _strays(folder, {"study", "plan", file.name})


def _strays(folder: Path, known: set[str]) -> list[str]:
    """Name what was left beside study and plan."""
    return [f"left behind: {path.name}" for path in sorted(folder.iterdir()) if path.name not in known]


def _ending(ended: Ended, made: Path) -> tuple[str, list[str]]:
    """Judge a command that failed: one clear error, exit 2 or 3, nothing written."""
    lines = ended.err.strip().split("\n")
    told = [line for line in lines if line.startswith("error[E_")]
    wrong = [] if len(told) == len(lines) else [f"says more than errors: {ended.err[:500]}"]
    wrong += [] if ended.code in (2, 3) else [f"exit code {ended.code}: {ended.err[:500]}"]
    wrong += [f"printed {ended.out[:80]!r} although it failed"] if ended.out else []
    wrong += [f"{made.name} is there although the command failed"] if made.exists() else []
    return (told[0][6:].partition("]")[0] if told else "no code"), wrong


def check_plan(out: Path, printed: str) -> list[str]:
    """Say what a plan breaks: its checks, its sums, its printed form."""
    document = json.loads((out / "plan.json").read_text("utf-8"))
    wrong = [] if json.loads(printed) == document else ["--json prints something else than plan.json"]
    if sum(document["outcomes"].values()) != document["counts"]["eligible"]:
        wrong.append("outcomes do not add up to the eligible locations")
    if document["counts"]["findings"] != len(document["findings"]):
        wrong.append("counts.findings is not the number of findings")
    verified = command("verify", out, "--json")
    if verified.err:
        wrong.append(f"verify says: {verified.err[:300]}")
    checks = json.loads(verified.out)["checks"] if verified.out else []
    wrong += [f"verify {check['name']}: {failure}" for check in checks for failure in check["failures"][:3]]
    if verified.code and not wrong:
        wrong.append(f"verify ends in {verified.code}")
    return wrong


def run_window(window: Window) -> tuple[str, str, list[str]]:
    """Cut, plan and verify one window: what must come out, what came out, and what is wrong."""
    extract = cut_out(read_extract(window.sample), window.bounds, whole=window.whole)
    wanted = expected_outcome(extract)
    with tempfile.TemporaryDirectory(prefix="any-extract-") as name:
        folder = Path(name)
        file = write_extract(folder / f"cut{window.ending}", extract.nodes, extract.ways, extract.relations)
        got, wrong = plan_extract(file, folder)
    if got not in wanted:
        wrong.append(f"expected {' or '.join(wanted)}, got {got}")
    return "|".join(wanted), got, wrong


def run_drawn(name: str) -> tuple[str, str, list[str]]:
    """Plan and verify an extract drawn by hand: what must come out, what came out, and what is wrong."""
    drawn = DRAWN[name]
    with tempfile.TemporaryDirectory(prefix="any-extract-") as made, tempfile.TemporaryDirectory() as beside:
        folder, inputs = Path(made), []
        for option, (file_name, content) in drawn.files.items():
            (Path(beside) / file_name).write_text(content, encoding="utf-8")
            inputs += [option, Path(beside) / file_name]
        file = drawn.draw().write(folder / "drawn.osm")
        got, wrong = plan_extract(file, folder, *drawn.words, inputs=inputs)
        if got == "ok":
            wrong += _unlike(drawn, json.loads((folder / "plan" / "plan.json").read_text("utf-8")))
    if got != drawn.expected:
        wrong.append(f"expected {drawn.expected}, got {got}")
    return drawn.expected, got, wrong


def _unlike(drawn: Drawn, document: dict[str, Any]) -> list[str]:
    """Say where a plan has other outcomes or findings than its drawing asks for."""
    outcomes, codes = document["outcomes"], {finding["code"] for finding in document["findings"]}
    wrong = [
        f"{outcomes[kind]} locations end as {kind}, not {count}"
        for kind, count in drawn.outcomes.items()
        if outcomes[kind] != count
    ]
    return wrong + ([f"no finding {drawn.finding}"] if drawn.finding and drawn.finding not in codes else [])


def run_cases(cases: int, seed: int, first: int = 0) -> Iterator[tuple[str, str, str, bool, float, str]]:
    """Run the cases `first` to `first` + `cases`, one row each: the drawn extracts, then windows of a seed."""
    names = [*DRAWN]
    cuts = islice(windows(seed), max(first - len(names), 0), max(first + cases - len(names), 0))
    for case in chain(names[first : first + cases], cuts):
        begun = time.perf_counter()
        wanted, got, wrong = run_drawn(case) if isinstance(case, str) else run_window(case)
        yield str(case), wanted, got, not wrong, round(time.perf_counter() - begun, 2), "; ".join(wrong)


def main(words: Sequence[str] | None = None) -> int:
    """Print one row per case; exit code 2 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.any_extract", description=__doc__)
    parser.add_argument("--cases", type=int, default=CHUNK)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args(words)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["case", "expected", "got", "ok", "seconds", "failures"])
    failed = 0
    for row in run_cases(options.cases, options.seed, options.first):
        writer.writerow(row)
        sys.stdout.flush()
        failed += not row[3]
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

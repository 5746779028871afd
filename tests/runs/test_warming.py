"""Compiled loops are kept once, whoever compiles at the same time, wherever a folder can be written."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import expansion
from expansion.cli.warm import warming_lines, warming_row
from expansion.runs.warming import ROOMS, Warming, WarmLoop, find_loops

SOURCE = Path(expansion.__file__).parent
WARM_THE_SITES = """
import json
from expansion.cli.warm import warming_row
from expansion.runs.warming import warm_loops
print("ready", flush=True)
input()
print(json.dumps(warming_row(warm_loops(["expansion.network.siting"]))))
"""
WHERE = """
from expansion.runs.warming import ROOMS, find_loops
print([loop.stats.cache_path for room in ROOMS for loop in find_loops(room).values()])
"""


def start(code, root=SOURCE.parent, **settings):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("NUMBA_")}
    environment |= {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", **settings}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish(process):
    """Let it begin if it waits for a line, and return what it prints."""
    out, said = process.communicate("\n", timeout=300)
    assert process.returncode == 0, said
    return out


@pytest.fixture(scope="module")
def compiled_twice(tmp_path_factory):
    """Two processes that compile the same loops at once, and one that comes later, with a cache that was empty."""
    folder = tmp_path_factory.mktemp("cache")
    both = [start(WARM_THE_SITES, NUMBA_CACHE_DIR=str(folder)) for _ in range(2)]
    assert [process.stdout.readline() for process in both] == ["ready\n"] * 2
    for process in both:
        process.stdin.write("\n")
        process.stdin.flush()
    later = start(WARM_THE_SITES, NUMBA_CACHE_DIR=str(folder))
    *rows, last = [json.loads(finish(process).splitlines()[-1]) for process in (*both, later)]
    return folder, rows, last


def test_of_two_processes_at_once_one_compiles_and_the_other_finds_it_done(compiled_twice):
    _, rows, _ = compiled_twice
    assert sorted(row["was_warm"] for row in rows) == [False, True]
    idle, busy = sorted(rows, key=lambda row: -row["was_warm"])
    assert all(loop["seconds"] == 0 for loop in idle["loops"])
    assert any(loop["seconds"] > 0 for loop in busy["loops"])


def test_each_loop_is_kept_once_and_nothing_half_written(compiled_twice):
    folder, rows, _ = compiled_twice
    (place,) = folder.glob("siting_*")
    codes = [path.name for path in place.glob("*.nbc")]
    assert len(codes) == len(list(place.glob("*.nbi"))) == len(rows[0]["loops"])
    assert not [path for path in place.iterdir() if ".tmp." in path.name or path.suffix == ".part"]


def test_when_all_is_compiled_there_is_nothing_to_do(compiled_twice):
    _, _, later = compiled_twice
    assert later["was_warm"]
    assert later["seconds"] < 1


@pytest.fixture(scope="module")
def sealed_package(tmp_path_factory):
    """A copy of the package beside whose loops nothing can be written, whoever tries."""
    root = tmp_path_factory.mktemp("sealed")
    shutil.copytree(SOURCE, root / "expansion", ignore=shutil.ignore_patterns("__pycache__", "static"))
    for room in ("network/siting", "network/steiner", "network/technology", "network/terminals", "schedule"):
        (root / "expansion" / room / "__pycache__").write_text("", encoding="utf-8")
    return root


def test_beside_a_package_that_cannot_be_written_the_user_s_cache_is_used(sealed_package, tmp_path):
    said = finish(start(WHERE, sealed_package, XDG_CACHE_HOME=str(tmp_path), HOME=str(tmp_path)))
    assert said.count(str(tmp_path)) == sum(len(find_loops(room)) for room in ROOMS)


def test_where_nothing_can_be_written_the_loops_still_load(sealed_package, tmp_path):
    nowhere = tmp_path / "file"
    nowhere.write_text("", encoding="utf-8")
    said = finish(start(WHERE, sealed_package, XDG_CACHE_HOME=str(nowhere), HOME=str(nowhere)))
    assert set(said.strip()[1:-1].split(", ")) == {"None"}


def test_every_room_has_loops():
    assert all(find_loops(room) for room in ROOMS)


LOOPS = (WarmLoop("expansion.schedule.a", 0.25), WarmLoop("expansion.schedule.b", 1.5), WarmLoop("expansion.c", 0.0))


def test_the_slowest_loop_is_named_first():
    lines = warming_lines(Warming(LOOPS, (Path("here"),), True, False, 2.0))
    assert [line.split()[-1] for line in lines[:2]] == ["schedule.b", "schedule.a"]
    assert lines[2:] == ["2 of 3 loops compiled, 2.00 s in all", "kept beside the package"]


@pytest.mark.parametrize(
    ("folders", "variable", "words"),
    [
        ((), "", "no folder can be written"),
        ((Path("cache"),), "", "the package's folder cannot be written: kept in cache"),
        ((Path("cache"),), "cache", "NUMBA_CACHE_DIR is set: kept in cache"),
    ],
)
def test_another_place_than_beside_the_package_is_named(monkeypatch, folders, variable, words):
    monkeypatch.setenv("NUMBA_CACHE_DIR", variable)
    assert words in warming_lines(Warming(LOOPS, folders, False, False, 2.0))[-1]


def test_the_json_row_names_every_loop():
    row = warming_row(Warming(LOOPS, (), False, True, 0.01))
    assert [loop["name"] for loop in row["loops"]] == [loop.name for loop in LOOPS]
    assert row["was_warm"] is True

"""The reader's process is limited, forgets nothing, and says how it died."""

import json
import os
import subprocess
import sys

import pytest

from expansion.errors import SourceError
from expansion.plan.findings import find
from expansion.sources.exchange import Reading, read_reading, write_reading
from expansion.sources.limits import ALLOWED_DRIVERS, reader_environment
from expansion.sources.paths import find_file
from expansion.sources.sandbox import _DEATHS, _reading
from expansion.sources.worker import run_task
from tests.extracts import DATA, ROOT

STUDY = DATA / "three-rivers"


def test_only_the_allowed_drivers_are_there():
    code = "import json, pyogrio; print(json.dumps(sorted(pyogrio.list_drivers())))"
    command = [sys.executable, "-W", "ignore", "-c", code]
    out = subprocess.run(command, env=reader_environment(), capture_output=True, text=True, check=True)
    assert set(json.loads(out.stdout)) <= ALLOWED_DRIVERS


def test_the_reader_inherits_no_environment():
    os.environ["SECRET_OF_THE_PLANNER"] = "x"
    try:
        assert "SECRET_OF_THE_PLANNER" not in reader_environment()
    finally:
        del os.environ["SECRET_OF_THE_PLANNER"]


def test_a_stray_module_beside_a_script_or_in_the_folder_is_not_taken_for_pythons(tmp_path):
    """The folder of a user's script is on its path, and often the working folder too."""
    for name in ("xml", "json", "pandas", "expansion_notes"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('stray')")
    script = "import sys, os; from expansion.runs.checking import check_study; from pathlib import Path\n"
    script += f"sys.path.insert(0, {str(tmp_path)!r}); print(len(check_study(Path({str(STUDY)!r}))))"
    out = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (out.returncode, int(out.stdout) > 0) == (0, True), out.stderr


def test_readings_survive_the_way_through_files(tmp_path):
    reading = Reading(findings=[find("W_FAR", "warning", "far", ["b", "a"], amount=2.5, unit="m")])
    reading.fail("E_RANGE", "too large", ["f:2"], hint="less")
    write_reading(reading, tmp_path)
    back = read_reading(tmp_path)
    assert back.findings == reading.findings
    assert [(type(e), e.code, e.where, e.hint) for e in back.errors] == [(SourceError, "E_RANGE", ("f:2",), "less")]


@pytest.mark.parametrize("death", [*_DEATHS, "SIGSEGV"])
def test_a_death_is_an_error_with_a_code(tmp_path, death):
    answer = {"signal": death, "status": 0, "seconds": 1.0, "peak_mb": 1.0}
    (error,) = _reading({"out": str(tmp_path), "name": "f.gpkg"}, answer).errors
    assert error.code == _DEATHS.get(death, ("E_READER_CRASH",))[0]


def test_deep_recursion_is_an_error_not_a_crash(tmp_path, monkeypatch):
    def deeper(*_):
        raise RecursionError

    monkeypatch.setitem(run_task.__globals__["TASKS"], "plant", deeper)
    task = {"task": "plant", "path": "x", "name": "x", "options": {}, "out": str(tmp_path)}
    assert [error.code for error in run_task(task).errors] == ["E_DEPTH"]


@pytest.mark.parametrize(
    "text", ["/etc/passwd", "../x.csv", "a/../../x", "http://h/x", "PG:x", "C:/x", "a\\b", "a\x00b", "."]
)
def test_only_plain_paths_inside_the_folder_are_paths(tmp_path, text):
    with pytest.raises(SourceError) as caught:
        find_file(tmp_path, text)
    assert caught.value.code in {"E_PATH", "E_NO_FILE"}


def test_a_link_out_of_the_folder_is_no_path(tmp_path):
    (tmp_path / "x.csv").symlink_to("/etc/passwd")
    with pytest.raises(SourceError, match="plain path"):
        find_file(tmp_path, "x.csv")


def test_a_file_in_a_folder_below_is_found(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.csv").write_text("x")
    assert find_file(tmp_path, "in/x.csv").name == "x.csv"

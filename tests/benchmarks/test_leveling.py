"""The leveling benchmark reads both formats, finds known optima and checks what it prints."""

import csv
import io

import numpy as np
import pytest

from benchmarks.leveling.__main__ import PROGRAM, main
from benchmarks.leveling.checker import faults_of
from benchmarks.leveling.instances import read_instance
from benchmarks.leveling.solving import crossed

PATTERSON = """5 1
2
0 0 3 2 3 4
3 1 1 5
2 2 1 5
2 1 1 5
0 0 0
"""
PSPLIB = """PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          3           2   3   4
   2        1          1           5
   3        1          1           5
   4        1          1           5
   5        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1
------------------------------------------------------------------------
  1      1     0       0
  2      1     3       1
  3      1     2       2
  4      1     2       1
  5      1     0       0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1
    2
************************************************************************
"""


@pytest.fixture
def files(tmp_path):
    for name, text in (("a.rcp", PATTERSON), ("b.sm", PSPLIB)):
        (tmp_path / name).write_text(text)
    return tmp_path


def test_both_formats_say_the_same(files):
    """
    R1  2 | X X X . .
        1 | Z Z .      Y takes both, on days 3 and 4: nothing ends before day 5.
    """
    first, second = read_instance(files / "a.rcp"), read_instance(files / "b.sm")
    for name in ("duration", "demand", "room", "links"):
        assert np.array_equal(getattr(first, name), getattr(second, name))


@pytest.mark.parametrize("text", ["", "3 1", "nonsense", PATTERSON.replace("2 2 1 5", "2 3 1 5"), PATTERSON[:-6]])
def test_a_file_that_cannot_be_read_is_refused(tmp_path, text):
    (tmp_path / "bad.rcp").write_text(text)
    with pytest.raises(ValueError, match=r"bad\.rcp"):
        read_instance(tmp_path / "bad.rcp")


def test_the_checker_finds_what_a_schedule_breaks(files):
    instance = read_instance(files / "a.rcp")
    assert faults_of(instance, [0, 0, 3, 0, 5]) == []
    assert faults_of(instance, [0, 0, 2, 0, 5]) == ["resource 1 is short on day 2"]
    assert faults_of(instance, [0, 0, 3, 0, 4])[0] == "activity 5 starts before activity 3 is done"


def test_optimum_is_found_proven_and_written(files, capsys):
    code = main([str(files / "a.rcp"), str(files / "none.sm"), "--seconds", "1", "--solutions", str(files / "s")])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert code == 2
    assert [row["status"] for row in rows] == ["optimal", "error"]
    assert rows[0]["makespan"] == rows[0]["lower_bound"] == "5"
    assert crossed.__module__ == "benchmarks.leveling.solving"  # a process of its own finds it by this name
    assert (files / "s" / "a.rcp.sol").read_text().splitlines()[-1] == "5 5"


def test_a_made_up_program_is_leveled_alike_each_time(capsys):
    rows = []
    for _ in range(2):
        assert main(["--realistic", "2", "--effort", "0"]) == 0
        rows.append(capsys.readouterr().out.splitlines()[1].split(","))
    row = dict(zip(PROGRAM, rows[0], strict=True))
    assert int(row["activities"]) > 60
    assert int(row["lower_bound"]) <= int(row["makespan"])
    timed = {PROGRAM.index(name) for name in ("seconds", "cpu_seconds")}
    told = [[value for place, value in enumerate(values) if place not in timed] for values in rows]
    assert told[0] == told[1]

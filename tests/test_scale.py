import os
import subprocess
import sys
import time

import pytest

from expansion import scale
from expansion.errors import StudyError, UnreachableError
from expansion.scale import map_areas, map_serial, open_mapper


def square(number):
    return number * number


def late_and_early(number):
    time.sleep(0.05 * (3 - number))
    return number


def refuse_two(number):
    if number == 2:
        raise UnreachableError("no road", where=["home"])
    return number


def worker_id(_number):
    return os.getpid()


@pytest.fixture(scope="module")
def processes():
    with open_mapper("processes") as mapper:
        yield mapper


def test_processes_and_serial_agree(processes):
    assert processes(square, range(100)) == map_serial(square, range(100)) == map_areas(square, range(100))


def test_order_is_that_of_the_items_not_of_finishing(processes):
    assert processes(late_and_early, [0, 1, 2, 3]) == [0, 1, 2, 3]


def test_work_is_done_elsewhere(processes):
    assert os.getpid() not in processes(worker_id, [1, 2])


def test_an_error_keeps_its_code_and_places(processes):
    with pytest.raises(UnreachableError) as caught:
        processes(refuse_two, [1, 2, 3])
    assert (caught.value.code, caught.value.where) == ("E_UNREACHABLE", ("home",))


def test_no_items_are_no_work(processes):
    assert processes(square, []) == []


@pytest.mark.parametrize("name", ["threads", "", "tcp://", "http://127.0.0.1:1", "tcp://host:port"])
def test_an_unknown_executor_is_named(name):
    with pytest.raises(StudyError) as caught:
        map_areas(square, [1], name)
    assert caught.value.code == "E_EXECUTOR"


CLUSTER = """
from operator import neg
from distributed import LocalCluster
from expansion.scale import map_areas, map_serial

with LocalCluster(
    n_workers=1, threads_per_worker=2, processes=False, protocol="tcp", host="127.0.0.1", dashboard_address=None
) as cluster:
    assert map_areas(neg, range(20), cluster.scheduler_address) == map_serial(neg, range(20))
"""


def test_a_dask_cluster_agrees_with_serial():
    ended = subprocess.run([sys.executable, "-c", CLUSTER], capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr


def test_a_cluster_that_does_not_answer_is_an_error(monkeypatch):
    monkeypatch.setattr(scale, "_PATIENCE_SECONDS", 0.5)
    with pytest.raises(StudyError, match="no Dask scheduler answers"):
        map_areas(square, [1], "tcp://127.0.0.1:9")

"""Runs in the background: known by an id, cancelled at once, and their end told in words."""

import json
import os
import time

import pytest

from expansion.errors import OutputError, SourceError
from expansion.runs import find_embedded, load_document
from expansion.runs import jobs as room
from expansion.runs.jobs import cancel_job, list_jobs, look_at_job, start_job
from expansion.runs.stamps import stamp_study


def wait(desk, job):
    while job.state == "running":
        time.sleep(0.1)
        job = look_at_job(desk, job.job_id)
    return job


def test_a_run_is_planned_and_found_by_its_id(tmp_path):
    job = start_job(tmp_path, "three-rivers", find_embedded("three-rivers"), ["A026"])
    assert job.state == "running"
    done = wait(tmp_path, job)
    assert (done.state, done.share) == ("done", 1.0)
    assert load_document(done.plan)["counts"]["areas_chosen"] >= 1
    assert [one.job_id for one in list_jobs(tmp_path)] == [job.job_id]


def test_a_cancelled_run_ends_within_a_second(tmp_path):
    job = start_job(tmp_path, "three-rivers", find_embedded("three-rivers"))
    time.sleep(0.5)
    began = time.monotonic()
    assert cancel_job(tmp_path, job.job_id).state == "cancelled"
    assert room._has_ended(tmp_path / job.job_id, 5)
    assert time.monotonic() - began < 2  # twice what is promised: the machine may be busy
    assert cancel_job(tmp_path, job.job_id).state == "cancelled"


def test_a_planner_that_fails_leaves_its_words(tmp_path):
    job = wait(tmp_path, start_job(tmp_path, "gone", tmp_path / "nothing"))
    assert job.state == "failed"
    assert "E_NO_FILE" in job.errors[-1]


def test_a_run_given_to_a_planner_that_stands_by_equals_one_from_nothing(tmp_path, monkeypatch):
    """The inputs that it holds are those that it would read."""
    study = find_embedded("three-rivers")
    room.STANDBY.hold(study, stamp_study(study))
    held = wait(tmp_path, start_job(tmp_path, "three-rivers", study, ["A026"]))
    monkeypatch.setattr(room.STANDBY, "plan", lambda *_: False)
    alone = wait(tmp_path, start_job(tmp_path, "three-rivers", study, ["A026"]))
    first, second = ((job.plan / "plan.json").read_bytes() for job in (held, alone))
    assert first == second
    timings = json.loads((held.plan / "timings.json").read_text())
    assert timings["stages"]["read_inputs"] < 0.3


def test_a_planner_that_stands_by_and_dies_is_replaced(tmp_path):
    room.STANDBY.hold(tmp_path, "")
    room.STANDBY._process.kill()
    room.STANDBY._process.wait()
    room.STANDBY._drop(tmp_path)
    assert wait(tmp_path, start_job(tmp_path, "gone", tmp_path / "nothing")).state == "failed"


def test_a_run_cancelled_before_it_has_a_process_never_begins(tmp_path):
    job = start_job(tmp_path, "nothing", tmp_path / "nothing")
    cancel_job(tmp_path, job.job_id)
    assert room._has_ended(tmp_path / job.job_id, 30)
    assert look_at_job(tmp_path, job.job_id).state == "cancelled"
    assert not job.plan.exists()


def test_no_more_runs_begin_than_allowed(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "MOST_AT_ONCE", 0)
    with pytest.raises(OutputError, match="being made"):
        start_job(tmp_path, "three-rivers", find_embedded("three-rivers"))


@pytest.mark.parametrize("name", ["", "../../etc", "0" * 16, "a/b", "0123456789abcdef\n"])
def test_an_id_that_names_no_run_is_refused(tmp_path, name):
    with pytest.raises(SourceError, match="no such plan"):
        look_at_job(tmp_path, name)


def test_a_run_of_an_earlier_server_that_is_gone_has_failed(tmp_path):
    folder = tmp_path / ("a" * 16)
    folder.mkdir()
    (folder / "request.json").write_text('{"study": "x", "areas": [], "started": ""}')
    (folder / "pid").write_text(str(os.getpid()))
    assert look_at_job(tmp_path, "a" * 16).state == "failed"

import errno
import json
import os
import resource
import zipfile

import numpy as np
import pytest
from geopandas.testing import assert_geodataframe_equal

from expansion.errors import OutputError, SourceError
from expansion.runs import saving
from expansion.runs.saving import document_text, load_plan, save_plan, write_arrays
from tests.plans import tiny_plan


def save(folder, **changes):
    return save_plan(tiny_plan(**changes), folder, manifest={"version": "1"}, timings=lambda: {"total_seconds": 1.0})


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_saved_plan_comes_back_as_it_was(tmp_path):
    plan, back = tiny_plan(), load_plan(save(tmp_path / "plan"))
    assert back.document == plan.document
    assert_geodataframe_equal(back.tables["locations"], plan.tables["locations"])
    assert back.certificates["route"]["potentials"].tolist() == [150_075]


def test_equal_plans_are_equal_to_the_byte(tmp_path):
    assert content(save(tmp_path / "one")) == content(save(tmp_path / "two"))


def test_plan_json_has_sorted_keys_and_ends_in_a_newline(tmp_path):
    text = (save(tmp_path / "plan") / "plan.json").read_text("utf-8")
    assert text == json.dumps(json.loads(text), sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def test_the_manifest_holds_the_hash_of_every_file(tmp_path):
    out = save(tmp_path / "plan")
    files = json.loads((out / "manifest.json").read_text("utf-8"))["files"]
    assert set(files) == set(content(out)) - {"manifest.json", "timings.json"}
    assert files["plan.json"] == saving.hash_file(out / "plan.json")


def test_nan_never_reaches_a_document():
    with pytest.raises(ValueError, match="not JSON compliant"):
        document_text({"cost": float("nan")})


def test_certificates_carry_no_clock_and_no_pickle(tmp_path):
    write_arrays({"b": np.arange(3), "a": np.zeros(2)}, tmp_path / "c.npz")
    with zipfile.ZipFile(tmp_path / "c.npz") as archive:
        assert archive.namelist() == ["a.npy", "b.npy"]
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    with pytest.raises(ValueError, match="Object arrays"):
        write_arrays({"a": np.array([object()])}, tmp_path / "d.npz")


def test_a_second_plan_replaces_the_first(tmp_path):
    out = save(tmp_path / "plan")
    (out / "tables" / "old.parquet").write_bytes(b"")
    save(out, fingerprint="sha256:11")
    assert load_plan(out).document["fingerprint"] == "sha256:11"
    assert not (out / "tables" / "old.parquet").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_a_folder_with_other_files_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="other files") as caught:
        save(tmp_path)
    assert caught.value.code == "E_OUT_NOT_EMPTY"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_trouble_while_writing_leaves_the_plan_of_before(tmp_path, monkeypatch, trouble):
    before = content(save(tmp_path / "plan"))

    def fails(*_):
        raise trouble

    monkeypatch.setattr(saving, "write_arrays", fails)
    with pytest.raises((KeyboardInterrupt, OutputError)) as caught:
        save(tmp_path / "plan", fingerprint="sha256:11")
    assert getattr(caught.value, "code", "E_DISK") == "E_DISK"
    assert content(tmp_path / "plan") == before
    assert os.listdir(tmp_path) == ["plan"]


@pytest.fixture
def small_disk():
    """No file may grow past 3 kB: writing more fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path, small_disk):
    with pytest.raises(OutputError, match="the disk is full") as caught:
        save(tmp_path / "plan")
    assert caught.value.code == "E_DISK"
    assert os.listdir(tmp_path) == []


def test_a_folder_without_a_plan_is_named(tmp_path):
    with pytest.raises(SourceError, match="no plan there") as caught:
        load_plan(tmp_path)
    assert caught.value.code == "E_NO_PLAN"


def test_a_damaged_table_is_an_error_not_a_traceback(tmp_path):
    out = save(tmp_path / "plan")
    (out / "tables" / "bom.parquet").write_bytes(b"PAR1")
    with pytest.raises(SourceError) as caught:
        load_plan(out)
    assert caught.value.code == "E_PLAN_CORRUPT"

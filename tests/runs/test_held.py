"""Inputs held by a standing planner are used only while study and files are what they were."""

import shutil

import pytest

from expansion.runs import find_embedded, held, read_study


@pytest.fixture
def study_folder(tmp_path, monkeypatch):
    folder = tmp_path / "three-rivers"
    shutil.copytree(find_embedded("three-rivers"), folder)
    monkeypatch.setattr(held, "load_inputs", lambda _study, _folder: object())
    monkeypatch.setattr(held, "_held", {})
    held.hold_study(folder)
    return folder


def test_inputs_that_are_held_are_not_read_again(study_folder):
    study, folder = read_study(study_folder)
    assert held.held_inputs(study, folder) is held.held_inputs(study, folder)


def test_a_file_that_changed_is_read_again(study_folder):
    study, folder = read_study(study_folder)
    before = held.held_inputs(study, folder)
    (study_folder / study.inputs.osm.file).touch()
    assert held.held_inputs(study, folder) is not before


def test_a_study_with_other_values_reads_for_itself(study_folder):
    before = held.held_inputs(*read_study(study_folder))
    assert held.held_inputs(*read_study(study_folder, ["study.seed=9"])) is not before

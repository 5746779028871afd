"""Inputs held by a standing planner are used only while study and files are what they were."""

import shutil
from dataclasses import dataclass, field

import pytest

from expansion.runs import find_embedded, held, read_study


@dataclass
class Tables:
    """Stands for inputs: its roads are new each time that it is read."""

    roads: object = field(default_factory=object)
    rulebook: object = None


@pytest.fixture
def study_folder(tmp_path, monkeypatch):
    folder = tmp_path / "three-rivers"
    shutil.copytree(find_embedded("three-rivers"), folder)
    monkeypatch.setattr(held, "load_inputs", lambda _study, _folder: Tables())
    monkeypatch.setattr(held, "planning_rules", lambda study, _folder: study.permits)
    monkeypatch.setattr(held, "_held", {})
    held.hold_study(folder)
    return folder


def tables_of(*study_and_folder):
    return held.held_inputs(*study_and_folder).roads


def test_inputs_that_are_held_are_not_read_again(study_folder):
    assert tables_of(*read_study(study_folder)) is tables_of(*read_study(study_folder))


def test_a_file_that_changed_is_read_again(study_folder):
    study, folder = read_study(study_folder)
    before = tables_of(study, folder)
    (study_folder / study.inputs.osm.file).touch()
    assert tables_of(study, folder) is not before


def test_locks_change_nothing_that_is_read(study_folder):
    before = tables_of(*read_study(study_folder))
    assert tables_of(*read_study(study_folder, ['network.route.avoid_roads=["track"]'])) is before


def test_what_is_read_differently_is_read_again(study_folder):
    before = tables_of(*read_study(study_folder))
    assert tables_of(*read_study(study_folder, ["demand.min_building_m2=80"])) is not before


def test_rules_are_read_anew(study_folder):
    study, folder = read_study(study_folder, ['permits.disable=["US-106"]'])
    assert held.held_inputs(study, folder).rulebook == study.permits

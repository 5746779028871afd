"""What lies under the data folder is found, whoever made it, and a plan finds the study of whose files it was made."""

import json
import shutil

from expansion.runs import find_embedded
from expansion.runs.planning import raw_hashes
from expansion.runs.shelf import find_plans, find_studies, stamps, study_of
from expansion.runs.studies import read_study

STUDY = find_embedded("three-rivers")


def put_plan(folder, name="three-rivers"):
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text(json.dumps({"plan_schema": 1, "study": {"name": name}}))
    manifest = {"raw_inputs": raw_hashes(*read_study(STUDY)), "started": "2026-01-01T00:00:00+00:00"}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_plans_are_found_three_levels_deep_but_not_in_hidden_folders(tmp_path):
    put_plan(tmp_path / "a" / "b" / "c")
    put_plan(tmp_path / "a" / "b" / "d" / "too deep")
    put_plan(tmp_path / ".expansion" / "runs")
    assert [plan.name for plan in find_plans(tmp_path)] == ["a/b/c"]


def test_a_plan_keeps_its_id_while_it_stays_where_it_is(tmp_path):
    put_plan(tmp_path / "one")
    (first,) = find_plans(tmp_path)
    put_plan(tmp_path / "another")
    assert first.plan_id in [plan.plan_id for plan in find_plans(tmp_path)]


def test_a_plan_is_of_the_study_whose_files_it_was_made_of(tmp_path):
    put_plan(tmp_path / "one")
    (plan,) = find_plans(tmp_path)
    assert study_of(plan, stamps([find_embedded("liechtenstein"), STUDY])) == STUDY


def test_a_plan_of_a_study_that_changed_since_is_of_none(tmp_path):
    copy = tmp_path / "study"
    shutil.copytree(STUDY, copy)
    (copy / "bdc.csv").write_bytes((STUDY / "bdc.csv").read_bytes() + b"\n")
    put_plan(tmp_path / "plan")
    (plan,) = find_plans(tmp_path)
    assert study_of(plan, stamps([copy])) is None


def test_a_plan_that_cannot_be_read_is_listed_without_a_study(tmp_path):
    (put_plan(tmp_path / "one") / "plan.json").write_text("{")
    (plan,) = find_plans(tmp_path)
    assert plan.study_name == ""


def test_a_folder_that_is_itself_a_study_is_found(tmp_path):
    (tmp_path / "study.toml").touch()
    assert find_studies(tmp_path) == (tmp_path,)


def test_a_data_folder_that_is_missing_holds_nothing(tmp_path):
    assert find_plans(tmp_path / "none") == find_studies(tmp_path / "none") == ()

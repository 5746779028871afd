"""A first look shows the areas that a plan would have."""

from expansion.runs import find_embedded
from expansion.runs.stamps import stamp_study
from expansion.runs.surveying import survey


def test_a_survey_finds_the_demo_s_areas_and_demand():
    seen = survey(find_embedded("three-rivers")).survey
    assert seen.eligibility.table["eligible"].sum() == seen.areas.table["locations"].sum()
    assert seen.areas.table["area_id"].is_unique


def test_a_stamp_changes_with_the_study(tmp_path):
    text = '[study]\nname = "x"\n[inputs.osm]\nfile = "a.osm"\n'
    (tmp_path / "study.toml").write_text(text)
    before = stamp_study(tmp_path)
    (tmp_path / "a.osm").write_text("<osm/>")
    after = stamp_study(tmp_path)
    (tmp_path / "study.toml").write_text(text + "[demand]\nmin_building_m2 = 40\n")
    assert len({before, after, stamp_study(tmp_path)}) == 3

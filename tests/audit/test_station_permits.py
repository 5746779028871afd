"""A plan that builds a tower: its permit is billed and waited for, and what is altered at the permit is found."""

import shutil

import pytest
from shapely.affinity import translate

from expansion.audit.folder import SavedPlan
from expansion.audit.links import check_links
from expansion.audit.permits import check_register
from expansion.audit.verify import verify_plan
from expansion.pipeline import make_plan
from expansion.runs import save_plan
from tests.audit.alterations import Folder
from tests.villages import locations, plant, point, roads, study, village

# co ----- a b c --------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    houses = locations(("a", 2190, 20), ("b", 2200, -20), ("c", 2210, 20))
    stands = plant(("co", "co", None, point(0, 0)))
    inputs = village(roads=roads([(0, 0), (2200, 0)], [(2200, 0), (2400, 0)]), locations=houses, plant=stands)
    rules = study(technology={"allow": ("fixed_wireless",), "served_value_per_location": 300_000})
    plan = make_plan(rules, inputs)
    folder = tmp_path_factory.mktemp("tower") / "plan"
    save_plan(plan, folder, manifest={})
    return plan, folder


def permit_of(plan):
    (row,) = plan.tables["permits"].query("rule_id == 'TOWER-SITE'").to_dict("records")
    return row


def test_a_tower_has_its_permit_before_its_work_and_in_the_bill(made):
    plan, _ = made
    permit, station = permit_of(plan), plan.tables["stations"].iloc[0]
    assert (permit["granted_for"], permit["area_ids"]) == (f"station:{station.site_id}", station.area_id)
    assert permit["blocks_task_ids"] == f"{station.area_id}-3.10"
    tasks = plan.tables["tasks"].set_index("task_id")
    assert tasks["start"][f"{station.area_id}-3.10"] > tasks["finish"][f"permit-{permit['permit_id']}"]
    bom = plan.tables["bom"]
    assert bom.loc[bom["item"] == permit["permit_id"], "cost"].tolist() == [2000.0]


def test_every_check_holds_on_a_plan_with_a_tower_permit(made):
    assert [check.name for check in verify_plan(made[1]) if not check.ok] == []


def alter(plan, made, **cells):
    row = plan.table("permits")["rule_id"].tolist().index("TOWER-SITE")
    plan.change("permits", row, **cells)


def without(plan, made):
    permits = plan.table("permits")
    plan.write("permits", permits[permits["rule_id"] != "TOWER-SITE"])


def moved(plan, made):
    alter(plan, made, geometry=translate(permit_of(made[0])["geometry"], 5, 0))


ALTERATIONS = {
    "none": (without, check_register, "stations without their permit"),
    "elsewhere": (moved, check_register, "do not lie at their station"),
    "another_area": (lambda p, m: alter(p, m, area_ids="A999"), check_register, "with other areas, or with spans"),
    "another_station": (lambda p, m: alter(p, m, granted_for="station:X"), check_register, "that no rule asks for"),
    "a_standing_tower": (lambda p, _: p.change("stations", 0, structure="tower"), check_register, "does not fit"),
    "work_at_once": (
        lambda p, _: p.write("task_links", p.table("task_links").query("~predecessor_id.str.startswith('permit-TOW')")),
        check_links,
        "links of the template or of permits are missing",
    ),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_what_is_altered_at_the_permit_of_a_tower_is_found(made, tmp_path, name):
    change, check, words = ALTERATIONS[name]
    shutil.copytree(made[1], tmp_path / "plan")
    change(Folder(tmp_path / "plan"), made)
    assert any(words in failure for failure in check(SavedPlan(tmp_path / "plan")).failures)

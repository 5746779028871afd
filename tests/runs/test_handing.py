"""A plan that an earlier version saved: formats that tell what it lacks are refused by name."""

import pytest

from expansion.errors import SourceError
from expansion.plan.saved import SavedPlan
from expansion.runs.handing import export_saved, raise_older
from expansion.runs.saving import save_plan
from tests.plans import tables, tiny_plan

PLAN = SavedPlan({"cost": {"levels": [{"p80": 1.0}]}}, {}, tables(), {})


@pytest.mark.parametrize("name", ["reserve_risks", "cost_base"])
def test_a_name_that_stands_nowhere_in_the_plan_is_what_it_lacks(tmp_path, name):
    with pytest.raises(SourceError, match=f"lacks {name}") as caught:
        raise_older(PLAN, tmp_path, KeyError(name))
    assert caught.value.code == "E_PLAN_OLD"


@pytest.mark.parametrize("name", ["p80", "bom", "location_id", 7])
def test_a_name_that_the_plan_knows_is_no_matter_of_age(tmp_path, name):
    raise_older(PLAN, tmp_path, KeyError(name))


def test_a_plan_without_the_reserves_is_no_board_paper_and_still_a_map(tmp_path):
    plan = tiny_plan()
    plan.document["cost"] = {name: value for name, value in plan.document["cost"].items() if "reserve" not in name}
    out = save_plan(plan, tmp_path / "plan", manifest={"version": "1"}, timings=lambda: {"total_seconds": 1.0})
    with pytest.raises(SourceError, match="which this version of expansion tells"):
        export_saved(out, ["html"], tmp_path / "html")
    assert export_saved(out, ["gpkg"], tmp_path / "map")[0].exists()

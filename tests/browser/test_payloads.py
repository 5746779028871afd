"""Ten script-injection payloads in names, ids and descriptions of a study and of a plan: none runs on any page."""

import csv
import json
import shutil

import pytest
from playwright.sync_api import sync_playwright

from expansion.runs import PlanOptions, find_embedded, load_plan, plan_study
from expansion.runs.shelf import find_plans
from tests.browser.serving import Visit, browser, served
from tests.export.hostile import PAYLOADS, hostile

TABS = ("Schedule", "Cost", "Business", "Budget curve", "Permits", "Risks", "Proof", "Findings")
PARTS = ("Hubs", "Drawings", "Optical budget", "Rules", "Technology")
SHOW_TIPS = """() => Object.values(map._layers).filter((one) => one.feature && one.feature.properties.tip)
    .map((one) => { const shown = document.createElement("div"); shown.innerHTML = one.feature.properties.tip;
                    document.body.append(shown); }).length"""


def poison_study(folder):
    """Copy a study and put the payloads into ids of locations, names of plant, and names and tags of wetlands."""
    shutil.copytree(find_embedded("three-rivers"), folder)
    with (folder / "locations.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row, payload in zip(rows, PAYLOADS[:-1], strict=False):
        row["location_id"] = payload
    with (folder / "locations.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for name, keys in (("plant.geojson", ("name", "owner")), ("wetlands.geojson", ("name", "WETLAND_TYPE"))):
        content = json.loads((folder / name).read_text("utf-8"))
        for feature, payload in zip(content["features"], PAYLOADS, strict=False):
            feature["properties"] |= dict.fromkeys(keys, payload)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def poison_plan(folder):
    """Plan one area, and put the payloads into everything that the plan says."""
    plan_study(find_embedded("three-rivers"), folder, PlanOptions(changes=("cost.draws=200",), only=("A026",)))
    plan = hostile(load_plan(folder))
    for name, table in plan.tables.items():
        table.to_parquet(folder / "tables" / f"{name}.parquet")
    (folder / "plan.json").write_text(json.dumps(plan.document), encoding="utf-8")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    poison_study(folder / "study")
    poison_plan(folder / "plan")
    return folder


def test_no_payload_runs_on_any_page(data):
    (found,) = find_plans(data)
    with served(data) as address, sync_playwright() as playwright, browser(playwright) as opened:
        visit = Visit(opened)
        page, dialogs = visit.page, []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        for name in ("", "coverage", "areas"):
            page.goto(f"{address}/{name}?study=data-study")
            visit.settle()
            if name:
                assert visit.map().evaluate(SHOW_TIPS) > 0
            assert not any(frame.evaluate("window.pwned") for frame in page.frames)
        page.goto(f"{address}/plan?study={found.plan_id}&plan={found.plan_id}")
        visit.settle()
        assert visit.map().evaluate(SHOW_TIPS) > 0
        for tab in TABS:
            page.get_by_role("tab", name=tab).click()
            visit.settle()
        page.goto(f"{address}/design?study={found.plan_id}&plan={found.plan_id}")
        for part in PARTS:
            page.get_by_role("button", name=part, exact=True).or_(page.get_by_role("radio", name=part)).first.click()
            visit.settle()
        page.goto(f"{address}/export?study={found.plan_id}&plan={found.plan_id}")
        visit.settle()
        assert not any(frame.evaluate("window.pwned") for frame in page.frames)
        assert (dialogs, visit.outside, visit.complaints) == ([], [], [])

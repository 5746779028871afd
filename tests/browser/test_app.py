"""The app in Debian's Chromium, with every request to another machine aborted and counted."""

import re
import time

import pyogrio
import pytest
from playwright.sync_api import expect, sync_playwright

from expansion.figures.palette import TIERS
from expansion.figures.sets import choice_layers
from expansion.runs import find_embedded
from expansion.runs.surveying import survey
from tests.browser.serving import INSIDE, SECONDS, Visit, browser, served

expect.set_options(timeout=SECONDS * 1000)
STUDY = "three-rivers"
SECOND_AREA = "A005"
ROUTE_COLORS = """() => Object.values(map._layers).filter((shape) => shape.feature && /^S-/.test(shape.feature.id))
    .map((shape) => [shape.feature.geometry.coordinates[0], shape.options.color, shape.feature.properties.tip])"""

MAPS = "iframe[src*='map_widget.map']"
FITTED = """() => Boolean(window.drawn && state.view) && map.getBounds().contains(state.view)
    && map.getBoundsZoom(state.view) - map.getZoom() <= 1"""


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright, browser(playwright) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with served(tmp_path_factory.mktemp("data")) as at:
        yield at


@pytest.fixture
def visit(chromium):
    opened = Visit(chromium)
    yield opened
    opened.context.close()
    assert opened.outside == []
    assert opened.complaints == []


def click_area(visit, area_id):
    visit.page.mouse.click(*visit.spot(*visit.map().evaluate(INSIDE, area_id)))


def test_a_region_is_seen_chosen_planned_cancelled_and_taken_away(visit, address, tmp_path):
    seen = survey(find_embedded(STUDY)).survey
    expected = {
        layer.layer_id: len(layer.features)
        for layer in choice_layers(seen.inputs, seen.eligibility.table, seen.areas.table)
    }
    page = visit.page
    page.goto(f"{address}/areas?study={STUDY}")
    visit.settle()
    frame = visit.map()
    drawn = frame.evaluate("drawn()")
    assert drawn == {name: expected[name] for name in drawn}
    assert drawn["areas"] == len(seen.areas.table)
    assert frame.evaluate("Object.values(map._layers).filter((shape) => shape.feature).length") == sum(drawn.values())

    began = time.monotonic()
    click_area(visit, "A001")
    expect(page.get_by_role("button", name="Plan 1 area")).to_be_visible()
    answered = time.monotonic() - began
    page.get_by_role("button", name="Plan 1 area").click()
    expect(page.get_by_text("Cost P50")).to_be_visible()
    expect(page.locator("[data-testid='stMetricValue']", has_text="USD").first).to_be_visible()
    assert visit.map() is frame, "the map was mounted anew"
    visit.until(lambda: frame.evaluate("drawn().route"))
    colors = frame.evaluate(ROUTE_COLORS)
    assert colors
    assert all(color == TIERS[re.search(r"<b>(\w+) span", tip).group(1)] for _, color, tip in colors)

    click_area(visit, SECOND_AREA)
    page.get_by_role("button", name="Plan 2 areas").click()
    cancel = page.get_by_role("button", name="Cancel")
    expect(cancel).to_be_visible()
    began = time.monotonic()
    cancel.click()
    expect(page.get_by_text("Cancelled. Nothing was changed.")).to_be_visible()
    assert time.monotonic() - began < max(1, 4 * answered)  # a second, or on a busy machine what clicks take there
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Plan 1 area")).to_be_visible()

    page.get_by_role("link", name="Plan", exact=True).click()
    page.get_by_role("tab", name="Permits").click()
    permits = page.get_by_role("tabpanel", name="Permits").locator(MAPS)
    expect(permits).to_be_visible()
    visit.until(lambda: permits.element_handle().content_frame().evaluate(FITTED))
    page.get_by_role("link", name="Export").click()
    with page.expect_download() as handed:
        page.get_by_role("button", name=re.compile("Download GeoPackage")).click()
    handed.value.save_as(tmp_path / "plan.gpkg")
    layers = {name for name, _ in pyogrio.list_layers(tmp_path / "plan.gpkg")}
    assert {"areas", "spans", "locations"} <= layers


def test_a_road_is_avoided_by_a_click_and_the_lock_is_drawn(visit, address):
    page = visit.page
    page.goto(f"{address}/areas?study={STUDY}&areas=A026")
    visit.settle()
    frame = visit.map()
    page.get_by_text("Steer the route").click()
    page.get_by_text("Avoid road", exact=True).click()
    visit.until(lambda: frame.evaluate("state.placing"))
    box = page.locator("iframe[src*='map_widget.map']").bounding_box()
    page.mouse.click(box["x"] + 420, box["y"] + 330)
    visit.until(lambda: frame.evaluate("drawn().locks"))
    expect(page.get_by_text("avoid road w").first).to_be_visible()


def test_a_box_chooses_what_lies_in_it(visit, address):
    page = visit.page
    page.goto(f"{address}/areas?study={STUDY}")
    visit.settle()
    frame = visit.map()
    box = page.locator("iframe[src*='map_widget.map']").bounding_box()
    frame.click("button.box")
    page.mouse.move(box["x"] + 60, box["y"] + 110)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 400, steps=5)
    page.mouse.up()
    visit.until(lambda: "areas=A" in page.url)
    assert page.url.count("A0") > 1


def test_a_region_is_uploaded_and_a_bad_file_ends_in_a_sentence(visit, address, tmp_path):
    page, folder = visit.page, find_embedded(STUDY)
    (tmp_path / "my county.osm").write_text("<osm><node></osm>")
    page.goto(address)
    visit.settle()
    page.get_by_label("Name").fill("North Valley")
    files = page.locator("input[type=file]")
    files.nth(0).set_input_files(tmp_path / "my county.osm")
    page.get_by_role("button", name="Check and open").click()
    expect(page.get_by_text("my county.osm) – ")).to_be_visible()
    files.nth(0).set_input_files(folder / "region.osm")
    page.get_by_text("Locations, coverage, plant (all optional)").click()
    for number, name in enumerate(("locations.csv", "bdc.csv", "plant.geojson"), start=1):
        files.nth(number).set_input_files(folder / name)
    expect(page.get_by_text("plant.geojson")).to_be_visible()
    page.get_by_role("button", name="Check and open").click()
    expect(page.get_by_text("North Valley is open.")).to_be_visible()
    expect(page.get_by_text("W_JOIN_RATE")).to_be_visible()
    page.get_by_role("button", name="See its coverage").last.click()
    expect(page.get_by_text("1,922").first).to_be_visible()


def test_a_reload_in_the_middle_of_a_run_loses_nothing(visit, address):
    page = visit.page
    page.goto(f"{address}/areas?study={STUDY}&areas=A026")
    page.get_by_role("button", name="Plan 1 area").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Cancel").or_(page.get_by_text("Cost P50"))).to_be_visible()
    expect(page.get_by_text("Cost P50")).to_be_visible()


def test_the_map_runs_no_script_of_a_value(visit, address):
    """Whatever might slip into a tooltip: the map's policy refuses scripts that do not lie beside it."""
    page = visit.page
    page.goto(f"{address}/coverage?study={STUDY}")
    frame = visit.map()
    frame.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')")
    page.wait_for_timeout(300)
    assert frame.evaluate("window.ran") is None
    visit.complaints.clear()  # the policy says so in the console


@pytest.mark.parametrize("width, height", [(1440, 900), (1024, 768)])
def test_no_page_is_wider_than_the_window(chromium, address, width, height):
    visit = Visit(chromium, width, height)
    for name in ("", "coverage", "areas", "plan", "export"):
        visit.page.goto(f"{address}/{name}?study={STUDY}")
        visit.settle()
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert (visit.outside, visit.complaints) == ([], [])
    visit.context.close()

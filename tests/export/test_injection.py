"""Ten payloads in names, ids and descriptions: none runs, none opens a tag, in any file."""

import json
import re
import xml.etree.ElementTree as ET
import zipfile

import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest
from lxml import etree
from playwright.sync_api import sync_playwright

from expansion.export import EXPORTS, export_plan
from tests.browser.serving import browser
from tests.export.hostile import PAYLOADS, hostile

HTML = {
    "a", "article", "b", "body", "br", "data", "dd", "details", "div", "dl", "dt", "footer", "h1", "h2", "h3", "h4",
    "head", "header", "html", "i", "input", "label", "li", "main", "meta", "nav", "ol", "p", "section", "span", "style",
    "summary",
    "table", "tbody", "td", "th", "thead", "title", "tr", "ul",
}  # fmt: skip
SVG = {"svg", "g", "path", "rect", "circle", "text", "title", "defs", "use"}


@pytest.fixture(scope="module")
def written(planned, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    names = [name for name in EXPORTS if name != "stp"]
    return dict(zip(names, export_plan(hostile(planned), names, folder), strict=True))


def local(element):
    return etree.QName(element).localname


def test_the_page_holds_no_element_attribute_or_address_of_a_stranger(written):
    root = etree.parse(written["html"]).getroot()
    assert {local(one) for one in root.iter() if isinstance(one.tag, str)} <= HTML | SVG
    names = {name for one in root.iter() for name in one.attrib}
    assert not {name for name in names if name.startswith("on") or name in ("src", "srcdoc", "action")}
    assert all(re.fullmatch(r"#[a-z-]+(-\d+)?", one.get("href", "#permit-1")) for one in root.iter())
    assert not re.findall(r"url\(|@import", written["html"].read_text("utf-8"))


def test_the_page_runs_nothing_and_asks_for_nothing(written, browser_page):
    page, asked, said = browser_page
    page.goto(written["html"].as_uri())
    page.locator("#figures summary").click()
    page.locator("#show-feeder").uncheck()
    assert page.evaluate("window.pwned") is None
    assert [one for one in asked if one != written["html"].as_uri()] == []
    assert said == []
    assert not page.locator(".layer-feeder").first.is_visible()
    assert PAYLOADS[0] in page.locator("main").inner_text()


@pytest.fixture
def browser_page():
    """Open a page and note what it asks for and says."""
    asked, said = [], []
    with sync_playwright() as playwright, browser(playwright) as opened:
        page = opened.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        yield page, asked, said


def test_a_globe_finds_no_tag_in_any_text(written):
    with zipfile.ZipFile(written["kmz"]) as archive:
        root = ET.fromstring(archive.read("doc.kml"))
    texts = [one.text or "" for one in root.iter()]
    assert any("pwned" in text for text in texts)
    assert not any("<" in text or ">" in text for text in texts)
    tags = {one.tag.split("}")[1] for one in root.iter()}
    assert not tags & {"script", "img", "svg", "iframe", "description", "BalloonStyle", "NetworkLink"}


def test_no_cell_of_the_workbook_is_live(written):
    with zipfile.ZipFile(written["xlsx"]) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f>" in sheet or b"<f " in sheet or b"<hyperlink" in sheet for sheet in sheets)
    book = openpyxl.load_workbook(written["xlsx"], read_only=True)
    assert next(book["findings"].iter_rows(min_row=2, values_only=True))
    book.close()


def test_the_project_is_xml_of_its_own_words(written):
    root = ET.parse(written["gpkg"].with_suffix(".qgs")).getroot()
    assert root.get("projectname") == PAYLOADS[1]
    assert not {one.tag for one in root.iter()} & {
        "script",
        "img",
        "svg",
        "iframe",
        "expressionfields",
        "attributeactions",
    }
    assert all(one.text.startswith("./plan.gpkg|layername=") for one in root.iter("datasource"))


def test_csv_cells_that_look_like_formulas_are_text(written):
    for path in written["csv"].glob("*.csv"):
        assert not re.search(r'(^|,)"?[=@]', path.read_text("utf-8"), flags=re.MULTILINE), path.name


LAYERS = ("locations", "areas", "spans", "permits")


@pytest.mark.parametrize("name", LAYERS)
def test_a_pasted_geojson_opens_no_tag_and_ends_no_script(written, planned, name):
    text = (written["geojson"] / f"{name}.geojson").read_text("utf-8")
    assert not re.search("[<>&\u2028\u2029]", text)
    rows = [feature["properties"] for feature in json.loads(text)["features"]]
    assert told(rows) == told(hostile(planned).tables[name].drop(columns="geometry").to_dict("records"))
    assert told(rows)


@pytest.mark.parametrize("name", LAYERS)
def test_parquet_holds_the_words_and_nothing_that_runs(written, planned, name):
    read = pq.read_table(written["geoparquet"] / f"{name}.parquet")
    rows = read.drop_columns(["geometry"]).to_pylist()
    assert told(rows) == told(hostile(planned).tables[name].drop(columns="geometry").to_dict("records"))
    assert set(read.schema.metadata) <= {b"geo", b"pandas"}
    assert not any(payload.encode() in value for payload in PAYLOADS for value in read.schema.metadata.values())


def test_shapefiles_hold_text_in_text_fields_under_their_own_names(written):
    names = {path.name for path in written["shp"].iterdir()}
    assert all(re.fullmatch(r"[a-z_]+\.(shp|shx|dbf|prj|cpg)|fields\.csv|README\.txt", name) for name in names)
    for path in written["shp"].glob("*.dbf"):
        info = pyogrio.read_info(path, encoding="UTF-8")
        assert all(re.fullmatch(r"[a-z0-9_]{1,10}", field) for field in info["fields"])
    table = pyogrio.read_dataframe(written["shp"] / "locations.dbf", read_geometry=False)
    assert any("pwned" in str(cell) for cell in table.to_numpy().ravel())
    assert not re.search(r'(^|,)"?[=+@-]', (written["shp"] / "fields.csv").read_text("utf-8"), flags=re.MULTILINE)


def test_a_folder_of_geojson_or_parquet_holds_only_its_own_files(written):
    for name, ending in (("geojson", ".geojson"), ("geoparquet", ".parquet")):
        assert all(re.fullmatch(rf"[a-z_]+\{ending}", path.name) for path in written[name].iterdir())


def told(rows):
    """Texts of all rows that hold a payload."""
    return sorted(cell for row in rows for cell in row.values() if isinstance(cell, str) and "pwned" in cell)

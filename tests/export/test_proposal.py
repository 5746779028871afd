"""The proposal says what is asked for, and shows what tables of delivery and portfolio hold once a plan has them."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pandas as pd
import pypdf
import pytest

from expansion.export.html import page_text
from expansion.export.pdf import write_pdf

X = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"


def page_of(plan, **tables):
    return ET.fromstring(page_text(replace(plan, tables=plan.tables | tables)).split("\n", 1)[1])


def words_of(element):
    return " ".join(" ".join(element.itertext()).split())


def flat(outline, deep):
    """Entries of an outline down to a depth, in their order."""
    found = []
    for one in outline:
        found += [one] if not isinstance(one, list) else flat(one, deep - 1) if deep > 1 else []
    return found


def part(page, name):
    return next((one for one in page.iter(f"{X}section") if one.get("id") == name), None)


@pytest.fixture(scope="module")
def page(planned):
    return page_of(planned)


def test_the_first_page_asks_for_the_p80_and_names_who_signs(planned, page):
    said, cost = words_of(part(page, "ask")), planned.document["cost"]
    work = planned.document["portfolio"]["initiatives_cost"]
    names = {"p80": work, "base": 0, "reserve_estimate": 0, "reserve_risks": 0, "p50": work}
    told = [f"{cost[name] + more:,.0f}" for name, more in names.items()]
    places = [said.index(figure, said.index("Budget.")) for figure in told]
    assert places == sorted(places)
    assert planned.document["fingerprint"] in said
    assert all(f"{role} Decision" in said for role in planned.tables["gates"]["approver_role"])


def test_every_phase_has_a_map_over_one_drawing_of_the_ground(planned, page):
    maps = [one for one in part(page, "phases").iter(f"{SVG}svg") if one.get("class") == "phase-map"]
    assert len(maps) == len(planned.document["portfolio"]["phases"])
    drawn = [one for one in page.iter(f"{SVG}g") if one.get("id") == "phase-ground"]
    assert drawn == [part(page, "ask").find(f".//{SVG}defs/{SVG}g")]
    assert all(one.find(f".//{SVG}use").get("href") == "#phase-ground" for one in maps)


def test_every_link_of_the_contents_leads_to_a_section(page):
    names = {one.get("id") for one in page.iter(f"{X}section")}
    linked = {one.get("href").removeprefix("#") for one in page.find(f".//{X}nav").iter(f"{X}a")}
    assert linked == names - {"figures"}


def test_a_box_of_a_register_hides_its_rows_alone(planned, page):
    boxes = [one.get("class") for one in part(page, "risk-register").iter(f"{X}input")]
    rows = [one.get("class") for one in part(page, "risk-register").find(f".//{X}tbody")]
    assert len(rows) == len(planned.tables["risks"])
    assert set(rows) == set(boxes)


@pytest.fixture(scope="module")
def fuller(planned):
    told = planned.tables["forecasts"].assign(joint_confidence=0.4321)
    worth = {"budget": [1e6, 2e6], "value": [10.0, 15.0], "bound": [10.5, 15.0], "ranking_value": [8.0, 15.0]}
    return page_of(planned, forecasts=told, frontier=pd.DataFrame(worth))


def test_joint_confidence_stands_on_the_first_page_once_dates_and_costs_are_drawn_together(fuller):
    assert "43.21 % joint confidence" in words_of(part(fuller, "ask"))


def test_draws_and_risks_are_drawn(fuller):
    titles = {one.get("aria-label") for one in fuller.iter()}
    assert "Finish and cost of the program, drawn together" in titles
    assert "What each risk does to the P80" in titles


def test_a_frontier_is_drawn_beside_the_ranking(fuller):
    assert "ranking by ratio" in words_of(part(fuller, "frontier"))
    assert "2,000,000 15.0 15.0 15.0" in words_of(part(fuller, "frontier"))


def test_the_first_page_names_what_comes_next_in_the_order_of_days(planned, page):
    said = words_of(part(page, "ask"))
    told = said[said.index("What happens next") :]
    gates = planned.tables["gates"].sort_values(["gate", "date"]).drop_duplicates("gate")
    places = [told.index(f"{row.date} first area at gate {row.gate}") for row in gates.itertuples()]
    assert places == sorted(places)
    assert f"{planned.document['schedule']['finish']} last task" in told


def test_every_area_says_why_it_was_or_was_not_chosen(planned, page):
    rows = {one.get("data-row"): words_of(one) for one in part(page, "areas").iter(f"{X}tr") if one.get("data-row")}
    areas = planned.tables["areas"]
    assert set(rows) == set(areas["area_id"])
    assert all(row.reason in rows[row.area_id] for row in areas.itertuples())


def test_the_kinds_of_project_office_stand_side_by_side(planned, page):
    heads = [words_of(one) for one in part(page, "pmo").iter(f"{X}th")]
    own = planned.tables["pmo_types"]["chosen"].iloc[0].capitalize()
    assert [one.removesuffix(" (this plan)") for one in heads[2:]] == ["Supportive", "Controlling", "Directive"]
    assert f"{own} (this plan)" in heads


def test_nothing_is_said_of_tables_that_a_plan_does_not_have(planned):
    names = ("frontier", "choices", "charters")
    less = {name: table for name, table in planned.tables.items() if name not in names}
    page = ET.fromstring(page_text(replace(planned, tables=less)).split("\n", 1)[1])
    assert [name for name in names if part(page, name) is not None] == []


@pytest.fixture(scope="module")
def pages(planned, tmp_path_factory):
    areas = planned.tables["areas"].assign(reason="Schaan–Büchel, Łódź, Δελφοί")
    plan = replace(planned, tables=planned.tables | {"areas": areas})
    return pypdf.PdfReader(write_pdf(plan, tmp_path_factory.mktemp("pdf") / "plan.pdf"))


def test_the_outline_of_the_pdf_names_every_section_of_the_page(page, pages):
    titles = [words_of(one) for one in page.iter() if one.tag in (f"{X}h2", f"{X}summary")]
    named = [one.title for one in flat(pages.outline, 2)]
    contents = {words_of(one) for one in page.find(f".//{X}nav").iter(f"{X}summary")}
    filters = {"Authority", "Lead time", "State"}
    assert [one for one in titles if one not in filters][len(contents) :] == named


def test_the_pdf_has_a_sheet_for_every_permit(planned, pages):
    named = [len(flat(pages.outline, deep)) for deep in (2, 3)]
    assert named[1] - named[0] == len(planned.tables["permits"])
    said = " ".join(one.extract_text() for one in pages.pages)
    assert all(one in said for one in planned.tables["permits"]["permit_id"])


def test_every_page_says_where_it_is_and_of_which_plan(planned, pages):
    last = pages.pages[-1].extract_text()
    assert f"Page {len(pages.pages)} of" in last
    assert planned.document["fingerprint"][:20] in last
    assert pages.metadata.subject == planned.document["fingerprint"]


def test_letters_of_names_are_embedded(pages):
    assert any("Büchel, Łódź, Δελφοί" in one.extract_text() for one in pages.pages)
    fonts = {name: font.get_object() for one in pages.pages for name, font in one["/Resources"]["/Font"].items()}
    used = [font for font in fonts.values() if "Roboto" in font["/BaseFont"]]
    assert used
    assert all("/FontFile2" in font["/FontDescriptor"] for font in used)

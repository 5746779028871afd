"""Each page run alone: what it shows, and a way on from whatever goes wrong."""

import json
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from expansion.runs import find_embedded, load_plan
from expansion.runs.jobs import look_at_job, start_job
from expansion.runs.shelf import find_plans
from expansion.runs.steering import LockWish

STUDY = "three-rivers"
WAY = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[-85.6, 41.9], [-85.61, 41.9]]}}
FACTS = {"permits": 3, "longest_lead_calendar_days": 40, "aerial_share": 0.5, "length_m": 900.0, "gap": 0.0}
WAYS = [
    {"kind": "cheapest", "same_as": None, "cost": 5000.0} | FACTS,
    {"kind": "fewest_permits", "same_as": "cheapest", "cost": 5000.0} | FACTS,
    {"kind": "protection", "hub_id": "H1", "length_m": 70.0, "cost": 900.0, "added_cost": 900.0, "is_disjoint": True},
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A data folder with one finished plan of two areas."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def planned(desk):
    runs = desk / ".expansion" / "local" / "runs"
    job = start_job(runs, STUDY, find_embedded(STUDY), ["A018", "A027"])
    while job.state == "running":
        job = look_at_job(runs, job.job_id)
    assert job.state == "done", job.errors
    return job


@pytest.fixture
def visit(desk, monkeypatch):
    """Open a page alone, with ids in its address."""
    monkeypatch.setenv("EXPANSION_DATA", str(desk))

    def open_page(name, **link):
        page = AppTest.from_string(f"from expansion import views\nviews.show_{name}()", default_timeout=180)
        for key, value in ({"study": STUDY} | link).items():
            page.query_params[key] = value
        page.run()
        assert not page.exception, page.exception
        return page

    return open_page


def words(page):
    kinds = (page.warning, page.info, page.error, page.markdown, page.caption, page.success)
    return "\n".join(element.value for kind in kinds for element in kind)


def button(page, label):
    return next(one for one in page.button if one.label == label)


def figures(page):
    return {metric.label: metric.value for metric in page.metric}


def test_home_lists_the_embedded_studies(visit):
    page = visit("home")
    assert {one.label for one in page.button} >= {"Open", "See its coverage"}


def test_home_opens_a_study(visit):
    page = visit("home")
    button(page, "Open").click().run()
    assert page.session_state["study"] == "liechtenstein"


def test_home_asks_for_an_extract_before_it_makes_a_study(visit):
    page = visit("home")
    button(page, "Check and open").click().run()
    assert "Add an OpenStreetMap extract first" in words(page)


def test_coverage_counts_every_location_once(visit):
    shown = figures(visit("coverage"))
    counts = [int(shown[name].replace(",", "")) for name in ("Unserved", "Underserved", "Served")]
    assert sum(counts) == int(shown["Locations"].replace(",", ""))


def test_coverage_says_why_a_location_has_its_status(visit):
    page = visit("coverage")
    page.text_input[0].set_value(page.text_input[0].placeholder.removeprefix("such as ")).run()
    assert "served" in page.markdown[-1].value


def test_coverage_knows_what_to_do_about_an_unknown_location(visit):
    page = visit("coverage")
    page.text_input[0].set_value("<script>").run()
    assert "No location of this study has that id" in words(page)


def test_areas_can_be_chosen_by_keyboard_and_undone(visit):
    page = visit("areas")
    page.multiselect[0].set_value(["A001", "A002"]).run()
    assert figures(page)["Areas"] == "2"
    assert page.query_params["areas"] in ("A001,A002", ["A001,A002"])
    button(page, "Undo").click().run()
    assert figures(page)["Areas"] == "0"


def test_areas_of_a_link_are_chosen_and_unknown_ones_named(visit):
    page = visit("areas", areas="A001,NOPE")
    assert figures(page)["Areas"] == "1"
    assert "1 area of the link is not in this study" in words(page)


def test_a_run_can_be_started_and_cancelled(visit):
    page = visit("areas", areas="A001")
    button(page, "Plan 1 area").click().run()
    button(page, "Cancel").click().run()
    assert "Cancelled" in words(page)


def test_a_finished_plan_shows_what_it_costs(visit, planned):
    page = visit("areas", plan=planned.job_id, areas="A018,A027")
    assert figures(page)["Cost P50"].endswith("USD")
    assert figures(page)["Finish"] > "2027"


@pytest.mark.parametrize("name", ["areas", "plan", "export"])
def test_a_plan_that_is_not_there_ends_in_a_sentence(visit, planned, name):
    assert "names a plan that is not here" in words(visit(name, plan="feedfacefeedface"))


@pytest.mark.parametrize("name", ["home", "coverage", "areas", "plan", "export"])
def test_a_study_that_is_not_there_ends_in_a_sentence(visit, name):
    page = visit(name, study="<img src=x onerror=alert(1)>")
    assert "names a study that is not here" in words(page)
    assert page.session_state["study"] == "liechtenstein"


def test_the_plan_page_shows_every_side_of_a_plan(visit, planned):
    page = visit("plan", plan=planned.job_id)
    assert [tab.label for tab in page.tabs] == [
        "Map and phases",
        "Schedule",
        "Cost",
        "Business",
        "Budget curve",
        "Permits",
        "Risks",
        "Gates",
        "Proof",
        "Findings",
        "Compare",
    ]
    assert "This study has one plan" in words(page)
    assert "G0" in "".join(one.proto.body for one in page.get("html"))
    assert figures(page)["Locations"] != "0"


def test_a_route_is_steered_from_lists(visit):
    page = visit("areas", areas="A026")
    page.multiselect(key="lock_road").set_value(["track"]).run()
    assert page.session_state["locks"] == (LockWish("road", "track"),)


def test_other_ways_to_an_area_are_compared(visit, desk):
    folder = desk / ".expansion" / "local" / "questions" / ("b" * 16)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "request.json").write_text(json.dumps({"study": STUDY, "areas": ["A026"], "started": ""}))
    (folder / "variants.geojson").write_text(json.dumps({"features": [WAY | {"properties": way} for way in WAYS]}))
    page = visit("areas", areas="A026")
    page.session_state["question"] = "b" * 16
    page.run()
    shown = "".join(one.proto.body for one in page.get("html"))
    assert "the same route as cheapest" in shown
    assert "3 permits, the slowest 40 days" in shown
    assert "A second way to 1 hub adds **900 USD**" in words(page)
    page.selectbox(key="variant").set_value("cheapest").run()
    assert not page.exception


def test_a_plan_that_was_made_elsewhere_is_listed_with_its_study_and_opens(visit, planned, desk):
    shutil.copytree(planned.plan, desk / "from" / "colleague", dirs_exist_ok=True)
    (found,) = find_plans(desk)
    assert "in from/colleague" in words(visit("home")).replace("\\", "")
    page = visit("plan", plan=found.plan_id)
    assert figures(page)["Cost P50"].endswith("USD")


def test_a_plan_whose_study_is_not_here_still_opens(visit, planned, tmp_path, monkeypatch):
    shutil.copytree(planned.plan, tmp_path / "alone")
    (tmp_path / "alone" / "manifest.json").unlink()
    monkeypatch.setenv("EXPANSION_DATA", str(tmp_path))
    (found,) = find_plans(tmp_path)
    open_page = AppTest.from_string("from expansion import views\nviews.show_plan()", default_timeout=180)
    open_page.query_params["study"] = open_page.query_params["plan"] = found.plan_id
    assert figures(open_page.run())["Cost P50"].endswith("USD")
    assert not open_page.exception


def test_without_a_plan_the_budget_may_choose(visit):
    page = visit("plan", study="liechtenstein")
    assert button(page, "Plan within the budgets")


def test_the_geopackage_is_ready_to_download(visit, planned):
    page = visit("export", plan=planned.job_id)
    (offered,) = page.get("download_button")
    assert "GeoPackage" in offered.proto.label


def test_a_study_that_cannot_be_read_says_why_and_offers_the_demo(visit, desk):
    folder = desk / "broken"
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text('[study]\nname = "broken"\n[inputs.osm]\nfile = "gone.osm"\n')
    page = visit("coverage", study="data-broken")
    assert "gone.osm" in page.error[0].value.replace("\\", "")
    button(page, "Open the demo instead").click().run()
    assert page.session_state["study"] == "liechtenstein"


def test_a_planner_that_fails_says_why_and_can_be_asked_again(visit, desk):
    page = visit("areas", areas="A001")
    runs = desk / ".expansion" / "local" / "runs"
    failed = start_job(runs, STUDY, desk / "nowhere", ["A001"])
    while failed.state == "running":
        failed = look_at_job(runs, failed.job_id)
    page.session_state["plan"] = failed.job_id
    page.run()
    assert "no such study" in page.error[0].value
    assert button(page, "Try again")


@pytest.fixture
def design(visit, planned):
    """The design page of a finished plan, at one of its parts."""

    def at(part):
        page = visit("design", plan=planned.job_id)
        return page.segmented_control(key="design_part").set_value(part).run()

    return at


def test_the_design_page_lists_hubs_by_how_full_they_are(design, planned):
    page = design("Hubs")
    sites = load_plan(planned.plan).tables["sites"]
    hubs = sites.loc[sites["kind"] == "hub", "site_id"]
    assert [sorted(table.value["hub"]) for table in page.dataframe] == ([sorted(hubs)] if len(hubs) else [])
    assert ("This plan builds no hub." in words(page)) == (not len(hubs))


def test_the_design_page_draws_the_network_and_each_hub(design):
    page = design("Drawings")
    assert not page.exception
    hub = page.selectbox(key="drawn_site").options[-1]
    page = page.selectbox(key="drawn_site").set_value(hub).run()
    assert not page.exception
    assert "Export, format Drawings, writes every sheet: offices and huts unrolled too." in words(page)


def test_the_design_page_says_how_much_light_is_left(design, planned):
    shown = figures(design("Optical budget"))
    network = json.loads((planned.plan / "plan.json").read_text("utf-8"))["network"]
    wanted = f"{network['worst_loss_db']:.1f} dB" if network["drops"] else None
    assert shown.get("Largest loss") == wanted


def test_the_design_page_holds_every_rule_with_what_sets_it(design, planned):
    page = design("Rules")
    assert sorted(page.dataframe[0].value["rule"]) == sorted(load_plan(planned.plan).tables["rules"]["sentence"])
    assert "No rule is broken" in words(page)


def test_the_design_page_says_who_gets_what_and_why(design):
    page = design("Technology")
    assert any("<td>not chosen</td>" in one.proto.body for one in page.get("html"))


def test_without_a_plan_the_design_page_offers_a_way_on(visit):
    page = visit("design", study="liechtenstein")
    assert "There is no finished plan of this study" in words(page)


def test_phases_say_how_far_every_area_is_by_the_end_of_the_month(visit, planned):
    page = visit("phases", plan=planned.job_id)
    tables = load_plan(planned.plan).tables
    names = ("Not begun", "In planning", "Under construction", "Ready for service")
    told = sum(int(figures(page)[name].split()[0]) for name in names)
    assert told == tables["areas"]["chosen"].sum()
    page.select_slider[0].set_value(page.select_slider[0].options[-1]).run()
    assert figures(page)["Ready for service"].split()[0] == str(tables["areas"]["chosen"].sum())


def test_limits_that_nobody_altered_plan_nothing_anew(visit, planned):
    page = visit("phases", plan=planned.job_id)
    button(page, "Plan again").click().run()
    assert "Nothing was changed" in words(page)


def test_a_proposal_asks_for_the_p80_and_names_the_fingerprint(visit, planned):
    page = visit("proposal", plan=planned.job_id)
    document = load_plan(planned.plan).document
    assert figures(page)["Locations"] == f"{document['counts']['locations_chosen']:,}"
    assert document["fingerprint"].split(":")[1] in words(page)
    assert "approval" in words(page)

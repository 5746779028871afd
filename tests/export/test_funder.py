"""The funder pack is recomputed from the plan's tables, and its workbook says what its CSV files say."""

import csv
import json
import math
from dataclasses import replace

import openpyxl
import pytest

from expansion.export.funder import write_funder
from tests.export.hostile import PAYLOADS, hostile


@pytest.fixture(scope="module")
def folder(planned, tmp_path_factory):
    return write_funder(planned, tmp_path_factory.mktemp("funder") / "funder")


def rows(folder, name):
    with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def ready(planned):
    """Day of acceptance of every location that gets service."""
    accepted = planned.tables["business_areas"].set_index("area_id")["accepted"]
    own = planned.tables["locations"]
    own = own[own["outcome"].isin(["fiber", "dsl", "fixed_wireless", "satellite"])]
    return dict(zip(own["location_id"], own["area_id"].map(accepted), strict=True))


def test_every_location_with_service_stands_with_its_day_and_speeds(planned, folder):
    found = rows(folder, "locations")
    assert {row["location_id"]: row["date"] for row in found} == ready(planned)
    options = planned.tables["options"].set_index(["location_id", "technology"])
    for row in found:
        best = options.loc[row["location_id"], row["technology"]]
        assert (float(row["down_mbps"]), float(row["up_mbps"])) == (best["down_mbps"], best["up_mbps"])


def test_a_milestone_is_reached_on_the_day_of_the_location_that_fills_its_share(planned, folder):
    days = sorted(ready(planned).values())
    found = [row for row in rows(folder, "milestones") if row["program"] == "Grant"]
    assert [float(row["share"]) for row in found] == [0.4, 0.6, 0.8, 1.0]
    for row in found:
        needed = math.ceil(round(float(row["share"]) * len(days), 6))
        assert (int(row["locations"]), row["date"], row["met"]) == (needed, days[needed - 1], "True")
        assert row["source"]
        assert row["status"]


def test_milestones_of_the_study_are_met_as_its_table_says(planned, folder):
    found = {row["term_id"]: row for row in rows(folder, "milestones") if row["program"] == "Study"}
    own = planned.tables["milestones"].set_index("milestone_id")
    assert {name: (row["deadline"], row["met"]) for name, row in found.items()} == {
        name: (row["date"], str(row["met"])) for name, row in own.to_dict("index").items()
    }
    assert all((row["met"] == "True") == (row["date"] <= row["deadline"]) for row in found.values())


def test_a_deadline_that_the_plan_misses_is_said(planned, tmp_path):
    rules = planned.study_document["rules"]
    late = [row | {"years": 0.5} if row["topic"] == "milestone" else row for row in rules["funder_terms"]]
    document = planned.study_document | {"rules": rules | {"funder_terms": late}}
    found = rows(write_funder(replace(planned, study_document=document), tmp_path / "funder"), "milestones")
    assert {row["deadline"] for row in found if row["program"] == "Grant"} == {"2027-08-31"}
    assert found[-1]["met"] == "False"


def test_terms_are_those_of_the_profile(planned, tmp_path):
    bead = planned.document | {"study": planned.document["study"] | {"profile": "us-bead"}}
    folder = write_funder(replace(planned, document=bead), tmp_path / "funder")
    found = {row["term_id"]: row["deadline"] for row in rows(folder, "milestones")}
    assert found["RDOF-40"] == "2030-03-01"
    assert found["BEAD-100"] == "2031-03-01"
    assert {row["program"] for row in rows(folder, "terms")} == {"BEAD", "RDOF"}


def test_each_location_names_the_first_milestone_that_counts_it(folder):
    firsts = [row["milestones"] for row in rows(folder, "locations")]
    needed = {row["term_id"]: int(row["locations"]) for row in rows(folder, "milestones")}
    for place, terms in enumerate(firsts, start=1):
        term = terms.split(";")[-1]
        assert place <= needed[term]
        grants = {name: count for name, count in needed.items() if name.startswith("GRANT")}
        assert not [other for other, count in grants.items() if place <= count < needed[term]]


def test_the_report_counts_what_is_in_service_and_leaves_actuals_empty(planned, folder):
    found = rows(folder, "report")
    ends = sorted({row["period_end"] for row in found})
    assert ends[:2] == ["2027-06-30", "2027-12-31"]
    assert {row["actual"] for row in found} == {""}
    days = list(ready(planned).values())
    said = {(row["period_end"], row["line"]): row["target"] for row in found}
    for end in ends:
        assert int(float(said[end, "addresses: locations in service"])) == sum(day <= end for day in days)
    business = planned.tables["business"]
    connected = business[business["year"] == 2027]["connected"].sum()
    assert float(said["2027-12-31", "penetration: units connected"]) == pytest.approx(connected, abs=0.001)
    assert said["2027-06-30", "penetration: units connected"] == ""


def test_the_workbook_says_what_the_files_say(folder):
    book = openpyxl.load_workbook(folder / "pack.xlsx", read_only=True)
    for name in ("milestones", "locations", "report", "terms"):
        heads, *cells = book[name].iter_rows(values_only=True)
        wanted = rows(folder, name)
        assert [dict(zip(heads, map(plain, row), strict=True)) for row in cells] == [
            {key: plain(value) for key, value in row.items()} for row in wanted
        ]
    book.close()


def plain(value):
    text = "" if value is None else str(value)
    try:
        return float(text)
    except ValueError:
        return text


def test_the_certificate_names_the_plan_and_its_sums(planned, folder):
    text = (folder / "certification.md").read_text("utf-8")
    assert planned.document["fingerprint"] in text
    assert f"{planned.document['cost']['p80']:.2f}" in text
    assert "professional engineer" in text


def test_no_mark_of_a_stranger_comes_alive(planned, tmp_path):
    text = (write_funder(hostile(planned), tmp_path / "funder") / "certification.md").read_text("utf-8")
    assert not [payload for payload in PAYLOADS if payload in text]
    assert json.dumps(text).count("\\\\<img") == 1

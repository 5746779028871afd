"""What the commands print fits the terminal, agrees in number and says how good the route is."""

import json

import pytest

from expansion.audit import Check, advise, group_causes
from expansion.cli import main
from expansion.cli.frontier import frontier_lines, price_lines
from expansion.cli.layout import cut, titled, wrap
from expansion.cli.summary import summarize
from expansion.runs.saving import save_plan
from tests.plans import document, tiny_plan

ROUTE = document()["route"]


@pytest.mark.parametrize("width", [40, 61, 80, 120])
def test_no_line_of_a_summary_is_wider_than_the_terminal(width, tmp_path):
    lines = summarize(document(), tmp_path, width).splitlines()
    assert all(len(line) <= width for line in lines[:-1])


def test_without_a_terminal_nothing_is_wrapped():
    assert wrap("a " * 400, 0) == ["a " * 400]


def test_lines_after_the_first_hang_below_it():
    assert titled("Cost", ["one two", "three"], 0) == ["Cost        one two", "            three"]
    assert wrap("aa bb", 40, indent=36) == [" " * 36 + "aa", " " * 38 + "bb"]


def test_a_word_that_is_too_long_stays_whole():
    assert wrap("x" * 90, 40) == ["x" * 90]


def test_what_is_cut_shows_it():
    assert (cut("abcdef", 4), cut("abc", 4), cut("abcdef", 0)) == ("abc…", "abc", "abcdef")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "proven the cheapest possible (at least 1,501 USD; gap 0.00 %, optimal)"),
        ({"gap": 0.0123, "lower_bound": 1482.29}, "proven within 1.23 % of the cheapest possible"),
        ({"gap": 0.00001}, "proven within 0.01 % of"),
        (
            {"certified_lower_bound": 1350.675},
            "expansion verify: recomputed from the saved certificate, it is within 10.00 %",
        ),
    ],
)
def test_the_route_says_how_good_it_is_proven_to_be(changes, words, tmp_path):
    assert words in summarize(document(route=ROUTE | changes), tmp_path)


def test_a_plan_of_nothing_says_so(tmp_path):
    own = document()
    nothing = summarize(
        document(
            route=ROUTE | {"length_m": 0.0, "cost": 0.0, "lower_bound": 0.0, "certified_lower_bound": 0.0},
            cost=own["cost"] | {"base": 0.0, "by_category": {}, "per_location_p50": None},
            portfolio=own["portfolio"] | {"phases": []},
        ),
        tmp_path,
    )
    for words in ("nothing is left to build", "nothing is spent", "no area is chosen"):
        assert words in nothing


def test_failures_are_told_once_per_cause():
    checks = [
        Check("files", False, 1, ("spans is missing",)),
        Check("areas", True, 9, ()),
        Check("sums", False, 1, ("p80 differs",)),
        Check("light", False, 0, ("spans is missing",)),
    ]
    causes = group_causes(checks)
    assert [(cause.message, cause.checks) for cause in causes] == [
        ("spans is missing", ("files", "light")),
        ("p80 differs", ("sums",)),
    ]


@pytest.mark.parametrize(
    ("name", "wrote", "words"),
    [
        ("files", "1", "plan again"),
        ("sums", "0", "written by version 0, this is 1"),
        ("sums", "1", "the planner erred"),
    ],
)
def test_the_advice_fits_the_cause(name, wrote, words):
    causes = group_causes([Check(name, False, 1, ("wrong",))])
    assert words in advise(causes, wrote, "1")
    assert advise([], wrote, "1") == ""


def test_verify_groups_what_a_damaged_file_fails(tmp_path, capsys):
    folder = save_plan(tiny_plan(), tmp_path / "plan", manifest={})
    (folder / "tables" / "locations.parquet").unlink()
    assert main(["verify", str(folder), "--json"]) == 2
    said = json.loads(capsys.readouterr().out)
    (missing,) = [row for row in said["causes"] if row["cause"] == "tables/locations.parquet is missing"]
    assert len(missing["checks"]) > 3
    assert "copy the folder anew" in said["advice"]


def test_a_frontier_and_prices_of_forcing_are_told_a_line_each_the_dearest_first():
    point = {"budget": 5e5, "value": 12.5, "bound": 13.0, "gap": 0.0385, "ranking_value": None, "areas": 3}
    words = "500,000 USD: benefit 12.5 in 3 areas, at most 13 (gap 3.85 %), ranking breaks a rule or floor"
    assert frontier_lines([point], "USD") == [words]
    rows = [
        {"area_id": "A1", "force_price": None, "cost_change": None, "reason": "cannot be forced in"},
        {"area_id": "A2", "force_price": 2.0, "cost_change": -20.0, "reason": "forced out: benefit falls by 2"},
    ]
    assert price_lines(rows, "USD")[0] == "A2 forced out: benefit falls by 2, 20 USD less spent"
    assert "portfolio.frontier" in frontier_lines([], "USD")[0]


def test_a_plan_that_is_as_written_and_lacks_a_table_is_older():
    causes = group_causes([Check("tables", False, 1, ("tables/lessons.parquet is missing",))])
    assert "an earlier state of this version" in advise(causes, "1", "1")

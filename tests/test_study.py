"""The study file is checked key by key: spelling, ranges, kinds, and what must fit together."""

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from expansion.errors import PlanningErrors, StudyError
from expansion.study import Study, parse_study
from expansion.wording import section_of

LEAST = {"study": {"name": "valley"}, "inputs": {"osm": {"file": "region.osm.pbf"}}}


def parse(**sections):
    return parse_study(LEAST | sections)


def breach(**sections):
    with pytest.raises(StudyError) as caught:
        parse(**sections)
    return caught.value.code, caught.value.where


def test_a_name_and_an_extract_are_enough():
    study = parse()
    assert (study.study.profile, study.study.crs, study.study.currency, study.study.seed) == (
        "generic",
        "auto",
        "USD",
        1,
    )
    assert (study.areas.max_locations, study.network.split_ratio, study.network.drop_max_m) == (288, 32, 150)
    assert study.study.start == dt.date(2027, 3, 1)
    assert study.portfolio.total_budget is None


@pytest.mark.parametrize(
    ("sections", "place"),
    [
        ({"netwrok": {}}, "netwrok"),
        ({"network": {"drop_max": 100}}, "network.drop_max"),
        ({"network": {"route": {"efort": 2}}}, "network.route.efort"),
        ({"schedule": {"crews": [{"kind": "bore", "count": 1, "colour": "red"}]}}, "schedule.crews.0.colour"),
        ({"portfolio": {"budgets": [{"year": 2027, "amount": 1, "ammount": 2}]}}, "portfolio.budgets.0.ammount"),
    ],
)
def test_an_unknown_key_is_named_wherever_it_stands(sections, place):
    assert breach(**sections) == ("E_STUDY_KEY", (place,))


@pytest.mark.parametrize(
    ("sections", "place"),
    [
        ({"areas": {"max_locations": 0}}, "areas.max_locations"),
        ({"network": {"drop_max_m": 0}}, "network.drop_max_m"),
        ({"network": {"drop_max_m": -5}}, "network.drop_max_m"),
        ({"network": {"hub_capacity": 2001}}, "network.hub_capacity"),
        ({"network": {"route": {"effort": 5}}}, "network.route.effort"),
        ({"network": {"terminal_ports": []}}, "network.terminal_ports"),
        ({"demand": {"served_down_mbps": -1}}, "demand.served_down_mbps"),
        ({"cost": {"draws": 99}}, "cost.draws"),
        ({"portfolio": {"total_budget": -0.01}}, "portfolio.total_budget"),
        ({"schedule": {"crews": [{"kind": "bore", "count": -1}]}}, "schedule.crews.0.count"),
    ],
)
def test_a_number_out_of_its_range_is_named(sections, place):
    assert breach(**sections) == ("E_RANGE", (place,))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(("section", "key"), [("network", "reach_max_m"), ("demand", "served_up_mbps")])
def test_what_is_not_a_finite_number_is_refused(section, key, number):
    assert breach(**{section: {key: number}}) == ("E_NONFINITE", (f"{section}.{key}",))


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"demand": {"underserved_down_mbps": 200}}, "must not exceed served speeds"),
        ({"network": {"terminal_ports": [4, 4]}}, "terminal_ports must be distinct"),
        ({"network": {"split_ratio": 12}}, "8, 16, 32, 64 or 128"),
        ({"portfolio": {"budgets": [{"year": 2027, "amount": 1}] * 2}}, "each year may have one budget"),
        ({"portfolio": {"must": ["A1"], "never": ["A1"]}}, "both in must and never"),
        ({"schedule": {"crews": [{"kind": "bore", "count": 1}] * 2}}, "each crew kind may stand once"),
        ({"schedule": {"calendar": {"workdays": []}}}, "workdays must hold numbers"),
        ({"schedule": {"calendar": {"workdays": [0]}}}, "workdays must hold numbers"),
        ({"schedule": {"calendar": {"winter_closure": {"from": "02-30", "to": "03-01"}}}}, "day"),
        ({"schedule": {"calendar": {"holidays": ["2027-02-29"]}}}, "date"),
    ],
)
def test_what_does_not_fit_together_is_said(sections, words):
    with pytest.raises(StudyError, match=words):
        parse(**sections)


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"network": {"drop_max_m": "far"}}, "'far' is not a number"),
        ({"network": {"hub_capacity": 2.5}}, "2.5 is not a whole number"),
        ({"network": {"reach_max_m": -5}}, "-5 must be above 0"),
        ({"cost": {"draws": 9}}, "9 must be at least 100"),
        ({"network": {"terminal_ports": []}}, "must not be empty"),
        ({"portfolio": {"must": "A1"}}, "'A1' is not a list"),
        ({"demand": {"rule": "beed"}}, "'beed' is not one of bead or threshold"),
        ({"demand": [1]}, "is not a table of keys"),
        ({"schedule": {"calendar": {"winter_closure": {"from": "1", "to": "03-01"}}}}, "a day of the year as 12-15"),
    ],
)
def test_a_wrong_value_is_told_in_plain_words(sections, words):
    with pytest.raises(StudyError) as caught:
        parse(**sections)
    assert words in caught.value.message
    assert caught.value.hint == "correct it in study.toml"


def test_a_misspelled_key_names_the_nearest():
    with pytest.raises(StudyError, match=r"did you mean drop_max_m\? Correct study.toml"):
        parse(network={"drop_max": 100})


def test_a_breach_of_a_change_names_the_change():
    with pytest.raises(PlanningErrors) as caught:
        parse_study(LEAST | {"network": {"drop_max_m": 0}, "cost": {"draws": 1}}, ["network.drop_max_m=0"])
    hints = {error.where[0]: error.hint for error in caught.value.errors}
    assert hints == {
        "network.drop_max_m": "correct --set network.drop_max_m=0",
        "cost.draws": "correct it in study.toml",
    }


def test_every_key_has_a_description():
    def bare(section, prefix=""):
        for name, field in section.model_fields.items():
            inner = section_of(field.annotation)
            if inner is not None:
                yield from bare(inner, f"{prefix}{name}.")
            elif not field.description:
                yield f"{prefix}{name}"

    assert list(bare(Study)) == []


@pytest.mark.parametrize("name", ["", "Valley", "a b", "a/b", "..", "x" * 65, "tal\n"])
def test_a_name_is_short_and_plain(name):
    assert breach(study={"name": name})[1] == ("study.name",)


def test_a_missing_key_is_named():
    with pytest.raises(PlanningErrors) as caught:
        parse_study({"study": {}})
    assert {(error.code, error.where) for error in caught.value.errors} == {
        ("E_STUDY_MISSING", ("study.name",)),
        ("E_STUDY_MISSING", ("inputs",)),
    }


def test_all_breaches_come_at_once_each_with_its_code():
    with pytest.raises(PlanningErrors) as caught:
        parse(areas={"max_locations": 0}, network={"drop_max": 1, "reach_max_m": math.nan})
    assert sorted(error.code for error in caught.value.errors) == ["E_NONFINITE", "E_RANGE", "E_STUDY_KEY"]
    assert caught.value.exit_code == 2


def test_a_study_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        parse().network.drop_max_m = 10


def test_crews_that_are_left_out_keep_their_number():
    counts = parse(schedule={"crews": [{"kind": "bore", "count": 7}]}).schedule.crew_counts()
    assert (counts["bore"], counts["buried"]) == (7, 2)
    assert list(counts) == sorted(counts)


@given(
    st.floats(0, 1e12, exclude_min=True, allow_subnormal=False),
    st.integers(1, 100_000),
    st.sampled_from([8, 16, 32, 64, 128]),
)
def test_a_study_survives_being_written_out_and_read_again(budget, most, ratio):
    study = parse(portfolio={"total_budget": budget}, areas={"max_locations": most}, network={"split_ratio": ratio})
    assert parse_study(study.model_dump(mode="json", by_alias=True)) == study

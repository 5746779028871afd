"""The rate book on the command line: what is shown, how two differ, and a rate set in the study's own file."""

import json

import pytest

from expansion.cli.main import main
from expansion.runs.loading import load_rules
from expansion.runs.studies import read_study

STUDY = """# my study
[study]
name = "valley"   # of the three
[inputs]
osm = { file = "x.osm" }
"""


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """A terminal that breaks no line, however long the folder of the test."""
    monkeypatch.setenv("COLUMNS", "1000")


@pytest.fixture
def study(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY, "utf-8")
    return tmp_path


def say(capsys, *words):
    code = main([str(word) for word in words])
    told = capsys.readouterr()
    return code, told.out, told.err


def put(capsys, study, rate, *more):
    return say(capsys, "rates", "set", study, rate, "--source", "quote of May", *more)


def in_force(study):
    return {row.rate_id: row for row in load_rules(*read_study(study)).rates}


def test_a_rate_that_is_set_is_in_force_and_the_study_keeps_every_word(study, capsys):
    code, out, _ = put(capsys, study, "plow", "--low", 20, "--likely", 26, "--high", 40)
    rate = in_force(study)["plow"]
    assert (code, rate.low, rate.likely, rate.high) == (0, 20, 26, 40)
    assert (rate.source, rate.status, rate.price_year) == ("quote of May", "USER", 2026)
    assert (study / "study.toml").read_text("utf-8") == STUDY + '\n[inputs.rates]\nfile = "rates.csv"\n'
    assert out.startswith("plow: 30.43 -> 26 USD per m (-4.43, -14.6 %); range 18.87 to 44.45 -> 20 to 40;")


def test_a_second_rate_leaves_the_first_row_and_the_study_as_they_are(study, capsys):
    put(capsys, study, "plow", "--likely", 26)
    text, toml = (study / "rates.csv").read_text("utf-8"), (study / "study.toml").read_bytes()
    put(capsys, study, "bore", "--likely", 90)
    assert (study / "rates.csv").read_text("utf-8").startswith(text)
    assert (study / "study.toml").read_bytes() == toml


def test_setting_a_rate_again_replaces_its_row(study, capsys):
    for price in (26, 27):
        put(capsys, study, "plow", "--likely", price)
    assert in_force(study)["plow"].likely == 27
    assert (study / "rates.csv").read_text("utf-8").count("plow,") == 1


def test_what_is_not_given_keeps_its_proportion(study, capsys):
    put(capsys, study, "closure", "--likely", 700)
    rate = in_force(study)["closure"]
    assert (rate.low, rate.high) == (300, 1400)


def test_a_file_without_origins_gets_them_for_every_row(study, capsys):
    head = "rate_id,category,item,unit,low,likely,high,currency,price_year,factor"
    row = 'splice,passive,"Splice, one",splice,1,2,3,USD,2026,labor'
    (study / "own.csv").write_bytes(f"{head}\r\n{row}\r\n".encode())
    (study / "study.toml").write_text(STUDY + '[inputs.rates]\nfile = "own.csv"\n', "utf-8")
    assert put(capsys, study, "plow", "--likely", 26)[0] == 0
    assert in_force(study)["splice"].source == "own.csv"
    assert (study / "own.csv").read_bytes().count(b"\r\n") == 3


def test_a_new_size_is_priced_like_its_nearest(study, capsys):
    put(capsys, study, "cable_36", "--likely", 2.5)
    rate = in_force(study)["cable_36"]
    assert (rate.category, rate.unit, rate.factor) == ("cable", "m", "material")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("closuer", "--likely", 3), "error[E_RATE_UNKNOWN]"),
        (("plow", "--low", 50, "--likely", 3, "--high", 10), "low <= likely <= high"),
        (("plow", "--likely", -1), "error[E_RULE_ROW]"),
        (("plow", "--likely", 3, "--currency", "EUR"), "error[E_RATE_CURRENCY]"),
        (("plow", "--likely", 3, "--file", "../out.csv"), "error[E_PATH]"),
    ],
)
def test_a_wrong_rate_is_refused_and_nothing_is_written(study, capsys, words, told):
    code, _, err = put(capsys, study, *words)
    assert code == 2
    assert told in err
    assert [path.name for path in study.iterdir()] == ["study.toml"]


def test_an_unknown_rate_is_answered_with_the_nearest(study, capsys):
    assert "did you mean closure?" in put(capsys, study, "closuer", "--likely", 3)[2]


def test_a_rate_needs_a_source(study, capsys):
    assert "--source" in say(capsys, "rates", "set", study, "plow", "--likely", 3)[2]


def test_a_file_that_the_study_does_not_use_is_left_alone(study, capsys):
    (study / "rates.csv").write_text("mine\n", "utf-8")
    code, _, err = put(capsys, study, "plow", "--likely", 3)
    assert (code, (study / "rates.csv").read_text("utf-8")) == (2, "mine\n")
    assert "E_OUT_EXISTS" in err


def test_a_study_that_cannot_be_extended_is_left_alone(study, capsys):
    inline = '[study]\nname = "v"\n'
    (study / "study.toml").write_text('inputs = { osm = { file = "x.osm" } }\n' + inline, "utf-8")
    code, _, err = put(capsys, study, "plow", "--likely", 3)
    assert (code, not (study / "rates.csv").exists()) == (2, True)
    assert "E_RATE_FILE" in err


def test_two_studies_differ_by_what_one_sets(study, tmp_path_factory, capsys):
    other = tmp_path_factory.mktemp("other")
    (other / "study.toml").write_text(STUDY + "[network.engineering]\nsag_aerial = 0.03\n", "utf-8")
    put(capsys, study, "plow", "--likely", 26)
    told = json.loads(say(capsys, "rates", "diff", study, other, "--json")[1])
    assert [(row["kind"], row["name"], row["difference"]) for row in told["changes"]] == [
        ("rates", "plow", 4.43),
        ("engineering", "sag_aerial", 0.01),
    ]


def test_against_the_shipped_profile_only_own_values_differ(study, capsys):
    (study / "study.toml").write_text(STUDY + "[business]\narpu_per_month = 75\n", "utf-8")
    out = say(capsys, "rates", "diff", study)[1]
    assert out.splitlines()[1:] == [
        (
            "Business    arpu_per_month: 68.54 -> 75 USD per month (+6.46, +9.4 %); range 60 to 95 -> none; "
            "PARTLY_READ -> USER ([business] of study.toml)"
        )
    ]


def test_equal_books_have_no_difference(study, capsys):
    assert "hold the same values" in say(capsys, "rates", "diff", study, "generic")[1]


def test_a_file_of_rates_is_held_against_those_that_it_replaces(study, capsys):
    put(capsys, study, "plow", "--likely", 26)
    out = say(capsys, "rates", "diff", "generic", study / "rates.csv")[1]
    assert len(out.splitlines()) == 2


def test_filters_show_only_what_is_asked(study, capsys):
    rows = json.loads(say(capsys, "rates", "show", study, "--category", "soft", "--json")[1])
    assert {row["rate_id"] for row in rows} == {"engineering", "project_management", "inspection"}
    losses = say(capsys, "rates", "show", study, "--of", "losses", "--status", "READ", "--csv")[1].splitlines()
    assert losses[0].startswith("kind,name,")
    assert all(line.startswith("losses,") for line in losses[1:])


def test_every_kind_of_value_is_shown_with_its_source(study, capsys):
    rows = json.loads(say(capsys, "rates", "show", study, "--of", "all", "--json")[1])
    assert {row["kind"] for row in rows} == {"rates", "business", "engineering", "losses", "production", "ranges"}
    assert all(row["source"] and row["status"] for row in rows)


def test_long_sources_wrap_below_their_rate(study, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = say(capsys, "rates", "show", study, "--category", "civil")[1].splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[2].startswith("    derived from")


def test_an_engineering_value_of_the_study_is_in_force(study):
    (study / "study.toml").write_text(STUDY + "[network.engineering]\nsag_aerial = 0.03\n", "utf-8")
    assert load_rules(*read_study(study)).engineering_value("sag_aerial") == 0.03


def test_a_misspelled_engineering_value_is_refused(study, capsys):
    (study / "study.toml").write_text(STUDY + "[network.engineering]\nsag_arial = 0.03\n", "utf-8")
    assert "did you mean sag_aerial?" in say(capsys, "rates", "show", study)[2]

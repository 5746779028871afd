"""The rule book: every shipped row is sound and says where it comes from; a missing row is an error, never a zero."""

import dataclasses

import pytest

from expansion.errors import PlanningErrors, StudyError
from expansion.rulebook import PermitRule, Rate, load_rulebook
from expansion.rulebook.book import PROFILES, parse_rows, rules_document

BOOKS = {name: load_rulebook(name) for name in PROFILES}
BOOK = BOOKS["generic"]
HEAD = "rate_id,category,item,unit,low,likely,high,currency,price_year,factor,source,status\n"
PLOW = "plow,civil,Plow,m,1,2,3,USD,2025,soil,quote,USER\n"


def read(*lines):
    return parse_rows(HEAD + "".join(lines), Rate, "rate_id", "rates.csv")


def all_rows(book):
    groups = [getattr(book, field.name) for field in dataclasses.fields(book)]
    return [row for group in groups if isinstance(group, tuple) for row in group]


@pytest.mark.parametrize("name", BOOKS)
def test_every_shipped_row_has_a_source_and_a_status(name):
    rows = all_rows(BOOKS[name])
    assert len(rows) > 100
    assert all(row.source.strip() and row.status != "USER" for row in rows)


def test_profiles_share_all_but_their_permit_rules():
    first, second = (
        {field.name: getattr(BOOKS[name], field.name) for field in dataclasses.fields(BOOKS[name])}
        for name in ("generic", "us-bead")
    )
    assert {name for name in first if first[name] != second[name]} == {"profile", "permit_rules"}


def test_rates_are_in_one_currency():
    assert {rate.currency for rate in BOOK.rates} == {"", BOOK.currency}


@pytest.mark.parametrize("method", ["plow", "trench_paved", "aerial", "bore", "duct_pull", "bridge_duct"])
def test_rates_of_civil_works_are_above_zero_and_per_meter(method):
    rate = BOOK.rate(method)
    assert (rate.unit, 0 < rate.low <= rate.likely <= rate.high) == ("m", True)


@pytest.mark.parametrize("look", ["rate", "production_rate", "optical_loss", "engineering_value"])
def test_a_missing_row_is_an_error_that_names_it(look):
    with pytest.raises(StudyError) as caught:
        getattr(BOOK, look)("no_such_thing")
    assert (caught.value.code, caught.value.where) == ("E_NO_RATE", ("no_such_thing",))


def test_an_unknown_pon_class_names_those_there_are():
    with pytest.raises(StudyError, match=r"choose one of B\+, C\+"):
        BOOK.optical_class("D")


def test_every_split_ratio_of_a_study_has_its_loss_and_they_grow():
    losses = [BOOK.optical_loss(f"splitter_{ratio}") for ratio in (8, 16, 32, 64, 128)]
    assert losses == sorted(losses)


def test_rates_of_the_study_replace_shipped_ones_and_new_soft_costs_are_added():
    mine = read(PLOW, PLOW.replace("plow,civil", "legal,soft"))
    book = BOOK.with_rates(mine)
    assert (book.rate("plow").likely, book.rate("legal").likely) == (2, 2)
    assert book.rate("bore") == BOOK.rate("bore")
    assert len(book.rates) == len(BOOK.rates) + 1


@pytest.mark.parametrize(
    ("line", "code", "hint"),
    [
        (PLOW.replace("plow,", "plwo,"), "E_RATE_UNKNOWN", "did you mean plow"),
        (PLOW.replace("plow,", "xyzzy,"), "E_RATE_UNKNOWN", "rates show lists the ids"),
        (PLOW.replace(",m,", ",ft,"), "E_RATE_UNIT", "convert the price to m"),
        (PLOW.replace("civil", "soft"), "E_RATE_CATEGORY", "write category civil"),
    ],
)
def test_a_rate_that_the_plan_would_not_use_as_meant_is_refused(line, code, hint):
    with pytest.raises(StudyError, match=hint) as caught:
        BOOK.with_rates(read(line))
    assert caught.value.code == code


def test_a_size_that_the_book_lacks_may_be_priced():
    book = BOOK.with_rates(read(PLOW.replace("plow,civil", "terminal_1,passive")))
    assert book.rate("terminal_1").likely == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PLOW.replace("civil", ""), "the cell is empty"),
        (PLOW.replace(",1,2,3,", ",1,two,3,"), "'two' is not a number"),
        (PLOW.replace(",1,2,3,", ",3,2,1,"), "low <= likely <= high must hold"),
        (PLOW.replace("plow", "Plow"), "'Plow' is not up to 40 lower case letters"),
    ],
)
def test_a_bad_row_is_told_in_plain_words(text, words):
    with pytest.raises(StudyError) as caught:
        read(text)
    assert caught.value.message.startswith(words)
    assert caught.value.hint


def test_an_unknown_column_names_the_nearest():
    with pytest.raises(PlanningErrors) as caught:
        parse_rows(HEAD.replace("category", "catgory") + PLOW * 9, Rate, "rate_id", "rates.csv")
    assert str(caught.value).splitlines() == [
        "no such column [rates.csv:1 catgory]; did you mean category?",
        "the column is missing [rates.csv:1 category]; add the column: Group in the bill of materials",
    ]


@pytest.mark.parametrize(
    ("line", "code", "where"),
    [
        (PLOW.replace(",1,2,3,", ",3,2,1,"), "E_RULE_ROW", "rates.csv:2 row"),
        (PLOW.replace(",1,2,3,", ",-1,2,3,"), "E_RULE_ROW", "rates.csv:2 low"),
        (PLOW.replace(",1,2,3,", ",1,2,inf,"), "E_RULE_ROW", "rates.csv:2 high"),
        (PLOW.replace(",1,2,3,", ",1,nan,3,"), "E_RULE_ROW", "rates.csv:2 likely"),
        (PLOW.replace("quote", ""), "E_RULE_ROW", "rates.csv:2 source"),
        (PLOW.replace("civil", "magic"), "E_RULE_ROW", "rates.csv:2 category"),
        (PLOW.replace("\n", ",more\n"), "E_CSV_RAGGED", "rates.csv:2"),
    ],
)
def test_a_bad_row_is_named_by_file_row_and_column(line, code, where):
    with pytest.raises(StudyError) as caught:
        read(line)
    assert (caught.value.code, caught.value.where) == (code, (where,))


def test_a_key_that_stands_twice_is_named():
    with pytest.raises(StudyError, match="'plow' stands twice") as caught:
        read(PLOW, PLOW)
    assert (caught.value.code, caught.value.where) == ("E_DUP_ID", ("rates.csv:3",))


def test_all_bad_rows_come_at_once():
    with pytest.raises(PlanningErrors) as caught:
        read(PLOW.replace(",1,", ",-1,"), PLOW.replace("civil", "magic"))
    assert len(caught.value.errors) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lead_min": 5_000}, "lead_min <= lead_typical <= lead_max"),
        ({"least_count": 5, "most_count": 2}, "least_count <= most_count"),
        ({"boundary_levels": "8|town"}, "levels are numbers"),
        ({"conditions": "just words"}, "is not key=value"),
        ({"test": "touches"}, "crosses"),
    ],
)
def test_a_permit_rule_that_contradicts_itself_is_refused(changes, words):
    sound = BOOK.permit_rules[0].model_dump()
    assert PermitRule(**sound)
    with pytest.raises(ValueError, match=words):
        PermitRule(**(sound | changes))


def test_the_rules_in_force_can_be_written_out_and_read_again():
    document = rules_document(BOOK)
    assert tuple(Rate(**row) for row in document["rates"]) == BOOK.rates
    assert (document["profile"], document["currency"]) == ("generic", BOOK.currency)

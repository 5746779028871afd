"""The template: what can be read, what cannot, what is left."""

from dataclasses import replace

import pytest

from expansion.errors import PlanningError, StudyError
from expansion.plan.bill import split_cents
from expansion.schedule.packages import Before, packages_present, read_packages, work_of
from expansion.schedule.quantities import QUANTITIES
from expansion.schedule.tasks import lead_days
from tests.schedule.programs import rules


def changed(code, **fields):
    book = rules()
    rows = tuple(row.model_copy(update=fields) if row.wbs == code else row for row in book.work_packages)
    return replace(book, work_packages=rows)


def quantities(**given):
    return dict.fromkeys(QUANTITIES, 0.0) | given


def test_the_shipped_template_covers_the_six_phases():
    assert len({package.row.phase for package in read_packages(rules())}) == 6


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"predecessors": "9.9"}, "do not exist"),
        ({"predecessors": "1.1 and 1.2"}, "cannot read the predecessor"),
        ({"duration": "hens/plow_day"}, "cannot read the duration"),
        ({"duration": "plow_m/hen_day"}, "cannot read the duration"),
        ({"needs": "hens"}, "unknown quantity"),
    ],
)
def test_what_cannot_be_read_is_named(fields, complaint):
    with pytest.raises(StudyError, match=complaint) as caught:
        read_packages(changed("3.2", **fields))
    assert caught.value.where == ("3.2",)


def test_all_breaches_are_told_at_once():
    book = changed("3.2", needs="hens")
    rows = tuple(row.model_copy(update={"duration": "x"}) if row.wbs == "3.3" else row for row in book.work_packages)
    with pytest.raises(PlanningError, match=r"(?s)3\.2.*3\.3"):
        read_packages(replace(book, work_packages=rows))


def test_a_circle_is_named():
    with pytest.raises(StudyError, match="circle") as caught:
        read_packages(changed("1.1", predecessors="6.4"))
    assert caught.value.code == "E_RULE_CYCLE"


def test_links_of_what_is_left_out_are_handed_on():
    """3.6 cable waits for 3.2; without underground 3.2 and 3.1 go, and what they waited for stays."""
    book = changed("3.6", predecessors="3.2SS+4;3.1FF+2")
    present = packages_present(read_packages(book), quantities(cable_m=10.0, route_m=10.0))
    assert not {"3.1", "3.2", "2.6"} & present.keys()
    before = set(present["3.6"].before)
    assert Before("", "1.8", "FS", 0) in before  # the lag counted from a start that is no more
    assert Before("", "1.8", "FF", 2) in before


def test_work_adds_over_terms_and_takes_the_longest_set_up():
    package = next(package for package in read_packages(rules()) if package.code == "3.2")
    crew_days, setup = work_of(package, quantities(plow_m=800.0, trench_m=300.0), rules())
    assert (crew_days, setup) == (3.0, 1.0)


def test_lead_times_prefer_the_item_then_the_longest_prefix():
    leads = {"cable_*": 84, "cable_96": 60, "cable_9*": 70}
    assert [lead_days(leads, item) for item in ("cable_96", "cable_98", "cable_12", "plow")] == [60, 70, 84, 0]


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [(100, [1, 1, 1], [34, 33, 33]), (7, [0, 0], [4, 3]), (10, [3, 0, 1], [8, 0, 2]), (0, [2, 5], [0, 0])],
)
def test_cents_are_split_without_a_rest(amount, weights, parts):
    assert split_cents(amount, weights) == parts

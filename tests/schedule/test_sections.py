"""Sections: what is built together because it waits for the same permits.

0 ----a---- 1 --x-- 2 ----b---- 3        x crosses a railway
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from expansion.plan.plan import Permits
from expansion.schedule import schedule_build
from expansion.schedule.sections import Waits, part_areas
from tests.schedule.programs import permits_of, program, rules
from tests.schedule.test_build import links_into, row


def spans(*rows):
    """Rows of (span id, u, v, meters, placement)."""
    names = ("span_id", "u", "v", "length_m", "placement")
    return pd.DataFrame(dict(zip(names, zip(*rows, strict=True), strict=True))).assign(area_id="A1", is_existing=False)


def permits(*rows):
    """Rows of (permit id, rule, spans)."""
    table = permits_of(*((name, rule, "A1", 30) for name, rule, _ in rows)).table
    return table.assign(span_ids=[text for *_, text in rows])


def parted(roads, needed, free=0, granted=(), **values):
    book = rules()
    values = {rule.parameter: rule.value for rule in book.engineering} | values
    changed = tuple(rule.model_copy(update={"value": values[rule.parameter]}) for rule in book.engineering)
    waits = Waits({("A1", "buried"): free, ("A1", "aerial"): free}, list(granted))
    found = part_areas(replace(book, engineering=changed), roads, needed, ["A1"], waits)["A1"]
    return [(section.method, section.span_ids) for section in found]


ROADS = (("a", 0, 1, 2000, "buried"), ("x", 1, 2, 50, "buried"), ("b", 2, 3, 3000, "buried"))


def test_a_crossing_that_waits_is_a_section_of_its_own():
    found = parted(spans(*ROADS), permits(("p", "RAIL", "x")), granted=[120], sections_most=3)
    assert found == [("buried", ("a",)), ("buried", ("b",)), ("buried", ("x",))]


def test_stretches_that_wait_alike_are_joined_where_only_few_sections_are_allowed():
    found = parted(spans(*ROADS), permits(("p", "RAIL", "x")), granted=[120], sections_most=2)
    assert found == [("buried", ("a", "b")), ("buried", ("x",))]


def test_a_permit_that_is_there_before_the_crews_could_begin_parts_nothing():
    assert parted(spans(*ROADS), permits(("p", "RAIL", "x")), free=150, granted=[120]) == [("buried", ("a", "b", "x"))]


def test_what_would_wait_less_than_the_least_length_for_the_least_days_is_not_parted():
    """5,000 m that wait a day are 5,000 m·d, less than 500 m for 14 days; two days are more."""
    needed = permits(("p", "RAIL", "x"))
    assert len(parted(spans(*ROADS), needed, granted=[1])) == 1
    assert len(parted(spans(*ROADS), needed, granted=[4])) == 2


def test_work_on_poles_and_underground_are_different_sections():
    roads = spans(("a", 0, 1, 900, "aerial"), ("b", 1, 2, 900, "buried"))
    assert parted(roads, permits(), granted=[]) == [("buried", ("b",)), ("aerial", ("a",))]


def test_a_permit_for_work_on_poles_does_not_part_work_underground():
    assert len(parted(spans(*ROADS), permits(("p", "POLE", "x")), granted=[120])) == 1


def test_order_of_rows_does_not_matter():
    needed = permits(("p", "RAIL", "x"), ("q", "ROAD", "b"))
    roads = spans(*ROADS, ("c", 3, 4, 700, "buried"), ("d", 0, 5, 600, "buried"))
    assert parted(roads, needed, granted=[120, 60]) == parted(roads.iloc[::-1], needed, granted=[120, 60])


@pytest.fixture(scope="module")
def crossed():
    """One area whose plowing needs a license that its trench does not; they share their nodes."""
    arguments = program((2027,), [("p1", "RAIL", "A001", 400), ("p2", "ROAD", "A001", 20)])
    table = arguments["permits"].table.assign(span_ids=["A001-trench", "A001-plow,A001-trench,A001-aerial"])
    return schedule_build(**arguments | {"permits": Permits(table, ())})


def test_a_permit_of_one_section_holds_up_no_other(crossed):
    assert crossed.sections["span_ids"].to_list() == ["A001-plow", "A001-trench", "A001-aerial"]
    assert crossed.sections["permit_ids"].to_list() == ["p2", "p1,p2", "p2"]
    assert links_into(crossed, "A001-3.2-S2") == {"A001-2.6-S2", "permit-p1", "permit-p2"}
    assert links_into(crossed, "A001-3.2-S1") == {"A001-2.6-S1", "permit-p2"}
    assert row(crossed, "A001-3.2-S1")["finish"] < row(crossed, "permit-p1")["finish"]
    assert row(crossed, "A001-3.4")["finish"] < row(crossed, "permit-p1")["finish"]


def test_cable_follows_when_all_sections_are_built(crossed):
    assert {"A001-3.2-S1", "A001-3.2-S2", "A001-3.3", "A001-3.4"} <= links_into(crossed, "A001-3.6")


def test_tasks_name_their_section_and_are_numbered_under_their_package(crossed):
    task = row(crossed, "A001-3.2-S2")
    assert (task["section_id"], task["wbs"]) == ("A001-S2", "2.3.2.2")
    assert task["name"] == "Underground build: plow, trench, duct, section 2"
    assert (row(crossed, "A001-3.4")["section_id"], row(crossed, "A001-3.4")["wbs"]) == ("A001-S3", "2.3.4")


def test_sections_know_their_meters_and_days(crossed):
    sections = crossed.sections.set_index("section_id")
    assert sections["length_m"].to_list() == [8000.0, 1000.0, 3000.0]
    assert sections.loc["A001-S3", "start"] == row(crossed, "A001-3.4")["start"]
    assert sections.loc["A001-S2", "finish"] == row(crossed, "A001-3.8-S2")["finish"]


def test_each_section_has_its_own_call_before_digging():
    arguments = program((2027,), [("p1", "RAIL", "A001", 400), ("p2", "DIG", "A001", 3)])
    book = arguments["rulebook"]
    dig = book.permit_rules[0].model_copy(update={"rule_id": "DIG", "blocks": "dig"})
    table = arguments["permits"].table.assign(
        span_ids=["A001-trench", "A001-plow,A001-trench"], blocks=["buried", "dig"], fee=[0.0, 10.0]
    )
    book = replace(book, permit_rules=(*book.permit_rules, dig))
    schedule = schedule_build(**arguments | {"permits": Permits(table, ()), "rulebook": book})
    assert links_into(schedule, "permit-p2-A001-S2") == {"A001-2.6-S2"}
    assert "permit-p2-A001-S1" in links_into(schedule, "A001-3.2-S1")
    assert "permit-p2-A001-S2" not in links_into(schedule, "A001-3.2-S1")
    cents = np.rint(schedule.tasks["cost"].to_numpy() * 100).sum()
    assert cents == np.rint(arguments["cost"].base * 100)

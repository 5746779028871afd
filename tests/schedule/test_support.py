"""Install crews that the support desk keeps up with: three areas of one year, 30 orders each, three crews of 3 a day.

ample desk     A001 |====|           a desk for one crew   A001 |====|
               A002 |====|                                 A002      |====|
               A003 |====|                                 A003           |====|
"""

from collections import Counter
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from expansion.errors import InfeasibleError
from expansion.schedule import offer_crew_days, schedule_build
from tests.schedule.checker import Checker
from tests.schedule.programs import program, rules, study_of

YEARS = (2027, 2027, 2027)


def built(**engineering):
    book = rules().with_engineering(engineering)
    return schedule_build(**program(YEARS, []) | {"rulebook": book})


def installs(schedule):
    tasks = schedule.tasks.set_index("task_id")
    return tasks.loc[[f"A{number:03d}-5.2" for number in (1, 2, 3)]]


def customers_by_week(tasks):
    """New customers per calendar week, an area's 30 orders spread evenly over its days of work."""
    weeks = Counter()
    for start, finish, days in zip(tasks["start"], tasks["finish"], tasks["duration_days"], strict=True):
        for day in pd.bdate_range(start, finish):
            weeks[day.isocalendar()[:2]] += 30 / days
    return weeks


@pytest.fixture(scope="module")
def ample():
    return installs(built())


# An agent closes 15 tickets a day, a customer makes 2: with 4 tickets 3.75 customers a day, one crew of 3.
def test_a_small_desk_moves_installs_behind_one_another_and_no_week_exceeds_it(ample):
    tight = installs(built(support_agents=1, support_tickets=4))
    assert tight["finish"].max() > ample["finish"].max()
    assert max(customers_by_week(ample).values()) > 5 * 3.75 >= max(customers_by_week(tight).values())
    turns = sorted(zip(tight["start"], tight["finish"], strict=True))
    assert all(first[1] < then[0] for first, then in pairwise(turns))


def test_a_desk_below_one_crew_slows_that_crew_down(ample):
    slow = installs(built(support_agents=1, support_tickets=10))
    assert set(ample["duration_days"]) == {10}
    assert set(slow["duration_days"]) == {20}
    assert max(customers_by_week(slow).values()) <= 5 * 1.5


def test_a_desk_with_room_for_all_crews_or_without_tickets_changes_nothing(ample):
    for desk in ({"support_agents": 2, "support_tickets": 3}, {"support_tickets": 0}):
        pd.testing.assert_frame_equal(installs(built(**desk)), ample)


def test_crews_beyond_the_desk_are_not_called_and_what_is_left_is_a_true_schedule():
    book = rules().with_engineering({"support_agents": 1, "support_tickets": 4})
    study = study_of(schedule={"crews": [{"kind": "install", "count": 1}]})
    schedule = schedule_build(**program(YEARS, []) | {"rulebook": book})
    assert schedule.resources.set_index("resource_id").loc["install", ["count", "peak"]].to_list() == [1, 1]
    assert Checker(study, schedule).breaches() == []
    days = [offer_crew_days(*case, [2028])["install", 2028] for case in ((study_of(), book), (study_of(), rules()))]
    assert np.isclose(days[1], 3 * days[0])


def test_a_desk_that_takes_nobody_on_is_named():
    with pytest.raises(InfeasibleError, match="support_agents") as caught:
        built(support_agents=0)
    assert caught.value.code == "E_SUPPORT"

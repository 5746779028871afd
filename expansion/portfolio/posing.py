"""Put benefit, money, people, rules and floors of a study together as one problem."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from expansion.choosing import Floor as AskedFloor
from expansion.choosing import Milestone
from expansion.errors import StudyError
from expansion.plan.findings import Finding
from expansion.plan.graph import FloatArray, IntArray
from expansion.plan.plan import Areas, Cost, Eligibility, Network, Portfolio
from expansion.plan.selection import Prospects
from expansion.portfolio.budgets import build_years, set_limits
from expansion.portfolio.criteria import Worth, weigh_areas
from expansion.portfolio.initiatives import Programs, read_initiatives
from expansion.portfolio.limits import NOBODY, Floor, People
from expansion.portfolio.money import padded, separate_costs
from expansion.portfolio.problem import Problem
from expansion.portfolio.wishes import read_rules
from expansion.rulebook import Rulebook
from expansion.study import Study

MICRO, MILLI, CENT = 1_000_000, 1_000, 100
"""Benefit, days and money as whole numbers."""


@dataclass(frozen=True, slots=True)
class Posed:
    """The problem, what there is to say about it, and what it was made of."""

    problem: Problem
    notes: list[Finding]
    worth: Worth
    programs: Programs


def pose(
    study: Study,
    rulebook: Rulebook,
    areas: Areas,
    eligibility: Eligibility,
    network: Network,
    cost: Cost,
    only: tuple[str, ...],
    prospects: Prospects | None,
    near: Portfolio | None = None,
) -> Posed:
    """Pose the choice; parameters as for `choose_areas`."""
    names = tuple(str(name) for name in areas.table["area_id"])
    worth = weigh_areas(study, rulebook, areas, eligibility, network, prospects)
    years = build_years(study)
    workdays = min((study.schedule.calendar.days_in(year) for year in years), default=1)
    programs = read_initiatives(study.portfolio.initiatives, names, len(years), workdays)
    items = (*names, *(row.id for row in programs.rows))
    rules = read_rules(study.portfolio, items, padded(network.area_parent, len(items)), only, programs.links)
    costs = replace(
        separate_costs(areas, network, cost, near.year if near else None), yearly=programs.yearly, runs=programs.runs
    )
    limits, notes = set_limits(study, costs, rules)
    benefit = np.append(worth.benefit, [row.benefit for row in programs.rows])
    people = _people(study, programs, len(names), years, prospects)
    floors = (*_floors(study, worth, programs, years), *_milestones(study, worth, programs, years))
    weight = year_weights(rulebook, limits.years)
    return Posed(Problem(benefit, weight, costs, rules, limits, people, floors), notes, worth, programs)


def year_weights(rulebook: Rulebook, years: Sequence[int]) -> FloatArray:
    """Worth of a benefit in each year over that in the first.

    Raises
    ------
    StudyError
        ``E_RULE_ROW`` where a year of waiting would take off more than there is.
    """
    lost = rulebook.engineering_value("waiting_discount")
    if lost > 1:
        raise StudyError(
            f"a year of waiting cannot take off {lost:g} of a benefit", code="E_RULE_ROW",
            where=["network.engineering.waiting_discount"], hint="give a share from 0 to 1",
        )  # fmt: skip
    return np.array([(1.0 - lost) ** (year - years[0]) for year in years])


def _people(study: Study, programs: Programs, areas: int, years: Sequence[int], prospects: Prospects | None) -> People:
    """Set the days that areas and initiatives take against those that crews and staff have."""
    rules = study.portfolio
    offered: dict[str, list[float]] = {role: [days] * len(years) for role, days in sorted(rules.staff.items())}
    taken: dict[str, FloatArray] = {}
    if rules.crew_share is not None and prospects is not None:
        for kind in sorted(prospects.crew_days):
            taken[kind] = prospects.crew_days[kind]
            offered[kind] = [rules.crew_share * prospects.offered.get((kind, year), 0.0) for year in years]
    if not offered:
        return NOBODY
    kinds, none = tuple(sorted(offered)), np.zeros(areas)
    columns = [np.append(taken.get(kind, none), [row.staff.get(kind, 0.0) for row in programs.rows]) for kind in kinds]
    return People(
        kinds,
        np.ceil(np.round(np.array(columns).T * MILLI, 6)).astype(np.int64).reshape(areas + len(programs.rows), -1),
        np.floor(np.round(np.array([offered[kind] for kind in kinds]) * MILLI, 6)).astype(np.int64),
    )


def _last_year(years: Sequence[int], by: int | None) -> int:
    """Index of the last build year that has ended with the year `by`; -1 for none."""
    return len(years) - 1 if by is None else sum(year <= by for year in years) - 1


def _floors(study: Study, worth: Worth, programs: Programs, years: Sequence[int]) -> list[Floor]:
    """Read the study's floors."""
    return [_floor(floor, study, worth, programs, years) for floor in study.portfolio.floors]


def _floor(asked: AskedFloor, study: Study, worth: Worth, programs: Programs, years: Sequence[int]) -> Floor:
    """Turn a floor into whole amounts per item; benefit counts initiatives, before waiting is taken off."""
    scale = {"benefit": MICRO, "locations": 1, "npv": CENT}[asked.measure]
    none = np.zeros(len(programs.rows))
    values = {
        "benefit": np.append(worth.benefit, [row.benefit for row in programs.rows]),
        "locations": np.append(worth.measures["locations"], none),
        "npv": np.append(worth.measures.get("npv", np.zeros(len(worth.benefit))), none),
    }[asked.measure]
    unit = f" {study.study.currency}" if asked.measure == "npv" else ""
    by = f" by the end of {asked.by}" if asked.by else ""
    name = f"the floor of {asked.least:,.10g}{unit} {asked.measure}{by}"
    return Floor(name, _whole(values * scale), _last_year(years, asked.by), math.ceil(round(asked.least * scale, 6)))


def _milestones(study: Study, worth: Worth, programs: Programs, years: Sequence[int]) -> list[Floor]:
    """Turn the milestones of the grant into floors."""
    homes = _whole(np.append(worth.measures["locations"], np.zeros(len(programs.rows))))
    found = []
    for asked in milestones(study):
        name = f"the milestone of {asked.share:.10g} of {asked.of} locations by {asked.by.isoformat()}"
        share = math.ceil(round(asked.share * MICRO, 6))
        least = -(-share * int(homes.sum()) // MICRO) if asked.of == "eligible" else 0
        year = _last_year(years, asked.by.year if (asked.by.month, asked.by.day) == (12, 31) else asked.by.year - 1)
        found.append(Floor(name, homes, year, least, 0 if asked.of == "eligible" else share))
    return found


def milestones(study: Study) -> list[Milestone]:
    """Milestones in the order of their days."""
    return sorted(study.portfolio.milestones, key=lambda row: (row.by, row.share, row.of))


def _whole(values: FloatArray) -> IntArray:
    return np.rint(values).astype(np.int64)

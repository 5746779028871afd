"""The business case of a plan: cash flow per area and year, and what it is worth."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.cost.business.facts import AreaFacts, gather_facts
from expansion.cost.business.flows import IN, OUT, Flows, make_flows
from expansion.cost.business.spread import draw_worth
from expansion.cost.business.terms import SCALARS, Terms, find_terms, foreign_money, general_terms
from expansion.cost.business.worth import break_even, discount, discount_factors, equal_grant, grant_needed, weigh
from expansion.errors import StudyError
from expansion.plan.business import BUSINESS, BUSINESS_AREAS, FLOWS, Business, Together, no_business
from expansion.plan.findings import Finding, find, ordered
from expansion.plan.plan import Areas, Cost, Draws, Eligibility, Network, Permits, Portfolio, Schedule
from expansion.plan.selection import PROSPECTS
from expansion.rulebook import Rulebook
from expansion.study import Study
from expansion.wording import meant

logger = logging.getLogger(__name__)
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Case:
    """Flows of all areas in whole cents, and what breaks even.

    `cents` holds by name of `FLOWS` arrays of shape (areas, years). `what_if` holds per area the present value where no
    unit orders, where all do, where service is free, and where a month of it costs 1.
    """

    facts: AreaFacts
    terms: Terms
    flows: Flows
    factors: FloatArray
    cents: dict[str, IntArray]
    discounted: IntArray
    needed: IntArray
    what_if: dict[str, FloatArray]


def judge_business(
    study: Study, rulebook: Rulebook, areas: Areas, eligibility: Eligibility, portfolio: Portfolio, network: Network,
    permits: Permits, cost: Cost, schedule: Schedule, draws: Draws,
) -> Business:  # fmt: skip
    """Judge the chosen areas as a business.

    Parameters
    ----------
    study
        `[business]` and the first year; what it leaves out is in the rule book.
    rulebook
        Rows of business.csv.
    areas, eligibility, portfolio, network, permits, cost
        The chosen areas, their units by technology, build years, rents of permits and bill.
    schedule
        Days of acceptance, from which customers order.
    draws
        Common factors, which move the capital.

    Returns
    -------
    Business
        Sums add to the cent. Nothing chosen, or assumptions in another currency (``W_BUSINESS_CURRENCY``), give an
        empty case.

    Raises
    ------
    StudyError
        ``E_AREA_UNKNOWN`` for a grant of no area, ``E_BUSINESS_TERMS`` as `find_terms`.
    """
    _require_areas(study, areas)
    years = portfolio.year[portfolio.year >= 0]
    terms = find_terms(study, rulebook, min([study.study.start.year, *years.tolist()]))
    told = _told(terms)
    foreign = foreign_money(study, rulebook)
    if foreign or not len(years):
        return no_business(told, _foreign_finding(foreign, rulebook, study) if foreign else ())
    facts = gather_facts(areas, eligibility, portfolio, network, cost, schedule, permits)
    case = _make_case(facts, terms)
    phases = [(int(phase), int(facts.year[facts.phase == phase].min())) for phase in np.unique(facts.phase)]
    whole = _judge(case, np.arange(len(facts.ids)))
    levels = draw_worth(facts, terms, case.flows, case.factors, cost.bom, rulebook, draws, study.study.seed)
    logger.info("business: %d areas, npv %.2f", len(facts.ids), whole.worth.npv)
    return Business(
        table=_table(case),
        per_area=_per_area(case),
        terms=told,
        whole=whole,
        phases=tuple((phase, year, _judge(case, np.nonzero(facts.phase == phase)[0])) for phase, year in phases),
        npv_levels=levels,
        findings=ordered(_findings(study, rulebook, facts)),
    )


def expect_worth(
    study: Study, rulebook: Rulebook, areas: Areas, eligibility: Eligibility, portfolio: Portfolio, network: Network,
    permits: Permits, cost: Cost, schedule: Schedule,
) -> pd.DataFrame:  # fmt: skip
    """Value every area as a business before any is chosen, as if each were built in the first year.

    Parameters
    ----------
    study, rulebook, areas, eligibility, network, permits, cost
        As for `judge_business`, of the candidates; shared feeder stands with the area that it is charged to.
    portfolio
        Every area in the first year.
    schedule
        Without tasks: an area is accepted at the end of its year.

    Returns
    -------
    DataFrame
        After `PROSPECTS`, a row per area in the order of `areas`, in the study's currency; worth 0 where the
        assumptions are in another, and no anchors.
    """
    facts = gather_facts(areas, eligibility, portfolio, network, cost, schedule, permits)
    worth = np.zeros(len(facts.ids))
    if len(worth) and not foreign_money(study, rulebook):
        terms = find_terms(study, rulebook, study.study.start.year)
        flows = make_flows(facts, terms)
        factors = discount_factors(flows.years, terms.discount_rate, terms.base_year, terms.discounting)
        worth = np.round((flows.net() * factors).sum(axis=1) / 100, 2)
    columns: dict[str, Any] = {
        "area_id": np.array(facts.ids, dtype=object), "wired_units": facts.wired, "wireless_units": facts.wireless,
        "cost_to_pass": facts.to_pass / 100, "cost_to_connect": facts.to_connect / 100,
        "cost_electronics": facts.electronics / 100, "cost_customer": facts.customer / 100, "poles": facts.poles,
        "permit_rent_year": facts.permit_rent / 100, "anchors": np.zeros(len(worth), dtype=np.int64), "npv": worth,
    }  # fmt: skip
    row = {name: place for place, name in enumerate(facts.ids)}
    order = np.array([row[str(name)] for name in areas.table["area_id"]], dtype=np.int64)
    return PROSPECTS.build({name: values[order] for name, values in columns.items()})


def _require_areas(study: Study, areas: Areas) -> None:
    """Refuse grants of areas that the study does not have."""
    known = set(areas.table["area_id"])
    strays = [grant.area for grant in study.business.grants if grant.area not in known]
    if strays:
        hint = meant(strays[0], known) or "expansion show --json lists the areas of a plan"
        raise StudyError("business.grants names unknown areas", code="E_AREA_UNKNOWN", where=strays, hint=hint)


def _make_case(facts: AreaFacts, terms: Terms) -> Case:
    """Lay the flows out and round them to cents."""
    flows = make_flows(facts, terms)
    factors = discount_factors(flows.years, terms.discount_rate, terms.base_year, terms.discounting)
    cents = {name: np.rint(values).astype(np.int64) for name, values in flows.money.items()}
    cents["net"] = np.sum([cents[name] for name in IN], axis=0) - np.sum([cents[name] for name in OUT], axis=0)
    own = cents["net"] - cents["subsidy"]
    built = facts.year - flows.years[0]
    needed = [grant_needed(row, factors, int(year)) for row, year in zip(own, built, strict=True)]
    changed = {
        "no take": replace(terms, take_rate=0.0), "all take": replace(terms, take_rate=1.0),
        "no price": replace(terms, arpu_per_month=0.0), "price": replace(terms, arpu_per_month=1.0),
    }  # fmt: skip
    what_if = {name: (make_flows(facts, one).net() * factors).sum(axis=1) for name, one in changed.items()}
    return Case(facts, terms, flows, factors, cents, discount(cents["net"], factors), np.array(needed), what_if)


def _judge(case: Case, rows: IntArray) -> Together:
    """Judge some areas as one."""
    facts, flows = case.facts, case.flows
    net, discounted = case.cents["net"][rows].sum(axis=0), case.discounted[rows].sum(axis=0)
    first = int(facts.year[rows].min() - flows.years[0])
    last = int(facts.year[rows].max() - flows.years[0]) + case.terms.horizon_years
    ungranted = discount(case.cents["net"][rows] - case.cents["subsidy"][rows], case.factors)
    built = case.factors[facts.year[rows] - flows.years[0]]
    take, price = _break_evens(case, rows)
    return Together(
        worth=weigh(net[first:last], discounted[first:last]),
        flows={name: int(case.cents[name][rows].sum()) / 100 for name in FLOWS},
        passed=int(facts.units[rows].sum()),
        connected=round(float(flows.connected[rows].max(axis=1).sum()), 3),
        locations=int(facts.locations[rows].sum()),
        areas=len(rows),
        areas_paying=int((case.discounted[rows].sum(axis=1) >= 0).sum()),
        needed=int(case.needed[rows].sum()) / 100,
        pooled=equal_grant(int(ungranted.sum()), facts.locations[rows], built) / 100,
        break_even_take_rate=take,
        break_even_arpu=price,
    )


def _break_evens(case: Case, rows: IntArray) -> tuple[float | None, float | None]:
    """Take rate and monthly revenue with which some areas together are worth 0."""
    none, every, free, priced = (
        float(case.what_if[name][rows].sum()) for name in ("no take", "all take", "no price", "price")
    )
    take, price = break_even(none, every, 1.0), break_even(free, priced)
    return None if take is None else round(take, 6), None if price is None else round(price, 2)


def _table(case: Case) -> pd.DataFrame:
    """List the flows of every area over its years."""
    facts, flows = case.facts, case.flows
    row, column = np.nonzero(flows.inside)
    ready = flows.years[None, :] + 1.0 >= facts.accepted[:, None]
    columns: dict[str, object] = {
        "area_id": np.array(facts.ids, dtype=object)[row],
        "year": flows.years[column],
        "passed": (facts.units[:, None] * ready)[row, column],
        "connected": flows.connected[row, column],
        "subscribers": flows.subscribers[row, column],
        "pole_rental": np.rint(flows.pole_rental)[row, column] / 100,
        "permit_rent": np.rint(flows.permit_rent)[row, column] / 100,
        "discounted": case.discounted[row, column] / 100,
    }
    columns |= {name: case.cents[name][row, column] / 100 for name in FLOWS}
    return BUSINESS.build(columns)


def _per_area(case: Case) -> pd.DataFrame:
    """List what each area is worth."""
    facts = case.facts
    each = [_judge(case, np.array([row])) for row in range(len(facts.ids))]
    columns: dict[str, object] = {
        "area_id": list(facts.ids), "phase": facts.phase, "locations": facts.locations, "units": facts.units,
        "accepted": list(facts.accepted_day),
        "npv": [one.worth.npv for one in each],
        "irr": _numbers(one.worth.irr for one in each),
        "irr_reason": [one.worth.irr_reason or None for one in each],
        "payback_years": _numbers(one.worth.payback_years for one in each),
        "discounted_payback_years": _numbers(one.worth.discounted_payback_years for one in each),
        "subsidy": [one.flows["subsidy"] for one in each],
        "subsidy_needed": case.needed / 100,
        "subsidy_needed_per_location": np.round(case.needed / np.maximum(facts.locations, 1)) / 100,
        "break_even_take_rate": _numbers(one.break_even_take_rate for one in each),
        "break_even_arpu": _numbers(one.break_even_arpu for one in each),
    }  # fmt: skip
    return BUSINESS_AREAS.build(columns)


def _numbers(values: Any) -> FloatArray:
    """Make numbers of values that may be unknown."""
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _told(terms: Terms) -> dict[str, Any]:
    """Write the assumptions for plan.json."""
    values = {name: round(getattr(terms, name), 6) for name in SCALARS}
    return values | {
        "base_year": terms.base_year, "price_year": terms.price_year, "take_curve": list(terms.curve),
        "discounting": terms.discounting, "terminal_value_kind": terms.terminal_value,
    }  # fmt: skip


def _foreign_finding(foreign: Sequence[str], rulebook: Rulebook, study: Study) -> tuple[Finding, ...]:
    """Say that there is no business case, for its money would be of two currencies."""
    theirs = sorted({row.currency for row in rulebook.business} - {""})
    words = f"no business case: these assumptions are in {', '.join(theirs)}, the study counts in"
    return (
        find(
            "W_BUSINESS_CURRENCY", "warning", f"{words} {study.study.currency}", foreign,
            repair=f"give them in {study.study.currency} under [business]",
        ),
    )  # fmt: skip


def _findings(study: Study, rulebook: Rulebook, facts: AreaFacts) -> list[Finding]:
    """Say what the case rests on, and which grants nobody gets."""
    found = []
    general = general_terms(study, rulebook)
    if general:
        words = "the business case rests on planning values (status GENERAL)"
        repair = "give your own under [business]; expansion rates show lists them"
        found.append(find("W_BUSINESS_GENERAL", "info", words, general, repair=repair))
    idle = sorted(grant.area for grant in study.business.grants if grant.area not in facts.ids)
    if idle:
        found.append(find("W_GRANT_UNUSED", "warning", "grants of areas that are not chosen are not counted", idle))
    return found

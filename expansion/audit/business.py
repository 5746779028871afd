"""Check the business case: every flow, present values, rates of return, paybacks, grants, break-even points."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np

from expansion.audit.cash import FLOWS, SIGNS, area_facts, area_rows, assumptions, foreign
from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.returns import Series, check_worth, factor
from expansion.audit.worth_drawn import draw_worth

_CENT = 0.011  # two ways of rounding may differ by one
_PER_FLOW = (*FLOWS, "net")


def check_business(saved: SavedPlan) -> Check:
    """Check the tables `business` and `business_areas`, and `business` of plan.json."""
    ledger = Ledger("business")
    told, facts, case = assumptions(saved), area_facts(saved), saved.document["business"]
    _check_terms(ledger, case, told)
    if foreign(saved) or not facts:
        ledger.equal(len(saved.table("business")) + len(saved.table("business_areas")), 0, "rows without a case")
        ledger.that(case["npv"] is None, "a present value of nothing")
        return ledger.close()
    flows = {name: area_rows(name, area, told) for name, area in sorted(facts.items())}
    if not _check_rows(ledger, saved, flows):
        return ledger.close()
    nets, discounted = _series(ledger, saved, told)
    _check_areas(ledger, saved, facts, told, nets, discounted)
    for label, part, members in _groups(case, facts):
        _check_together(ledger, label, part, members, saved, told, nets, discounted, facts)
    _check_spread(ledger, saved, facts, told, flows, case)
    return ledger.close()


def _check_terms(ledger: Ledger, case: dict[str, Any], told: dict[str, Any]) -> None:
    """Compare the assumptions that plan.json states with the study and the rule book."""
    for name in sorted(set(case) & set(told) - {"terminal_value"}):
        ledger.equal(case[name], told[name], f"business.{name}", 1e-6)
    ledger.equal(case["take_curve"], told["curve"], "business.take_curve")
    ledger.equal(case["terminal_value_kind"], told["terminal_value"], "business.terminal_value_kind")


def _check_rows(ledger: Ledger, saved: SavedPlan, flows: dict[str, dict[int, dict[str, float]]]) -> bool:
    """Compare every row of the table with the recomputed one, and its sum with its parts; say whether all are there."""
    table = saved.table("business")
    places = list(zip(texts(table, "area_id"), integers(table, "year").tolist(), strict=True))
    names = [f"{area} {year}" for area, year in places]
    asked = [(area, year) for area, years in flows.items() for year in years]
    if not ledger.that(sorted(places) == sorted(asked), "business holds other areas or years than the plan builds"):
        return False
    for column in ("passed", "connected", "subscribers"):
        found = np.array([flows[area][year][column] for area, year in places])
        ledger.none(
            ~(np.abs(numbers(table, column) - found) <= 2e-6), names, f"business.{column} is not that recomputed"
        )
    for column in ("pole_rental", "permit_rent", *FLOWS):
        found = np.array([flows[area][year][column] for area, year in places]) / 100
        off = ~(np.abs(numbers(table, column) - found) <= _CENT)
        ledger.none(off, names, f"business.{column} is not that recomputed")
    parts = sum(sign * np.round(100 * numbers(table, name)) for sign, name in zip(SIGNS, FLOWS, strict=True))
    ledger.none(np.round(100 * numbers(table, "net")) != parts, names, "business.net is not the sum of its row")
    return True


def _series(ledger: Ledger, saved: SavedPlan, told: dict[str, Any]) -> tuple[dict[str, Series], dict[str, Series]]:
    """Gather net and discounted cents per area and year, and check the discounting."""
    table = saved.table("business")
    nets: dict[str, Series] = defaultdict(dict)
    discounted: dict[str, Series] = defaultdict(dict)
    rows = zip(
        texts(table, "area_id"), integers(table, "year").tolist(), numbers(table, "net"), numbers(table, "discounted"),
        strict=True,
    )  # fmt: skip
    wrong = []
    for area, year, net, now in rows:
        nets[area][year], discounted[area][year] = round(100 * net), round(100 * now)
        if abs(round(100 * net) * factor(told, year) - round(100 * now)) > 0.5 + 1e-3:
            wrong.append(f"{area} {year}")
    ledger.nothing(wrong, "business.discounted is not net discounted", len(table))
    return nets, discounted


def _check_areas(
    ledger: Ledger, saved: SavedPlan, facts: dict[str, Any], told: dict[str, Any], nets: dict[str, Series],
    discounted: dict[str, Series],
) -> None:  # fmt: skip
    """Check what each area is said to be worth, here and in the areas table."""
    table = saved.table("business_areas")
    ids = texts(table, "area_id")
    ledger.equal(sorted(ids), sorted(facts), "areas that are judged")
    for row, name in enumerate(ids):
        if name not in facts:
            continue
        told_row = {column: table[column].iloc[row] for column in table.columns}
        one = {key: None if _is_empty(value) else value for key, value in told_row.items()}
        check_worth(ledger, f"business of {name}", one, nets[name], discounted[name])
        ledger.equal(one["accepted"], facts[name]["accepted"], f"acceptance of {name}")
        ledger.equal(one["units"], facts[name]["wired"] + facts[name]["wireless"], f"units of {name}")
        _check_needed(ledger, name, one, saved, told, facts[name])
        _check_break_even(ledger, f"business of {name}", one, [name], told, facts)
    areas = saved.table("areas")
    for column in ("npv", "subsidy_needed", "payback_years"):
        shown = dict(zip(texts(areas, "area_id"), numbers(areas, column).tolist(), strict=True))
        known = dict(zip(ids, numbers(table, column).tolist(), strict=True))
        wrong = [name for name, value in shown.items() if not _same(value, known.get(name, math.nan))]
        ledger.nothing(wrong, f"areas.{column} is not that of business_areas", len(shown))


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or type(value).__name__ == "NAType"


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _check_needed(
    ledger: Ledger, name: str, one: dict[str, Any], saved: SavedPlan, told: dict[str, Any], area: dict[str, Any]
) -> None:
    """Check that the grant needed brings the area to 0 to the cent, and is 0 only where nothing is needed."""
    own = _ungranted(saved)[name]
    grant = round(100 * one["subsidy_needed"])
    with_grant = own | {area["year"]: own[area["year"]] + grant}
    worth, least = (
        sum(round(value * factor(told, year)) for year, value in flows.items()) for flows in (with_grant, own)
    )
    ledger.that(
        abs(worth) <= 1 if grant else least >= 0, f"business of {name}: the grant needed leaves {worth / 100:.2f}"
    )
    each = one["subsidy_needed"] / area["locations"]
    ledger.equal(one["subsidy_needed_per_location"], each, f"grant per location of {name}", 0.0051)


def _ungranted(saved: SavedPlan) -> dict[str, Series]:
    """Net without grants, in cents per area and year."""

    def make(plan: SavedPlan) -> dict[str, Series]:
        table = plan.table("business")
        found: dict[str, Series] = defaultdict(dict)
        rows = zip(
            texts(table, "area_id"), integers(table, "year").tolist(), numbers(table, "net"),
            numbers(table, "subsidy"), strict=True,
        )  # fmt: skip
        for area, year, net, subsidy in rows:
            found[area][year] = round(100 * net) - round(100 * subsidy)
        return found

    return dict(saved.once("business without grants", make))


def _groups(case: dict[str, Any], facts: dict[str, Any]) -> list[tuple[str, dict[str, Any], list[str]]]:
    """List the figures of plan.json on several areas, with those areas."""
    phases = [
        (f"business of phase {part['phase']}", part, [n for n, area in facts.items() if area["phase"] == part["phase"]])
        for part in case["phases"]
    ]
    return [("business", case, list(facts)), *phases]


def _check_together(
    ledger: Ledger, label: str, part: dict[str, Any], members: list[str], saved: SavedPlan, told: dict[str, Any],
    nets: dict[str, Series], discounted: dict[str, Series], facts: dict[str, Any],
) -> None:  # fmt: skip
    """Check the figures of several areas against the rows of the table."""
    table = saved.table("business")
    mine = np.isin(np.array(texts(table, "area_id"), dtype=object), members)
    for name in _PER_FLOW:
        summed = float(np.round(100 * numbers(table, name)[mine]).sum()) / 100
        ledger.equal(part[name], summed, f"{label}: {name}", 0.001)
    check_worth(ledger, label, part, _sum(nets, members), _sum(discounted, members))
    judged = saved.table("business_areas")
    of_mine = np.isin(np.array(texts(judged, "area_id"), dtype=object), members)
    ledger.equal(part["areas"], len(members), f"{label}: areas")
    ledger.equal(part["areas_paying"], int((numbers(judged, "npv")[of_mine] >= 0).sum()), f"{label}: areas_paying")
    ledger.equal(part["passed"], int(numbers(judged, "units")[of_mine].sum()), f"{label}: passed")
    locations = sum(facts[name]["locations"] for name in members)
    ledger.equal(part["locations"], locations, f"{label}: locations")
    needed = float(numbers(judged, "subsidy_needed")[of_mine].sum())
    ledger.equal(part["subsidy_needed"], needed, f"{label}: subsidy_needed", 0.006)
    ledger.equal(part["subsidy_needed_per_location"], needed / locations, f"{label}: grant per location", 0.006)
    _check_pooled(ledger, label, part, members, saved, told, facts)
    _check_break_even(ledger, label, part, members, told, facts)


def _sum(series: dict[str, Series], members: list[str]) -> Series:
    """Add series year by year."""
    found: Series = defaultdict(int)
    for name in members:
        for year, value in series[name].items():
            found[year] += value
    return dict(found)


def _check_pooled(
    ledger: Ledger, label: str, part: dict[str, Any], members: list[str], saved: SavedPlan, told: dict[str, Any],
    facts: dict[str, Any],
) -> None:  # fmt: skip
    """Check that an equal grant per location brings all to 0, and that a cent less does not."""
    own = _ungranted(saved)
    worth = sum(round(value * factor(told, year)) for name in members for year, value in own[name].items())
    weight = sum(facts[name]["locations"] * factor(told, facts[name]["year"]) for name in members)
    grant = round(100 * part["subsidy_pooled_per_location"])
    enough, less = worth + grant * weight, worth + (grant - 1) * weight
    ledger.that(enough >= -0.01 and (grant == 0 or less < 0.01), f"{label}: the pooled grant leaves {enough / 100:.2f}")


def _check_break_even(
    ledger: Ledger, label: str, one: dict[str, Any], members: list[str], told: dict[str, Any], facts: dict[str, Any]
) -> None:
    """Check that the case is worth about nothing where it breaks even; where it never does, that it is worth less."""

    def worth(**change: float) -> float:
        changed = told | change
        rows = ((year, row) for name in members for year, row in area_rows(name, facts[name], changed).items())
        return sum(factor(told, y) * sum(g * r[n] for g, n in zip(SIGNS, FLOWS, strict=True)) for y, r in rows)

    for key, name, digits, most in (
        ("break_even_take_rate", "take_rate", 6, 1.0), ("break_even_arpu", "arpu_per_month", 2, None),
    ):  # fmt: skip
        value, free, slope = one[key], worth(**{name: 0.0}), worth(**{name: 1.0}) - worth(**{name: 0.0})
        if value is None:
            ledger.that(slope <= 0 or (most is not None and free + slope * most < 1), f"{label}: there is a {key}")
        elif value == 0:
            ledger.that(free >= -abs(slope) * 10**-digits - 1, f"{label}: {key} 0 is not enough")
        else:
            left = free + slope * value
            ledger.that(abs(left) <= slope * 10**-digits + 1, f"{label}: {key} leaves {left / 100:.2f}")


def _check_spread(
    ledger: Ledger, saved: SavedPlan, facts: dict[str, Any], told: dict[str, Any],
    flows: dict[str, dict[int, dict[str, float]]], case: dict[str, Any],
) -> None:  # fmt: skip
    """Draw the present value again, and compare its percentiles."""
    found = draw_worth(saved, facts, told, flows, factor)
    spread = found[2] - found[0]
    for name, value in zip(("npv_p10", "npv_p50", "npv_p90"), found, strict=False):
        ledger.equal(case[name], value, f"business.{name}", 0.02 + 1e-6 * abs(spread))
    ledger.equal(case["npv_positive_share"], found[3], "business.npv_positive_share", 0.0021)

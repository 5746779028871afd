"""Recompute the yearly flows of the business case, area by area and year by year."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
from collections import defaultdict
from typing import Any

from expansion.audit.folder import SavedPlan, flags, numbers, split_ids, texts
from expansion.audit.money import TO_CONNECT
from expansion.audit.rules import rows_of, section

FLOWS = ("revenue", "opex", "capital_to_pass", "capital_to_connect", "replacement", "subsidy", "terminal_value")
SIGNS = (1, -1, -1, -1, -1, 1, 1)
WIRED, WIRELESS = ("fiber", "dsl"), ("fixed_wireless",)
Row = dict[str, float]


def assumptions(saved: SavedPlan) -> dict[str, Any]:
    """Return what the case must have assumed: the study's own values over the rule book's."""
    own, rules = section(saved, "business"), {row["parameter"]: row for row in rows_of(saved, "business")}
    found = {name: row["likely"] if own.get(name) is None else own[name] for name, row in rules.items()}
    steps = sorted((name for name in rules if name.startswith("take_curve_")), key=lambda name: int(name[11:]))
    found["curve"] = list(own["take_curve"]) or [rules[name]["likely"] for name in steps]
    areas = saved.table("areas")
    built = [int(year) for year in numbers(areas, "year")[flags(areas, "chosen")]]
    start = dt.date.fromisoformat(section(saved, "study")["start"]).year
    grants = {grant["area"]: grant["amount"] for grant in own["grants"]}
    kept = {name: own[name] for name in ("discounting", "terminal_value", "subsidy_per_location", "subsidy_share")}
    return found | kept | {
        "grants": grants, "base_year": min([start, *built]), "price_year": section(saved, "study")["price_year"],
    }  # fmt: skip


def foreign(saved: SavedPlan) -> list[str]:
    """Name the assumptions in another currency that the study does not replace."""
    own, currency = section(saved, "business"), section(saved, "study")["currency"]
    return [
        row["parameter"]
        for row in rows_of(saved, "business")
        if row["currency"] not in ("", currency) and own.get(row["parameter"]) is None
    ]


def area_facts(saved: SavedPlan) -> dict[str, dict[str, Any]]:
    """Gather per chosen area: year, phase, locations, units by kind, acceptance, bill in cents, poles."""
    areas, ready, rents = saved.table("areas"), _accepted(saved), _rents(saved)
    units, bills = _units(saved), _bills(saved)
    found = {}
    rows = zip(
        texts(areas, "area_id"), flags(areas, "chosen"), numbers(areas, "year"), numbers(areas, "phase"),
        numbers(areas, "locations"), strict=True,
    )  # fmt: skip
    for name, chosen, year, phase, locations in rows:
        if chosen:
            day = ready.get(name) or f"{int(year)}-12-31"
            found[name] = {
                "year": int(year), "phase": int(phase), "locations": int(locations), "accepted": day,
                "wired": units[name, True], "wireless": units[name, False], "rent": rents[name], **bills[name],
            }  # fmt: skip
    return found


def _rents(saved: SavedPlan) -> dict[str, int]:
    """Cents of yearly rent per area: each permit's shared alike, odd cents to the first areas."""
    permits, found = saved.table("permits"), defaultdict[str, int](int)
    for names, rent in zip(texts(permits, "area_ids"), numbers(permits, "rent_year"), strict=True):
        areas, cents = sorted(split_ids(names)), round(float(rent) * 100)
        for place, area in enumerate(areas):
            found[area] += cents // len(areas) + (place < cents % len(areas))
    return found


def _accepted(saved: SavedPlan) -> dict[str, str]:
    """Last day of quality control per area."""
    tasks, ends = saved.table("tasks"), dict[str, str]()
    for area, phase, finish in zip(
        texts(tasks, "area_id"), texts(tasks, "wbs_phase"), texts(tasks, "finish"), strict=True
    ):
        if phase == "quality control":
            ends[area] = max(finish, ends.get(area, ""))
    return ends


def _units(saved: SavedPlan) -> dict[tuple[str, bool], int]:
    """Units per area that can order a wired service, and a wireless one."""
    locations = saved.table("locations")
    found: dict[tuple[str, bool], int] = defaultdict(int)
    for area, outcome, units in zip(
        texts(locations, "area_id"), texts(locations, "outcome"), numbers(locations, "units"), strict=True
    ):
        if outcome in WIRED or outcome in WIRELESS:
            found[area, outcome in WIRED] += int(units)
    return found


def _bills(saved: SavedPlan) -> dict[str, dict[str, Any]]:
    """Cents per area to pass, to connect, of electronics and of customer equipment; poles used."""
    bom = saved.table("bom")
    found: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"pass": 0, "connect": 0, "electronics": 0, "customer": 0, "poles": 0.0}
    )
    rows = zip(
        texts(bom, "area_id"), texts(bom, "category"), numbers(bom, "cost"), strict=True,
    )  # fmt: skip
    for area, category, cost in rows:
        bill, cents = found[area], round(cost * 100)
        bill["connect" if category in TO_CONNECT else "pass"] += cents
        if category in ("electronics", "customer"):
            bill[category] += cents
    spans = saved.table("spans")
    hung = [
        placement == "aerial" and not existing
        for placement, existing in zip(texts(spans, "placement"), flags(spans, "is_existing"), strict=True)
    ]
    for area, poles, aerial in zip(texts(spans, "area_id"), numbers(spans, "pole_count"), hung, strict=True):
        if aerial:
            found[area]["poles"] += float(poles)
    return found


def moment(day: str) -> float:
    """Write the end of a day as a year and its fraction."""
    date = dt.date.fromisoformat(day)
    return date.year + date.timetuple().tm_yday / (366 if calendar.isleap(date.year) else 365)


def reached(age: float, curve: list[float]) -> float:
    """Share of the final orders at an age in years."""
    if age <= 0:
        return 0.0
    year = int(age)
    if year >= len(curve):
        return float(curve[-1])
    before = curve[year - 1] if year else 0.0
    return float(before + (age - year) * (curve[year] - before))


def averaged(first: float, last: float, curve: list[float]) -> float:
    """Integral of `reached` between two ages: exact, for it bends only at whole years."""
    marks = sorted({first, last, *(float(year) for year in range(len(curve) + 1) if first < year < last), 0.0})
    marks = [mark for mark in marks if first <= mark <= last]
    pairs = itertools.pairwise(marks)
    return sum((b - a) * (reached(a, curve) + reached(b, curve)) / 2 for a, b in pairs)


def area_rows(name: str, area: dict[str, Any], told: dict[str, Any]) -> dict[int, Row]:
    """Recompute the flows of one area: per year the columns of the table, money in cents."""
    years = range(area["year"], area["year"] + round(told["horizon_years"]))
    ready, curve, take = moment(area["accepted"]), told["curve"], told["take_rate"]
    share = {year: take * reached(year + 1 - ready, curve) for year in years}
    new = {year: share[year] - share.get(year - 1, 0.0) for year in years}
    rows = {}
    for year in years:
        mean = take * averaged(year - ready, year + 1 - ready, curve)
        rows[year] = _year(name, area, told, year, mean, share[year], new)
    rows[years[-1]]["terminal_value"] = _left(area, told, rows[years[-1]], share[years[-1]])
    return rows


def _year(
    name: str, area: dict[str, Any], told: dict[str, Any], year: int, mean: float, share: float, new: dict[int, float]
) -> Row:
    """Recompute one year of one area, its terminal value apart."""
    units, first = area["wired"] + area["wireless"], year == area["year"]
    served = round(mean * units, 6)
    prices, costs = ((1 + told[f"{kind}_growth"]) ** (year - told["price_year"]) for kind in ("arpu", "opex"))
    wired = area["wired"] / units if units else 1.0
    each = wired * told["opex_per_subscriber"] + (1 - wired) * told["opex_fixed_wireless"]
    each += 12 * told["churn_per_month"] * told["reconnect_cost"]
    rent = 100 * area["poles"] * told["pole_rental"] * costs
    granted = 100 * (told["subsidy_per_location"] * area["locations"] + told["grants"].get(name, 0.0))
    return {
        "connected": share * units, "subscribers": served, "pole_rental": rent,
        "passed": units if year + 1 >= moment(area["accepted"]) else 0,
        "revenue": 1200 * served * told["arpu_per_month"] * prices,
        "permit_rent": area["rent"] * costs,
        "opex": 100 * served * each * costs + rent + area["rent"] * costs,
        "capital_to_pass": area["pass"] * dear(told, year) if first else 0,
        "capital_to_connect": area["connect"] * dear(told, year) * new[year],
        "replacement": _again(area, told, year, new) * dear(told, year),
        "subsidy": granted + told["subsidy_share"] * area["pass"] * dear(told, year) if first else 0,
        "terminal_value": 0.0,
    }  # fmt: skip


def dear(told: dict[str, Any], year: int) -> float:
    """Price of capital in a year over that in the price year."""
    return float((1 + told["capital_growth"]) ** (year - told["price_year"]))


def _again(area: dict[str, Any], told: dict[str, Any], year: int, new: dict[int, float]) -> float:
    """Electronics and customer equipment bought again in a year."""
    life = round(told["electronics_life_years"])
    if life == 0:
        return 0.0
    age = year - int(area["accepted"][:4])
    spent = area["electronics"] if age > 0 and age % life == 0 else 0
    return float(spent + sum(area["customer"] * part for past, part in new.items() if _is_due(year - past, life)))


def _is_due(age: int, life: int) -> bool:
    return age > 0 and age % life == 0


def _left(area: dict[str, Any], told: dict[str, Any], row: Row, share: float) -> float:
    """Recompute the terminal value."""
    plant = told["plant_life_years"]
    if told["terminal_value"] == "book":
        return float(area["pass"] * dear(told, area["year"]) * max(0.0, 1 - told["horizon_years"] / plant))
    if told["terminal_value"] == "none":
        return 0.0
    short = told["electronics_life_years"] or plant
    wear = (area["pass"] - area["electronics"]) / plant
    wear += (area["electronics"] + area["customer"] * share) / short
    growth = told["arpu_growth"]
    wear *= dear(told, area["year"] + round(told["horizon_years"]) - 1)
    return float((row["revenue"] - row["opex"] - wear) * (1 + growth) / (told["discount_rate"] - growth))

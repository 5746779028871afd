"""Check what the choice knew of each area: its bill and worth as a candidate, its anchors, its crew-days."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

import numpy as np

from expansion.audit.calendars import worked_days
from expansion.audit.cash import FLOWS, SIGNS, area_rows, assumptions, foreign
from expansion.audit.crew_numbers import crews_by_day, most_crews
from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.measured_work import days_and_crews, terms_of
from expansion.audit.returns import factor
from expansion.audit.rules import rows_of, section
from expansion.audit.selection import build_years, carried_out, running_years

_CENT = 0.011
_MONEY = {
    "pass": "cost_to_pass", "connect": "cost_to_connect", "electronics": "cost_electronics",
    "customer": "cost_customer", "rent": "permit_rent_year",
}  # fmt: skip


def check_prospects(saved: SavedPlan) -> Check:
    """Check `prospects` and `prospect_days`, the benefits made of them, and the crew-days that the choice takes."""
    ledger = Ledger("prospects")
    table, areas = saved.table("prospects"), saved.table("areas")
    ids = texts(areas, "area_id")
    if ledger.that(texts(table, "area_id") == ids, "prospects are not those of the areas"):
        _check_bills(ledger, saved, table, areas)
        _check_worth(ledger, saved, table)
        _check_anchors(ledger, saved, table)
        _check_benefits(ledger, saved, table)
    _check_days(ledger, saved)
    _check_share(ledger, saved)
    return ledger.close()


def _check_bills(ledger: Ledger, saved: SavedPlan, table: Any, areas: Any) -> None:
    """Check that areas that are not built cost what they did as candidates, and units are those of the area."""
    ids, chosen = texts(areas, "area_id"), flags(areas, "chosen")
    to_pass, to_connect = numbers(table, "cost_to_pass"), numbers(table, "cost_to_connect")
    base = numbers(areas, "cost_base")
    asked = saved.document["candidates"]["areas"] == len(ids)
    off = ~(np.abs(to_pass + to_connect - base) <= _CENT)
    ledger.none(~chosen & off & asked, ids, "an area that is not built costs other than its candidate")
    for whole, part in (("cost_to_pass", "cost_electronics"), ("cost_to_connect", "cost_customer")):
        off = ~(numbers(table, part) <= numbers(table, whole) + _CENT)
        ledger.none(off, ids, f"prospects.{part} is more than {whole}")
    units = Counter[str]()
    locations = saved.table("locations")
    reached = flags(locations, "eligible") & ~np.isin(texts(locations, "outcome"), "unreachable")
    for area, count in zip(np.array(texts(locations, "area_id"))[reached], integers(locations, "units")[reached],
                           strict=True):  # fmt: skip
        units[str(area)] += int(count)
    served = integers(table, "wired_units") + integers(table, "wireless_units")
    most = np.array([units[name] for name in ids])
    ledger.none(served > most, ids, "prospects serve more units than the area has")


def _check_worth(ledger: Ledger, saved: SavedPlan, table: Any) -> None:
    """Lay out the business case of every candidate, built in the first year and accepted at its end."""
    ids, told = texts(table, "area_id"), numbers(table, "npv")
    if foreign(saved):
        ledger.none(told != 0, ids, "prospects.npv although money is of two currencies")
        return
    year = int(str(section(saved, "study")["start"])[:4])
    terms = assumptions(saved) | {"base_year": year}
    homes = dict(zip(texts(saved.table("areas"), "area_id"), integers(saved.table("areas"), "locations"), strict=True))
    columns = {key: np.round(100 * numbers(table, name)).astype(np.int64) for key, name in _MONEY.items()}
    wired, wireless = integers(table, "wired_units"), integers(table, "wireless_units")
    off = []
    for row, name in enumerate(ids):
        facts = {key: int(cents[row]) for key, cents in columns.items()} | {
            "year": year, "accepted": f"{year}-12-31", "locations": int(homes[name]),
            "wired": int(wired[row]), "wireless": int(wireless[row]), "poles": float(numbers(table, "poles")[row]),
        }  # fmt: skip
        worth = sum(
            factor(terms, when) * sum(sign * flow[part] for sign, part in zip(SIGNS, FLOWS, strict=True))
            for when, flow in area_rows(name, facts, terms).items()
        )
        off.append(not abs(worth / 100 - told[row]) <= _CENT)
    ledger.none(off, ids, "prospects.npv is not that recomputed")


def _check_anchors(ledger: Ledger, saved: SavedPlan, table: Any) -> None:
    """Count the anchor institutions of each area."""
    locations = saved.table("locations")
    kinds = {str(kind).lower() for kind in section(saved, "portfolio")["anchor_kinds"]}
    found = Counter[str]()
    columns = (texts(locations, name) for name in ("area_id", "kind", "outcome"))
    for area, kind, outcome, may in zip(*columns, flags(locations, "eligible"), strict=True):
        found[area] += bool(area and may and outcome != "unreachable" and kind.lower() in kinds)
    ids = texts(table, "area_id")
    off = [count != found[name] for name, count in zip(ids, integers(table, "anchors").tolist(), strict=True)]
    ledger.none(off, ids, "prospects.anchors are not the locations of such kinds")


def _check_benefits(ledger: Ledger, saved: SavedPlan, table: Any) -> None:
    """Compare what benefits tell of anchors and worth."""
    benefits = saved.table("benefits")
    known = {name: dict(zip(texts(table, "area_id"), numbers(table, name), strict=True)) for name in ("anchors", "npv")}
    rows = zip(*(texts(benefits, name) for name in ("area_id", "measure")), numbers(benefits, "amount"), strict=True)
    off = [
        f"{area} {measure}" for area, measure, amount in rows
        if measure in known and not abs(known[measure].get(area, np.nan) - amount) <= _CENT
    ]  # fmt: skip
    ledger.nothing(off, "benefits.amount is not that of prospects", len(benefits))


def _check_days(ledger: Ledger, saved: SavedPlan) -> None:
    """Work out the crew-days of each package from its amounts, and find each package that work asks for."""
    table = saved.table("prospect_days")
    packages = {str(row["wbs"]): row for row in rows_of(saved, "work_packages")}
    columns = [texts(table, name) for name in ("area_id", "wbs", "crew_kind", "amounts")]
    ids = [f"{area} {code}" for area, code in zip(columns[0], columns[1], strict=True)]
    ledger.that(len(set(ids)) == len(ids), "prospect_days repeats a package of an area")
    off = []
    for (_, code, kind, amounts), told in zip(zip(*columns, strict=True), numbers(table, "crew_days"), strict=True):
        package = packages.get(code)
        values = [float(one) for one in amounts.split()]
        off.append(package is None or package["crew_kind"] != kind or _crew_days(saved, package, values) != float(told))
    ledger.none(off, ids, "prospect_days.crew_days are not what the amounts ask for")
    _check_lists(ledger, saved, packages, columns)


def _check_lists(
    ledger: Ledger, saved: SavedPlan, packages: dict[str, dict[str, Any]], columns: list[list[str]]
) -> None:
    """Check that the packages of an area agree on each amount, and that none is left out which others ask for."""
    kinds, amount = most_crews(saved), dict[tuple[str, str], float]()
    listed: dict[str, set[str]] = defaultdict(set)
    split: list[str] = []
    for area, code, _, amounts in zip(*columns, strict=True):
        listed[area].add(code)
        values = [float(one) for one in amounts.split()]
        for (name, _), value in zip(terms_of(packages[code]), values, strict=True):
            if amount.setdefault((area, name), value) != value:
                split.append(f"{area} {name}")
    ledger.nothing(sorted(set(split)), "prospect_days tells two amounts of one quantity", len(amount))
    lost = [
        f"{area} {code}" for area in listed for code, row in packages.items()
        if row["crew_kind"] in kinds and row["kind"] not in ("milestone", "summary") and code not in listed[area]
        and _is_asked(row, area, amount)
    ]  # fmt: skip
    ledger.nothing(lost, "prospect_days lacks packages", len(packages))


def _crew_days(saved: SavedPlan, package: dict[str, Any], amounts: list[float]) -> float:
    """Days times crews of a package; its days alone where they are fixed."""
    if not terms_of(package):
        return float(package["duration"]) if str(package["duration"]).isdigit() else 0.0
    days, crews = days_and_crews(saved, package, amounts)
    return float(days * crews)


def _is_asked(package: dict[str, Any], area: str, amount: dict[tuple[str, str], float]) -> bool:
    """Tell whether what an area needs, as far as its other packages tell, and some quantity of this one is there."""
    terms, needs = terms_of(package), package["needs"]
    there = not needs or amount.get((area, needs), 0.0) > 0
    return there and (not terms or any(amount.get((area, name), 0.0) > 0 for name, _ in terms))


def _check_share(ledger: Ledger, saved: SavedPlan) -> None:
    """Add the crew-days of each year against the share of what crews offer, day by day."""
    share, table = section(saved, "portfolio")["crew_share"], saved.table("prospect_days")
    if share is None:
        ledger.equal(len(table), 0, "prospect_days without a share of crew-days")
        return
    taken = _taken(saved, table)
    for kind in sorted(most_crews(saved)):
        for year in build_years(saved):
            offered = share * _offered(saved, kind, year)
            days = taken[kind, year]
            ledger.that(days <= offered + 0.01, f"{kind} crews lack days in {year}: {days:g} of {offered:g}")


def _taken(saved: SavedPlan, table: Any) -> dict[tuple[str, int], float]:
    """Crew-days per kind and year of the areas that are built in it and the initiatives that run in it."""
    areas, found = saved.table("areas"), defaultdict[tuple[str, int], float](float)
    year = {
        area: int(when) for area, when in zip(texts(areas, "area_id"), numbers(areas, "year"), strict=True)
        if not np.isnan(when)
    }  # fmt: skip
    rows = zip(texts(table, "area_id"), texts(table, "crew_kind"), numbers(table, "crew_days"), strict=True)
    for area, kind, days in rows:
        if area in year:
            found[kind, year[area]] += float(days)
    asked = {row["id"]: row["staff"] for row in section(saved, "portfolio")["initiatives"]}
    for row in carried_out(saved):
        for when in running_years(saved, row):
            for kind, days in asked.get(row["initiative_id"], {}).items():
                found[kind, when] += float(days)
    return found


def _offered(saved: SavedPlan, kind: str, year: int) -> float:
    """Days that the crews of a kind can work in a year, from the study's start on."""
    start = dt.date.fromisoformat(str(section(saved, "study")["start"]))
    first, last = max(start, dt.date(year, 1, 1)), dt.date(year, 12, 31)
    count = max((last - first).days + 1, 0)
    worked = worked_days(section(saved, "schedule")["calendar"], kind, first, count)
    before = (first - start).days
    return float((worked * crews_by_day(saved, kind, before + count)[before:]).sum())

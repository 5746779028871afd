"""Check what the choice tells beside the areas: benefits and initiatives, with money, staff and order."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from expansion.audit.calendars import worked_days
from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import engineering, section


def check_selection(saved: SavedPlan) -> Check:
    """Check benefits and initiatives."""
    ledger = Ledger("selection")
    _check_benefits(ledger, saved)
    _check_initiatives(ledger, saved)
    _check_staff(ledger, saved)
    _check_order(ledger, saved)
    return ledger.close()


def build_years(saved: SavedPlan) -> list[int]:
    """Years in which areas may be built."""
    rules, first = section(saved, "portfolio"), int(section(saved, "study")["start"][:4])
    given = sorted(row["year"] for row in rules["budgets"] if row["year"] >= first)
    return given if rules["budgets"] else list(range(first, first + rules["years"]))


def spent_on_initiatives(saved: SavedPlan) -> dict[int, float]:
    """Money of initiatives by build year."""
    found: dict[int, float] = {}
    for row in carried_out(saved):
        for year in running_years(saved, row):
            found[year] = found.get(year, 0.0) + row["cost_per_year"]
    return found


def carried_out(saved: SavedPlan) -> list[dict[str, Any]]:
    """Rows of the initiatives that are carried out."""
    table = saved.table("initiatives")
    return [row for row in table.to_dict("records") if row["chosen"]]


def running_years(saved: SavedPlan, row: dict[str, Any]) -> list[int]:
    """Build years in which an initiative runs."""
    return [year for year in build_years(saved) if year >= row["start_year"]][: int(row["years"])]


def _check_benefits(ledger: Ledger, saved: SavedPlan) -> None:
    """Add the scores of each area, and measure again what the locations tell."""
    table, areas = saved.table("benefits"), saved.table("areas")
    ids, of, measure = texts(areas, "area_id"), np.array(texts(table, "area_id"), dtype=object), texts(table, "measure")
    amount, weight, score = (numbers(table, name) for name in ("amount", "weight", "score"))
    names = [f"{area} {one}" for area, one in zip(of, texts(table, "criterion"), strict=True)]
    ledger.none(~(np.abs(amount * weight - score) <= 1e-5), names, "benefits.score is not amount times weight")
    sums = np.array([float(score[of == area].sum()) for area in ids])
    ledger.none(~(np.abs(sums - numbers(areas, "benefit")) <= 1e-4), ids, "scores do not add to areas.benefit")
    given = {row["name"]: row["weight"] for row in section(saved, "portfolio")["criteria"]}
    given = given if any(row["measure"] == "need" for row in section(saved, "portfolio")["criteria"]) else {
        "need": 1.0, **given}  # fmt: skip
    wrong = [
        name for name, criterion, told in zip(names, texts(table, "criterion"), weight, strict=True)
        if abs(told - given.get(criterion, 0.0)) > 1e-9
    ]  # fmt: skip
    ledger.nothing(wrong, "benefits.weight is not the study's", len(names))
    ledger.nothing(
        sorted(set(given) - set(texts(table, "criterion"))) if len(areas) else [], "criteria are not weighed"
    )
    found = _measured(saved, ids)
    row = {area: place for place, area in enumerate(ids)}
    off = [
        name for name, area, one, told in zip(names, of, measure, amount, strict=True)
        if one in found and abs(found[one][row[area]] - told) > 1e-5
    ]  # fmt: skip
    ledger.nothing(off, "benefits.amount is not what the locations tell", len(names))


def _measured(saved: SavedPlan, ids: list[str]) -> dict[str, Any]:
    """Measure per area what locations tell."""
    table = saved.table("locations")
    counts = flags(table, "eligible") & ~np.isin(texts(table, "outcome"), "unreachable")
    units, status = integers(table, "units") * counts, np.array(texts(table, "status"))
    of = np.array(texts(table, "area_id"), dtype=object)
    each = {name: engineering(saved, f"worth_{name}") for name in ("unserved", "underserved")}
    worth = units * np.array([each.get(name, 0.0) for name in status])

    def summed(values: Any) -> Any:
        return np.array([float(values[of == area].sum()) for area in ids])

    every, unserved = summed(units), summed(units * (status == "unserved"))
    return {
        "need": summed(worth), "locations": summed(counts), "unserved": unserved,
        "unserved_share": unserved / np.maximum(every, 1.0), "orders": every * engineering(saved, "take_rate"),
    }  # fmt: skip


def _check_initiatives(ledger: Ledger, saved: SavedPlan) -> None:
    """Compare the table with the study, and its money with the years that each runs."""
    table, years = saved.table("initiatives"), build_years(saved)
    asked = {row["id"]: row for row in section(saved, "portfolio")["initiatives"]}
    ledger.equal(sorted(texts(table, "initiative_id")), sorted(asked), "initiatives are those of the study")
    wrong = []
    for row in table.to_dict("records"):
        own = asked.get(row["initiative_id"])
        if own is None:
            continue
        run = len(running_years(saved, row)) if row["chosen"] else min(own["years"], max(len(years), 1))
        most = len([year for year in years if row["chosen"] and year >= row["start_year"]])
        told = (row["cost_per_year"], row["benefit"], row["duration_days"], row["cost"], row["years"])
        right = (own["cost_per_year"], own["benefit"], own["duration_days"],
                 own["cost_per_year"] * run if row["chosen"] else 0.0,
                 min(own["years"], most) if row["chosen"] else run)  # fmt: skip
        begins = not row["chosen"] or row["start_year"] in years
        if not begins or any(abs(a - b) > 0.006 for a, b in zip(told, right, strict=True)):
            wrong.append(row["initiative_id"])
    ledger.nothing(wrong, "initiatives differ from the study", len(table))
    ledger.none([not text.strip() for text in texts(table, "reason")], texts(table, "initiative_id"), "no reason")
    left = [row["initiative_id"] for row in table.to_dict("records") if row["must"] and not row["chosen"]]
    ledger.nothing(left, "initiatives that must be carried out are not", len(table))
    told = saved.document["portfolio"]
    ledger.equal(told["initiatives"], len(carried_out(saved)), "portfolio.initiatives")
    money = sum(row["cost"] for row in carried_out(saved))
    ledger.equal(told["initiatives_cost"], money, "portfolio.initiatives_cost", 0.006)


def _check_staff(ledger: Ledger, saved: SavedPlan) -> None:
    """Add the days of each role in each year against what the study says it has."""
    rules = section(saved, "portfolio")
    asked = {row["id"]: row for row in rules["initiatives"]}
    for role, days in sorted(rules["staff"].items()):
        for year in build_years(saved):
            taken = sum(
                asked[row["initiative_id"]]["staff"].get(role, 0.0)
                for row in carried_out(saved)
                if row["initiative_id"] in asked and year in running_years(saved, row)
            )
            ledger.that(taken <= days + 0.01 or rules["crew_share"] is not None, f"{role} lacks days in {year}")


def _check_order(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that what waits for an initiative begins no earlier, and the other way round."""
    rules, areas, years = section(saved, "portfolio"), saved.table("areas"), build_years(saved)
    begun = {
        area: years.index(int(year)) if not np.isnan(year) and int(year) in years else -1
        for area, year in zip(texts(areas, "area_id"), numbers(areas, "year"), strict=True)
    }
    used = sorted({place for place in begun.values() if place >= 0})
    begun |= {row["id"]: -1 for row in rules["initiatives"]}
    begun |= {row["initiative_id"]: years.index(int(row["start_year"])) for row in carried_out(saved)
              if int(row["start_year"]) in years}  # fmt: skip
    workdays = min((days_of_year(saved, year) for year in years), default=1)
    lag = {row["id"]: (row["duration_days"] - 1) // workdays for row in rules["initiatives"]}
    late = []
    for row in rules["initiatives"]:
        own, ready = begun[row["id"]], begun[row["id"]] + lag[row["id"]]
        for word in row["before"]:
            first = _first(word, begun, used)
            late += [f"{row['id']} before {word}"] if first >= 0 and not 0 <= own <= ready <= first else []
        for word in row["after"]:
            first = _first(word, begun, used)
            waited = own < 0 or 0 <= first <= own - lag.get(word, 0)
            late += [] if waited else [f"{row['id']} after {word}"]
    ledger.nothing(late, "initiatives are out of the order asked for", len(rules["initiatives"]))


def days_of_year(saved: SavedPlan, year: int) -> int:
    """Count the days of a year that offices work, at least one."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    rules = section(saved, "schedule")["calendar"]
    return max(int(worked_days(rules, "workdays", first, (last - first).days + 1).sum()), 1)


def _first(word: str, begun: dict[str, int], used: list[int]) -> int:
    """Index of the year in which something begins, or a phase; -1 for never."""
    if word.startswith("phase:"):
        number = int(word.removeprefix("phase:"))
        return used[number - 1] if len(used) >= number else -1
    return begun.get(word, -1)

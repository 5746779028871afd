"""Check customers by wave, targets of the review and charters against the tables that hold their figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from expansion.audit.charters import Figures, check_charters
from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.measured_work import connected, measure_work
from expansion.audit.rules import engineering
from expansion.audit.targets import check_targets


def check_papers(saved: SavedPlan) -> Check:
    """Check the papers of a plan: nothing in them that stands otherwise elsewhere."""
    ledger = Ledger("papers")
    _check_onboarding(ledger, saved)
    figures = _figures(saved) if len(saved.table("tasks")) else {}
    check_targets(ledger, saved, figures)
    check_charters(ledger, saved, figures)
    return ledger.close()


def _check_onboarding(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that everybody who is served stands in one wave, with the port and the days of it."""
    table, waves = saved.table("onboarding"), saved.table("waves")
    ids = texts(table, "location_id")
    drops, others = saved.table("drops"), saved.table("connections")
    homes = dict(zip(texts(drops, "location_id"), texts(drops, "area_id"), strict=True))
    homes |= dict(zip(texts(others, "location_id"), texts(others, "area_id"), strict=True))
    ledger.nothing(sorted(set(ids) ^ set(homes)), "customers missing, or of no connection", len(homes) + 1)
    ledger.none(
        [homes.get(name) != area for name, area in zip(ids, texts(table, "area_id"), strict=True)], ids, "areas"
    )
    names = ("marketing_start", "start", "finish", "area_id")
    days = {row[0]: row[1:] for row in zip(*(texts(waves, name) for name in ("wave_id", *names)), strict=True)}
    told = zip(*(texts(table, n) for n in ("invite_date", "install_from", "install_to", "area_id")), strict=True)
    own = texts(table, "wave_id")
    ledger.none([row != days.get(wave, row) for wave, row in zip(own, told, strict=True)], ids, "days of another wave")
    invited = dict(zip(texts(waves, "wave_id"), integers(waves, "locations").tolist(), strict=True))
    seen = Counter(wave for wave in own if wave)
    wrong = [name for name in invited if seen[name] != invited[name]]
    ledger.nothing(wrong, "waves invite other numbers than they hold", len(invited) + 1)
    _check_ports(ledger, saved, table, ids)
    _check_places(ledger, saved, table, ids)


def _check_ports(ledger: Ledger, saved: SavedPlan, table: Any, ids: list[str]) -> None:
    """Check terminal, port, line terminal and loss of those on fiber, and stations of the others."""
    paths, others = saved.table("paths"), saved.table("connections")
    columns = [texts(paths, name) for name in ("location_id", "terminal_id", "office_id")]
    figures = (integers(paths, "terminal_port"), integers(paths, "olt_port"), numbers(paths, "loss_db"))
    lit = {
        name: ("fiber", terminal, str(port), f"{office}/{olt}", round(float(loss), 3))
        for name, terminal, office, port, olt, loss in zip(*columns, *figures, strict=True)
    }
    stations = dict(
        zip(
            texts(others, "location_id"),
            zip(texts(others, "technology"), texts(others, "site_id"), strict=True),
            strict=True,
        )
    )
    cells = zip(*(texts(table, name) for name in ("technology", "site_id", "port", "olt_port")), strict=True)
    wrong = []
    for name, cell, loss in zip(ids, cells, numbers(table, "loss_db"), strict=True):
        if name in lit:
            wrong.append((*cell, round(float(loss), 3)) != lit[name])
        else:
            wrong.append(cell[:2] != stations.get(name, ("fiber", "")) or bool(cell[3]))
    ledger.none(wrong, ids, "customers on another port")


def _check_places(ledger: Ledger, saved: SavedPlan, table: Any, ids: list[str]) -> None:
    """Check units and coordinates."""
    locations = saved.table("locations")
    places = locations.geometry.to_crs(4326)
    known = {
        name: (int(units), x, y)
        for name, units, x, y in zip(
            texts(locations, "location_id"), integers(locations, "units"), places.x, places.y, strict=True
        )
    }
    figures = zip(integers(table, "units"), numbers(table, "longitude"), numbers(table, "latitude"), strict=True)
    wrong = [
        name not in known or max(abs(a - b) for a, b in zip(row, known[name], strict=True)) > 1e-6
        for name, row in zip(ids, figures, strict=True)
    ]
    ledger.none(wrong, ids, "customers elsewhere")


def _figures(saved: SavedPlan) -> dict[str, Figures]:
    """Collect the figures of each chosen area, and of the program under ""."""
    areas, found = saved.table("areas"), dict[str, Figures]()
    work, homes = measure_work(saved), connected(saved)
    columns = [numbers(areas, n) for n in ("cost_base", "cost_p80", "contingency", "locations", "cost_p50", "units")]
    gates, tasks = saved.table("gates"), saved.table("tasks")
    last: dict[str, str] = {}
    for area, finish in zip(texts(tasks, "area_id"), texts(tasks, "finish"), strict=True):
        last[area] = max(last.get(area, finish), finish)
    dates = {
        (area, gate): date
        for area, gate, date in zip(texts(gates, "area_id"), texts(gates, "gate"), texts(gates, "date"), strict=True)
    }
    for area, chosen, *row in zip(texts(areas, "area_id"), flags(areas, "chosen"), *columns, strict=True):
        if not chosen:
            continue
        base, p80, kept, locations, p50, units = (float(value) for value in row)
        found[area] = {
            "cost_base": base, "cost_p80": p80, "contingency": kept, "cost_per_location": round(base / locations, 2),
            "cost_p50": p50, "units": units, "eligible": locations, "finish": last[area],
            "route": round(work[area]["route_m"], 3), "locations": float(homes[area]),
            "orders": float(work[area]["orders"]), "take_rate": engineering(saved, "take_rate"),
            "speed_tests": 0.0, "risks_happened": 0.0,
        }  # fmt: skip
        found[area] |= {"ready": dates[area, "G3"]} if dates.get((area, "G3")) else {}
        found[area]["due"] = dates.get((area, "G4"), "")
    _add_light(saved, found)
    _add_counts(saved, found)
    _add_chances(saved, found)
    worth = saved.table("business_areas")
    for area, npv, grant in zip(
        texts(worth, "area_id"), numbers(worth, "npv"), numbers(worth, "subsidy_needed"), strict=True
    ):
        found[area] |= {"npv": float(npv), "subsidy_needed": float(grant)}
    found[""] = _program(saved, found)
    return found


def _add_light(saved: SavedPlan, found: dict[str, Figures]) -> None:
    """Add the largest loss of each area that has any light."""
    drops, paths = saved.table("drops"), saved.table("paths")
    home = dict(zip(texts(drops, "location_id"), texts(drops, "area_id"), strict=True))
    for location, loss in zip(texts(paths, "location_id"), numbers(paths, "loss_db"), strict=True):
        mine = found[home[location]]
        mine["worst_loss"] = max(float(mine.get("worst_loss", 0.0)), round(float(loss), 3))


def _add_counts(saved: SavedPlan, found: dict[str, Figures]) -> None:
    """Add checks, tickets and permits."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for name, table, column in (("checks", "quality", "quantity"), ("tickets", "waves", "tickets")):
        rows = saved.table(table)
        for area, number in zip(texts(rows, "area_id"), numbers(rows, column), strict=True):
            sums[area][name] += float(number)  # type: ignore[assignment]
    permits = saved.table("permits")
    leads: dict[str, list[int]] = defaultdict(list)
    for text, days in zip(texts(permits, "area_ids"), integers(permits, "lead_time_calendar_days"), strict=True):
        for area in split_ids(text):
            leads[area].append(int(days))
    for area, mine in found.items():
        mine |= {name: round(float(sums[area][name]), 3) for name in ("checks", "tickets")} | _waits(leads[area])


def _add_chances(saved: SavedPlan, found: dict[str, Figures]) -> None:
    """Add the speed tests that are due, and the number of risks expected to happen; of the program under ""."""
    quality, risks = saved.table("quality"), saved.table("risks")
    named = zip(texts(quality, "area_id"), texts(quality, "check_id"), numbers(quality, "quantity"), strict=True)
    for area, check, number in named:
        if check == "Q16":
            found[area]["speed_tests"] = float(found[area]["speed_tests"]) + float(number)
    for area, chance in zip(texts(risks, "area_id"), numbers(risks, "probability"), strict=True):
        if area:
            found[area]["risks_happened"] = round(float(found[area]["risks_happened"]) + float(chance), 6)


def _waits(leads: list[int]) -> Figures:
    """Tell number, mean and longest lead time of permits."""
    known: Figures = {"permits": float(len(leads))}
    if leads:
        known |= {"permit_lead_mean": round(sum(leads) / len(leads), 3), "permit_lead_max": float(max(leads))}
    return known


def _program(saved: SavedPlan, areas: dict[str, Figures]) -> Figures:
    """Collect the figures of the program from plan.json and the sums of its areas."""
    cost, network = saved.document["cost"], saved.document["network"]
    permits = saved.table("permits")
    found: Figures = {
        name: round(sum(float(mine[name]) for mine in areas.values()), 3)
        for name in ("route", "locations", "orders", "checks", "tickets", "speed_tests")
    }
    homes = sum(float(mine["eligible"]) for mine in areas.values())
    found |= _waits(integers(permits, "lead_time_calendar_days").tolist())
    found |= {
        "cost_base": cost["base"], "cost_p80": cost["p80"], "contingency": cost["contingency"],
        "cost_per_location": round(cost["base"] / homes, 2), "finish": saved.document["schedule"]["finish"],
        "due": saved.document["schedule"]["finish"], "take_rate": engineering(saved, "take_rate"),
        "risks_happened": round(float(numbers(saved.table("risks"), "probability").sum()), 3),
    }  # fmt: skip
    worth = saved.document["business"]["npv"]
    found |= {"npv": float(worth)} if worth is not None else {}
    ready = [str(mine["ready"]) for mine in areas.values() if "ready" in mine]
    found |= {"ready": max(ready)} if ready else {}
    return found | ({"worst_loss": network["worst_loss_db"]} if network["worst_loss_db"] else {})

"""Check who gets which technology: outcomes against options, speeds, distances, sites, and the curve of thresholds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import rows_of, section
from expansion.audit.stations import check_stations

TECHNOLOGIES = ("fiber", "dsl", "fixed_wireless", "satellite")
_CENT = 0.0151


def check_technology(saved: SavedPlan) -> Check:
    """Check options, outcomes, connections and the curve."""
    ledger = Ledger("technology")
    _check_options(ledger, saved)
    _check_outcomes(ledger, saved)
    _check_connections(ledger, saved)
    check_stations(ledger, saved)
    _check_decision(ledger, saved)
    _check_curve(ledger, saved)
    return ledger.close()


def measure_connections(saved: SavedPlan, amounts: Any) -> None:
    """Add what stands at customers of other technologies than fiber, per item and area."""
    table = saved.table("connections")
    equipment = {row["technology"]: row["equipment"] for row in rows_of(saved, "technologies")}
    columns = [texts(table, name) for name in ("technology", "area_id", "port")]
    for technology, area, port, units in zip(*columns, integers(table, "units"), strict=True):
        amounts[equipment[technology]][area] += int(units)
        if port:
            amounts[port][area] += int(units)
    stations = saved.table("stations")
    names = (texts(stations, "kind"), flags(stations, "is_new"), texts(stations, "area_id"))
    for kind, is_new, area, sectors in zip(*names, integers(stations, "sectors"), strict=True):
        amounts[("tower" if is_new else "tower_upgrade") if kind == "tower" else "cabinet_upgrade"][area] += 1
        amounts["backhaul_port"][area] += 1
        amounts["sector_radio"][area] += int(sectors)


def _keyed(saved: SavedPlan) -> dict[tuple[str, str], int]:
    """Row of the options per location and technology."""
    options = saved.table("options")
    pairs = zip(texts(options, "location_id"), texts(options, "technology"), strict=True)
    return {pair: row for row, pair in enumerate(pairs)}


def _check_options(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that each eligible location has each technology once, and recompute what follows from the rules."""
    options, locations = saved.table("options"), saved.table("locations")
    ids = texts(options, "option_id")
    eligible = np.array(texts(locations, "location_id"), dtype=object)[flags(locations, "eligible")]
    wanted = {(name, technology) for name in eligible for technology in TECHNOLOGIES}
    ledger.nothing(sorted(wanted ^ set(_keyed(saved))), "options are not every technology of every location", len(ids))
    available, why = flags(options, "is_available"), np.array([bool(text) for text in texts(options, "why_not")])
    ledger.none(available == why, ids, "options that are not there need a reason, and no others")
    technology = np.array(texts(options, "technology"), dtype=object)
    allowed = np.isin(technology, list(section(saved, "technology")["allow"]))
    ledger.none(available & ~allowed, ids, "options of technologies that are not allowed")
    ledger.none(flags(options, "is_best") & ~available, ids, "options that are taken and cannot be had")
    _check_served(ledger, saved, options, technology, available)
    _check_lifetime(ledger, saved, options, technology, available)


def _check_served(
    ledger: Ledger, saved: SavedPlan, options: Any, technology: NDArray[np.object_], available: NDArray[np.bool_]
) -> None:
    """Recompute which options count as served: speed, latency, and under rule bead a reliable technology."""
    demand, rules = section(saved, "demand"), {row["technology"]: row for row in rows_of(saved, "technologies")}
    code = {name: int(row["fcc_code"]) for name, row in rules.items()}
    band = section(saved, "technology")["radio_band"]
    code["fixed_wireless"] = next(int(row["fcc_code"]) for row in rows_of(saved, "radio_bands") if row["band"] == band)
    fast = numbers(options, "down_mbps") >= demand["served_down_mbps"]
    fast &= numbers(options, "up_mbps") >= demand["served_up_mbps"]
    if demand["rule"] == "bead":
        reliable = [code[name] in demand["reliable_technologies"] for name in technology]
        fast &= np.array(reliable, dtype=bool) & flags(options, "low_latency")
    if demand["dsl_counts_as_underserved"]:
        fast &= technology != "dsl"
    wrong = available & (flags(options, "meets_served") != fast)
    ledger.none(wrong, texts(options, "option_id"), "options that count as served, or do not, against the rule")


def _check_lifetime(
    ledger: Ledger, saved: SavedPlan, options: Any, technology: NDArray[np.object_], available: NDArray[np.bool_]
) -> None:
    """Recompute the cost over the years from capital, operation and replacement of equipment."""
    rules = section(saved, "technology")
    years, rate = int(rules["years"]), 1 + float(rules["discount_rate"])
    price = {row["rate_id"]: float(row["likely"]) for row in rows_of(saved, "rates")}
    units = dict(zip(texts(saved.table("locations"), "location_id"), integers(saved.table("locations"), "units"),
                     strict=True))  # fmt: skip
    count = np.array([units.get(name, 0) for name in texts(options, "location_id")], dtype=float)
    per_unit = {}
    for row in rows_of(saved, "technologies"):
        annual = sum(float(row["opex_per_year"]) / rate**year for year in range(1, years + 1))
        renewed = sum(rate**-year for year in range(int(row["equipment_years"]), years, int(row["equipment_years"])))
        per_unit[row["technology"]] = annual + renewed * price[row["equipment"]]
    running = count * np.array([per_unit[name] for name in technology])
    apart = np.abs(numbers(options, "lifetime_cost") - numbers(options, "capital") - running)
    ledger.none(available & ~(apart <= _CENT * np.maximum(count, 1)), texts(options, "option_id"),
                "lifetime_cost is not capital, operation and replacement")  # fmt: skip


def _check_outcomes(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that whoever is built for gets the option that is marked best, and that nobody has two."""
    options, locations = saved.table("options"), saved.table("locations")
    best: dict[str, list[str]] = {}
    marked = flags(options, "is_best")
    for name, technology, is_best in zip(
        texts(options, "location_id"), texts(options, "technology"), marked, strict=True
    ):
        if is_best:
            best.setdefault(name, []).append(technology)
    ledger.nothing(
        [name for name, found in best.items() if len(found) > 1], "locations with two best options", len(best)
    )
    wrong = [
        name
        for name, outcome in zip(texts(locations, "location_id"), texts(locations, "outcome"), strict=True)
        if outcome in (*TECHNOLOGIES, "none") and best.get(name, ["none"]) != [outcome]
    ]
    ledger.nothing(wrong, "outcomes that are not the best option", len(locations))


def _check_connections(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that the connections are the outcomes other than fiber, with the figures of their options."""
    table, locations = saved.table("connections"), saved.table("locations")
    ids = texts(table, "location_id")
    outcome = dict(zip(texts(locations, "location_id"), texts(locations, "outcome"), strict=True))
    wanted = sorted(name for name, told in outcome.items() if told in TECHNOLOGIES[1:])
    ledger.that(ids == wanted, "connections are not the locations with another technology than fiber")
    told = zip(ids, texts(table, "technology"), strict=True)
    ledger.none([outcome.get(name) != technology for name, technology in told], ids, "connections against outcomes")
    row_of = _keyed(saved)
    rows = [row_of.get(pair, -1) for pair in zip(ids, texts(table, "technology"), strict=True)]
    if not ledger.that(-1 not in rows, "connections without an option") or not rows:
        return
    options = saved.table("options").iloc[rows]
    for column in ("down_mbps", "up_mbps"):
        ledger.none(numbers(table, column) != numbers(options, column), ids, f"{column} is not that of the option")
    for column in ("site_id",):
        same = np.array(texts(table, column), dtype=object) == np.array(texts(options, column), dtype=object)
        ledger.none(~same, ids, f"{column} is not that of the option")
    home = locations.set_index("location_id").loc[ids]
    for column in ("area_id",):
        same = np.array(texts(table, column), dtype=object) == np.array(texts(home, column), dtype=object)
        ledger.none(~same, ids, f"{column} is not that of the location")
    ledger.none(integers(table, "units") != integers(home, "units"), ids, "units are not those of the location")


def _check_decision(ledger: Ledger, saved: SavedPlan) -> None:
    """Check the order of bounds and costs, and that under one threshold fiber lies below it and is left out above."""
    told, options = saved.document["technology_choice"], saved.table("options")
    for name in ("fiber", "others"):
        cost, bound = told[name]["cost"], told[name]["lower_bound"]
        ledger.that(bound <= cost + _CENT, f"{name}: bound {bound} over cost {cost}")
        ledger.equal(told[name]["gap"], (cost - bound) / cost if cost else 0.0, f"{name}: gap", 2e-6)
    if told["rule"] != "threshold" or "fiber" not in told["allow"] or told["fiber"]["status"] != "optimal":
        return
    is_fiber = np.array(texts(options, "technology"), dtype=object) == "fiber"
    capital, best, ids = numbers(options, "capital"), flags(options, "is_best"), texts(options, "option_id")
    limit, slack = float(told["threshold_per_location"]), max(1e-6 * float(told["fiber"]["cost"]), 0.02)
    ledger.none(is_fiber & best & ~(capital <= limit + slack), ids, "fiber beyond the threshold")
    left = is_fiber & ~best & flags(options, "is_available")
    ledger.none(left & ~(capital >= limit - slack), ids, "no fiber where it costs less than the threshold")


def _check_curve(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that fiber only grows along the curve, that rows add up, and what plan.json says of it."""
    table, told = saved.table("technology_curve"), saved.document["technology_curve"]
    ledger.equal(told["points"], len(table), "technology_curve.points")
    if not len(table):
        return
    ids, threshold = texts(table, "row_id"), numbers(table, "threshold")
    counts = {name: integers(table, name) for name in (*TECHNOLOGIES, "none")}
    every = sum(counts.values())
    ledger.that(bool((np.diff(threshold) > 0).all()), "thresholds do not rise")
    ledger.that(bool((np.diff(counts["fiber"]) >= 0).all()), "fiber falls as the threshold rises")
    ledger.that(len(np.unique(every)) == 1, "rows of the curve count different numbers of locations")
    value, fiber_cost = numbers(table, "value_cost"), numbers(table, "fiber_cost")
    left = value - fiber_cost
    fits = np.round(left / np.maximum(threshold, 1e-9))
    bad = (threshold > 0) & ~(np.abs(left - fits * threshold) <= _CENT)
    ledger.none(bad | (fits < 0), ids, "value_cost is not fiber_cost and the threshold of whole locations")
    bound = numbers(table, "lower_bound")
    ledger.none(~(bound <= value + _CENT), ids, "bounds over their cost")
    gap = np.divide(value - bound, value, out=np.zeros(len(table)), where=value > 0)
    ledger.none(~(np.abs(numbers(table, "gap") - gap) <= 2e-6), ids, "gap is not that of cost and bound")
    ledger.none(~(numbers(table, "capital") >= fiber_cost - _CENT), ids, "capital under what fiber costs")
    own = section(saved, "technology")["threshold_per_location"]
    ledger.that(bool(np.isin(own, threshold)), "the study's own threshold is not on the curve")
    for name, share in (("threshold_for_half", 0.5), ("threshold_for_all", 1.0)):
        found = threshold[counts["fiber"] >= share * every]
        ledger.equal(told[name], float(found[0]) if len(found) else None, f"technology_curve.{name}", 0.006)

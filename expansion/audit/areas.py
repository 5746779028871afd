"""Check that areas partition the demand, keep their limits, and stand in a portfolio that fits the money."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger

_OVERLAP_M2 = 1.0


def check_areas(saved: SavedPlan) -> Check:
    """Check polygons, counts and capacity of the areas."""
    ledger = Ledger("areas")
    areas = saved.table("areas")
    ids = texts(areas, "area_id")
    ledger.that(len(set(ids)) == len(ids), "area ids are not unique")
    shapes = np.asarray(areas.geometry.array, dtype=object)
    ledger.none(~shapely.is_valid(shapes) | shapely.is_empty(shapes), ids, "area polygons are not valid")
    ledger.nothing(_overlaps(shapes, ids), "area polygons overlap by 1 m2 or more", len(ids))
    _check_members(ledger, saved, areas, ids)
    _check_points(ledger, saved, dict(zip(ids, shapes, strict=True)))
    ledger.equal(saved.document["counts"]["areas"], len(ids), "counts.areas")
    ledger.equal(saved.document["counts"]["areas_chosen"], int(flags(areas, "chosen").sum()), "counts.areas_chosen")
    return ledger.close()


def _overlaps(shapes: NDArray[np.object_], ids: list[str]) -> list[str]:
    """Name the pairs of polygons that share more ground than a rounding."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    large = shapely.area(shapely.intersection(shapes[first], shapes[second])) >= _OVERLAP_M2
    return [f"{ids[a]} and {ids[b]}" for a, b in zip(first[large], second[large], strict=True)]


def _check_members(ledger: Ledger, saved: SavedPlan, areas: Any, ids: list[str]) -> None:
    """Count locations and units per area, and compare them with the largest area allowed."""
    locations = saved.table("locations")
    of, units = texts(locations, "area_id"), integers(locations, "units")
    heads = Counter(of)
    load = np.array([int(units[np.array(of, dtype=object) == area].sum()) for area in ids], dtype=np.int64)
    ledger.none(integers(areas, "locations") != [heads[area] for area in ids], ids, "areas.locations is not the count")
    ledger.none(integers(areas, "units") != load, ids, "areas.units is not the sum")
    most = int(saved.study["study"]["areas"]["max_locations"])
    excused = excused_places(saved)
    over = (load > most) & (np.array([heads[area] for area in ids]) > 1)
    ledger.none(over & [area not in excused for area in ids], ids, f"areas hold more than {most} units")


def _check_points(ledger: Ledger, saved: SavedPlan, shape_of: dict[str, Any]) -> None:
    """Every location lies on the ground of its area."""
    locations = saved.table("locations")
    ids, of = texts(locations, "location_id"), texts(locations, "area_id")
    points = np.asarray(locations.geometry.array, dtype=object)
    rows = [row for row, area in enumerate(of) if area in shape_of]
    grounds = np.array([shape_of[of[row]] for row in rows], dtype=object)
    apart = shapely.distance(points[rows], grounds) if rows else np.zeros(0)
    ledger.none(apart > 0.01, [ids[row] for row in rows], "locations lie outside their area")


def excused_places(saved: SavedPlan) -> set[str]:
    """Ids that some finding names."""
    return {str(place) for finding in saved.document["findings"] for place in finding["where"]}


def check_portfolio(saved: SavedPlan) -> Check:
    """Check choice, phases, precedence, wishes and money."""
    ledger = Ledger("portfolio")
    areas, plan = saved.table("areas"), saved.document
    rules = saved.study["study"]["portfolio"]
    chosen = flags(areas, "chosen")
    year = dict(zip(texts(areas, "area_id"), numbers(areas, "year"), strict=True))
    _check_choice(ledger, areas, chosen)
    _check_phases(ledger, plan["portfolio"], areas, chosen)
    _check_precedence(ledger, areas, year)
    _check_wishes(ledger, rules, areas, chosen, year)
    _check_budgets(ledger, rules, plan["portfolio"])
    _check_value(ledger, plan["portfolio"], areas, chosen)
    return ledger.close()


def _check_choice(ledger: Ledger, areas: Any, chosen: NDArray[np.bool_]) -> None:
    """Check that chosen areas have phase and year, others neither, and that each says why."""
    ids = texts(areas, "area_id")
    for column in ("phase", "year"):
        ledger.none(chosen == areas[column].isna().to_numpy(dtype=bool), ids, f"{column} does not fit chosen")
    ledger.none([not text.strip() for text in texts(areas, "reason")], ids, "areas without a reason")
    base, p50, p80 = (numbers(areas, f"cost_{name}") for name in ("base", "p50", "p80"))
    ledger.none(~((p50 <= p80 + 0.005) & (base >= 0)), ids, "area costs are out of order")


def _check_phases(ledger: Ledger, told: dict[str, Any], areas: Any, chosen: NDArray[np.bool_]) -> None:
    """Recompute the phases from the areas."""
    phase, year = numbers(areas, "phase"), numbers(areas, "year")
    years_of = {(p, y) for p, y in zip(phase[chosen], year[chosen], strict=True)}
    ledger.that(len(years_of) == len({p for p, _ in years_of}) == len({y for _, y in years_of}), "a phase has one year")
    ordered = sorted(years_of)
    ledger.that([y for _, y in ordered] == sorted(y for _, y in ordered), "phases do not follow the years")
    rows = {row["phase"]: row for row in told["phases"]}
    ledger.that({p for p, _ in years_of} <= set(rows), "portfolio.phases lacks a phase of some area")
    for number, row in sorted(rows.items()):
        mine = chosen & (phase == number)
        ledger.that(not mine.any() or bool((year[mine] == row["year"]).all()), f"phase {number}: year differs")
        ledger.equal(row["areas"], int(mine.sum()), f"phase {number}: areas")
        ledger.equal(row["locations"], int(integers(areas, "locations")[mine].sum()), f"phase {number}: locations")
        ledger.equal(row["cost"], float(numbers(areas, "cost_base")[mine].sum()), f"phase {number}: cost", 0.006)


def _check_precedence(ledger: Ledger, areas: Any, year: dict[str, float]) -> None:
    """Check that a parent is built no later than its child, and that no area is its own ancestor."""
    parent = dict(zip(texts(areas, "area_id"), texts(areas, "parent_area_id"), strict=True))
    ledger.nothing([a for a, p in parent.items() if p and p not in parent], "areas with an unknown parent", len(parent))
    late = [a for a, p in parent.items() if p in parent and not np.isnan(year[a]) and not year[p] <= year[a]]
    ledger.nothing(late, "areas are built before the area their feeder comes through", len(parent))
    ledger.nothing([a for a in parent if _loops(parent, a)], "areas are their own ancestor", len(parent))


def _loops(parent: dict[str, str], area: str) -> bool:
    seen = {area}
    above = parent[area]
    while above in parent:
        if above in seen:
            return True
        seen.add(above)
        above = parent[above]
    return False


def _check_wishes(
    ledger: Ledger, rules: dict[str, Any], areas: Any, chosen: NDArray[np.bool_], year: dict[str, float]
) -> None:
    """Keep what the planner asked for: must, never, together, before."""
    taken = {area for area, is_chosen in zip(texts(areas, "area_id"), chosen, strict=True) if is_chosen}
    ledger.nothing(sorted(set(rules["must"]) & set(year) - taken), "areas that must be chosen are not")
    ledger.nothing(sorted(set(rules["never"]) & taken), "areas that must never be chosen are")
    split = [
        "+".join(group) for group in rules["together"] if 0 < len(taken & set(group)) < len(set(group) & set(year))
    ]
    ledger.nothing(split, "areas that belong together are split")
    late = [f"{a} before {b}" for a, b in rules["before"] if b in taken and (a not in taken or year[a] > year[b])]
    ledger.nothing(late, "areas are out of the order asked for")


def _check_budgets(ledger: Ledger, rules: dict[str, Any], told: dict[str, Any]) -> None:
    """No year and no total over its budget."""
    total = rules["total_budget"]
    ledger.that(total is None or told["spent"] <= total + 0.005, f"spent {told['spent']} of {total}")
    amount = {row["year"]: row["amount"] for row in rules["budgets"]}
    for row in told["phases"]:
        if amount:
            ledger.that(row["cost"] <= amount.get(row["year"], 0) + 0.005, f"year {row['year']} is over its budget")
    if amount:
        total = min(sum(amount.values()), sum(amount.values()) if total is None else total)
    ledger.equal(told["budget"], total, "portfolio.budget", 0.006)


def _check_value(ledger: Ledger, told: dict[str, Any], areas: Any, chosen: NDArray[np.bool_]) -> None:
    """Recompute money, benefit and gap of the choice."""
    ledger.equal(told["spent"], sum(row["cost"] for row in told["phases"]), "portfolio.spent", 0.006)
    benefit = float(numbers(areas, "benefit")[chosen].sum())
    ledger.equal(told["benefit"], benefit, "portfolio.benefit", 1e-5 * max(1.0, benefit))
    bound = told["upper_bound"]
    ledger.that(bound >= told["benefit"] - 1e-6, "portfolio.upper_bound lies under the benefit")
    gap = (bound - told["benefit"]) / bound if bound else 0.0
    ledger.equal(told["gap"], gap, "portfolio.gap", 2e-6)


def hub_areas(areas: Any) -> dict[str, list[str]]:
    """Per area the hubs that it names."""
    return {a: split_ids(h) for a, h in zip(texts(areas, "area_id"), texts(areas, "hub_ids"), strict=True)}

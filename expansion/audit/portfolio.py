"""Check the choice of areas and years: phases, order, wishes, money and worth."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import engineering, excused, section
from expansion.audit.selection import spent_on_initiatives


def check_portfolio(saved: SavedPlan) -> Check:
    """Check choice, phases, precedence, wishes and money."""
    ledger = Ledger("portfolio")
    areas, plan = saved.table("areas"), saved.document
    rules = section(saved, "portfolio")
    chosen = flags(areas, "chosen")
    year = dict(zip(texts(areas, "area_id"), numbers(areas, "year"), strict=True))
    _check_choice(ledger, areas, chosen)
    _check_phases(ledger, plan["portfolio"], areas, chosen)
    _check_precedence(ledger, areas, year)
    _check_wishes(ledger, rules, areas, chosen, year)
    taken = {area for area, is_chosen in zip(texts(areas, "area_id"), chosen, strict=True) if is_chosen}
    ledger.nothing(_missing(saved, taken), "areas that must be chosen are not")
    _check_budgets(ledger, saved, rules)
    _check_value(ledger, saved, rules, chosen)
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
    ledger.nothing(sorted(set(rules["never"]) & taken), "areas that must never be chosen are")
    split = [
        "+".join(group)
        for group in rules["together"]
        if len({year[area] if area in taken else 0 for area in group}) > 1
    ]
    ledger.nothing(split, "areas that belong together are split")
    late = [f"{a} before {b}" for a, b in rules["before"] if b in taken and not (a in taken and year[a] < year[b])]
    ledger.nothing(late, "areas are out of the order asked for")


def _missing(saved: SavedPlan, taken: set[str]) -> list[str]:
    """Name areas that must be chosen and are not, unless a finding says that other areas were asked for by name."""
    ignored = excused(saved, "W_MUST_IGNORED") > 0
    return [] if ignored else sorted(set(section(saved, "portfolio")["must"]) - taken)


def _check_budgets(ledger: Ledger, saved: SavedPlan, rules: dict[str, Any]) -> None:
    """Compare each year and the whole, initiatives included, with the budgets."""
    told, total = saved.document["portfolio"], rules["total_budget"]
    extra = spent_on_initiatives(saved)
    admitted = excused(saved, "W_BUDGET_EXCEEDED") > 0
    ledger.that(
        admitted or total is None or told["spent"] + sum(extra.values()) <= total + 0.005,
        f"spent {told['spent']} of {total}",
    )
    amount = {row["year"]: row["amount"] for row in rules["budgets"]}
    cost = {row["year"]: row["cost"] for row in told["phases"]}
    for year in sorted({*cost, *extra}) if amount else []:
        fits = cost.get(year, 0.0) + extra.get(year, 0.0) <= amount.get(year, 0) + 0.005
        ledger.that(admitted or fits, f"year {year} is over its budget")
    if amount:
        kept = sum(money for year, money in amount.items() if year >= _first_year(saved))
        total = kept if total is None else min(kept, total)
    ledger.equal(told["budget"], total, "portfolio.budget", 0.006)


def _first_year(saved: SavedPlan) -> int:
    """Year in which work may start."""
    return int(section(saved, "study")["start"][:4])


def _check_value(ledger: Ledger, saved: SavedPlan, rules: dict[str, Any], chosen: NDArray[np.bool_]) -> None:
    """Recompute money, discounted benefit and gap of the choice."""
    told, areas = saved.document["portfolio"], saved.table("areas")
    ledger.equal(told["spent"], sum(row["cost"] for row in told["phases"]), "portfolio.spent", 0.006)
    years = [row["year"] for row in rules["budgets"] if row["year"] >= _first_year(saved)]
    first = min(years, default=_first_year(saved))
    benefit = numbers(areas, "benefit")
    weight = (1 - engineering(saved, "waiting_discount")) ** (np.where(chosen, numbers(areas, "year"), first) - first)
    value = float((benefit * weight)[chosen].sum())
    programs = saved.table("initiatives")
    begun, worth = flags(programs, "chosen"), numbers(programs, "benefit")
    waited = (1 - engineering(saved, "waiting_discount")) ** (np.nan_to_num(numbers(programs, "start_year")) - first)
    value += float((worth * waited)[begun].sum())
    ledger.equal(told["benefit"], value, "portfolio.benefit", 1e-5 * max(1.0, value))
    bound = told["upper_bound"]
    open_areas = ~np.isin(texts(areas, "area_id"), rules["never"])
    ledger.that(bound >= told["benefit"] - 1e-6, "portfolio.upper_bound lies under the benefit")
    ledger.that(
        bound <= float(np.maximum(benefit[open_areas], 0).sum() + worth.sum()) + 1e-5,
        "portfolio.upper_bound lies over all benefit there is",
    )
    gap = (bound - told["benefit"]) / bound if bound else 0.0
    ledger.equal(told["gap"], gap, "portfolio.gap", 2e-6)
    status = "empty" if not chosen.any() and not begun.any() else "optimal" if told["gap"] <= 1e-6 else "feasible"
    ledger.equal(told["status"], status, "portfolio.status")

"""Check that lines multiply, that sums add to the cent, and that rates stand in the rules."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from expansion.audit.components import check_components
from expansion.audit.escalation import check_escalation
from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import rows_of, section, slope_rate

_HALF_CENT = 0.005 + 1e-6
TO_CONNECT = ("customer", "drop")


def check_money(saved: SavedPlan) -> Check:
    """Check the lines of the BOM, their sums in plan.json and per area, and the order of the percentiles."""
    ledger = Ledger("sums")
    bom, told = saved.table("bom"), saved.document["cost"]
    if len(bom) == 0:
        sums = [told[name] for name in ("base", "p10", "p50", "p80", "p90", "cost_to_pass", "cost_to_connect")]
        ledger.that(
            not any(sums) and not told["by_category"] and not told["by_component"], "a bill of nothing costs money"
        )
        return ledger.close()
    cents = _check_lines(ledger, bom)
    _check_rates(ledger, saved, bom)
    ledger.equal(told["base"], int(cents.sum()) / 100, "cost.base", _HALF_CENT)
    for name in ("category", "component"):
        _check_words(ledger, bom, cents, told, name)
    _check_area_sums(ledger, saved, bom, cents)
    _check_percentiles(ledger, saved, bom, told)
    _check_fees(ledger, saved, bom, cents)
    check_escalation(ledger, saved, bom, cents)
    ledger.equal(told["currency"], section(saved, "study")["currency"], "cost.currency")
    return ledger.close()


def line_names(bom: Any) -> list[str]:
    """Name each BOM line by area, item and component."""
    return ["/".join(words) for words in zip(*(texts(bom, n) for n in ("area_id", "item", "component")), strict=True)]


def _check_lines(ledger: Ledger, bom: Any) -> NDArray[np.int64]:
    """Multiply each line; return its cost in cents."""
    names, cost = line_names(bom), numbers(bom, "cost")
    cents = np.round(cost * 100)
    exact = numbers(bom, "quantity") * numbers(bom, "rate_likely")
    ledger.none(~(np.abs(cost * 100 - cents) < 1e-4), names, "BOM costs are not in whole cents")
    ledger.none(~(np.abs(cost - exact) <= _HALF_CENT + 1e-9 * exact), names, "BOM cost is not quantity x rate")
    ledger.none(~(numbers(bom, "quantity") > 0), names, "BOM lines without a quantity")
    low, likely, high = (numbers(bom, f"rate_{which}") for which in ("low", "likely", "high"))
    ledger.none(~((low <= likely) & (likely <= high)), names, "BOM rates are out of order")
    ledger.that(
        len(set(zip(names, texts(bom, "category"), strict=True))) == len(names), "a BOM item stands twice in an area"
    )
    return np.where(np.isfinite(cents), cents, 0).astype(np.int64)


def _check_rates(ledger: Ledger, saved: SavedPlan, bom: Any) -> None:
    """Compare rate, category and origin of each line with the rules in force; sizes that lack a rate are derived."""
    rules = {row["rate_id"]: row for row in rows_of(saved, "rates")}
    names, items = line_names(bom), texts(bom, "item")
    priced = np.array(texts(bom, "category"), dtype=object) != "permits"
    asked = [rules.get(item) or slope_rate(saved, rules, item) or derived_rate(rules, item) for item in items]
    unknown = np.array([rule is None for rule in asked], dtype=bool)
    ledger.none(priced & unknown, names, "BOM items without a rate in force")
    check_components(ledger, saved, bom, [rule if wanted else None for rule, wanted in zip(asked, priced, strict=True)])
    for column in ("status", "category"):
        words = texts(bom, column)
        pairs = zip(asked, words, strict=True)
        differs = np.array([rule is not None and rule[column] != word for rule, word in pairs], dtype=bool)
        ledger.none(priced & differs, names, f"BOM {column} is not that of the rate")
    _check_units(ledger, saved, bom, asked, priced)
    sources = zip(asked, texts(bom, "source"), strict=True)
    strange = [rule is not None and not word.endswith(rule["source"]) for rule, word in sources]
    ledger.none(priced & np.array(strange, dtype=bool), names, "BOM source is not that of the rate")


def _check_units(ledger: Ledger, saved: SavedPlan, bom: Any, asked: list[Any], priced: NDArray[np.bool_]) -> None:
    """Check that quantities are counted in the unit of their rate; soft costs count money, fees permits."""
    names, units, factors, parts = line_names(bom), *(texts(bom, name) for name in ("unit", "factor", "component"))
    money = f"{section(saved, 'study')['currency']} of build"
    told = [rule and (money if rule["category"] == "soft" else rule["unit"]) for rule in asked]
    ledger.none(priced & [a != b for a, b in zip(told, units, strict=True)], names, "BOM unit is not that of the rate")
    fee = [
        unit in ("permit", "share of permit") and word == "permits" and part == "fee"
        for unit, word, part in zip(units, factors, parts, strict=True)
    ]
    ledger.none(~priced & ~np.array(fee, dtype=bool), names, "permit fees of another unit, factor or component")


def derived_rate(rules: dict[str, dict[str, Any]], item: str) -> dict[str, Any] | None:
    """Price a size that the rate book lacks: between its neighbors, or in proportion beyond the largest."""
    family, _, size = item.rpartition("_")
    if family not in ("cable", "splitter", "hub", "terminal") or not size.isdigit():
        return None
    sizes = {int(name.rpartition("_")[2]): row for name, row in rules.items() if re.fullmatch(rf"{family}_\d+", name)}
    if not sizes:
        return None
    wanted = int(size)
    below, above = [n for n in sizes if n < wanted], [n for n in sizes if n > wanted]
    small = max(below) if below else min(above)
    large = min(above) if above else small
    share = (wanted - small) / (large - small) if large > small else 0.0
    factor = wanted / small if not above else 1.0
    first, last = sizes[small], sizes[large]
    levels = ("low", "likely", "high")
    return {**first, "status": "DERIVED"} | {k: factor * (first[k] + share * (last[k] - first[k])) for k in levels}


def _check_words(ledger: Ledger, bom: Any, cents: NDArray[np.int64], told: dict[str, Any], name: str) -> None:
    """Add the lines per category or component."""
    sums: dict[str, int] = defaultdict(int)
    for word, amount in zip(texts(bom, name), cents, strict=True):
        sums[word] += int(amount)
    named = told[f"by_{name}"]
    ledger.nothing(sorted({word for word, amount in sums.items() if amount} - set(named)), f"cost.by_{name} lacks")
    for word, amount in sorted(named.items()):
        ledger.equal(amount, sums[word] / 100, f"cost.by_{name}.{word}", _HALF_CENT)
    ledger.equal(told["base"], sum(named.values()), f"sum of cost.by_{name}", _HALF_CENT)


def _check_area_sums(ledger: Ledger, saved: SavedPlan, bom: Any, cents: NDArray[np.int64]) -> None:
    """Add the lines per area: the base cost of chosen areas, and of nobody else."""
    areas = saved.table("areas")
    chosen = flags(areas, "chosen")
    sums: dict[str, int] = defaultdict(int)
    for area, amount in zip(texts(bom, "area_id"), cents, strict=True):
        sums[area] += int(amount)
    ids = np.array(texts(areas, "area_id"), dtype=object)
    ledger.nothing(sorted(set(sums) - set(ids[chosen])), "BOM lines of areas that are not chosen", len(sums))
    off = np.abs(numbers(areas, "cost_base") - np.array([sums[area] / 100 for area in ids])) > _HALF_CENT
    ledger.none(chosen & off, ids, "areas.cost_base is not the sum of its BOM lines")
    ledger.equal(saved.document["portfolio"]["spent"], int(cents.sum()) / 100, "portfolio.spent", _HALF_CENT)


def _check_percentiles(ledger: Ledger, saved: SavedPlan, bom: Any, told: dict[str, Any]) -> None:
    """Check the order of the percentiles and the figures made from them."""
    steps = [told[name] for name in ("p10", "p50", "p80", "p90")]
    ledger.that(steps == sorted(steps), f"percentiles of cost are out of order: {steps}")
    quantity = numbers(bom, "quantity")
    ledger.that(
        0.5 * float((quantity * numbers(bom, "rate_low")).sum()) <= steps[0] + 0.01
        and steps[-1] <= 2 * float((quantity * numbers(bom, "rate_high")).sum()) + 0.01,
        "percentiles of cost lie outside what low and high rates allow",
    )
    connect = np.isin(np.array(texts(bom, "category"), dtype=object), TO_CONNECT)
    ledger.equal(told["cost_to_connect"], float(numbers(bom, "cost")[connect].sum()), "cost.cost_to_connect", 0.006)
    ledger.equal(told["cost_to_pass"], float(numbers(bom, "cost")[~connect].sum()), "cost.cost_to_pass", 0.006)
    count = int(integers(saved.table("areas"), "locations")[flags(saved.table("areas"), "chosen")].sum())
    each = told["p50"] / count if count else None
    if count or told["per_location_p50"]:
        ledger.equal(told["per_location_p50"], each, "cost.per_location_p50", 0.006)


def _check_fees(ledger: Ledger, saved: SavedPlan, bom: Any, cents: NDArray[np.int64]) -> None:
    """Compare each permit's fee with its lines in the BOM, paid by the areas that need it."""
    permits = saved.table("permits")
    paid: dict[str, int] = defaultdict(int)
    payers: dict[str, set[str]] = defaultdict(set)
    rows = zip(texts(bom, "category"), texts(bom, "item"), texts(bom, "area_id"), cents, strict=True)
    for category, item, area, amount in rows:
        if category == "permits":
            paid[item] += int(amount)
            payers[item].add(area)
    ids = texts(permits, "permit_id")
    ledger.nothing(sorted(set(paid) - set(ids)), "BOM pays permits that do not exist", len(paid))
    fees = np.round(numbers(permits, "fee") * 100)
    ledger.none(fees != [paid[name] for name in ids], ids, "BOM does not pay the permit's fee")
    origin = dict(zip(ids, zip(texts(permits, "source"), texts(permits, "status"), strict=True), strict=True))
    told = zip(texts(bom, "category"), texts(bom, "item"), texts(bom, "source"), texts(bom, "status"), strict=True)
    strange = [
        item
        for category, item, source, status in told
        if category == "permits" and not (source.startswith(origin[item][0]) and status == origin[item][1])
    ]
    ledger.nothing(strange, "BOM names another origin than the permit's", len(ids))
    needing = [set(split_ids(text)) for text in texts(permits, "area_ids")]
    unneeded = [not payers[name] <= areas for name, areas in zip(ids, needing, strict=True)]
    ledger.none(unneeded, ids, "areas pay for a permit that they do not need")

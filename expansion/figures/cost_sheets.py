"""The bill of materials summed up by phase, area, category, component and item, to the cent; the rates in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from expansion.figures.spending import spending_years
from expansion.plan.bill import item_quantities

_NEEDED = {"area_id", "category", "item", "unit", "quantity", "cost", "status", "source"}
TOTAL = "total"
"""What the first cell of a row of sums says, and the heading of a column of sums."""


def cost_sheets(
    document: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], rules: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """Sum the bill up in tables that each end in a row ``total`` equal to the base cost.

    Parameters
    ----------
    document, tables
        plan.json and tables of a plan: `bom`, `areas`.
    rules
        The rules in force, `rules` of study.json: `rates`.

    Returns
    -------
    dict
        ``by_phase``, ``by_area``, ``by_category`` (over phases), ``by_component`` (over categories), ``by_year`` (when
        it is spent, over components), ``by_item`` and
        ``rates`` (every rate of the book, with what it costs here). Money in the study's currency, whole cents; a part
        that no area or phase holds stands under ``program``. Empty for a table that is no bill.
    """
    if not set(tables["bom"]) >= _NEEDED:
        return {}
    bom = _with_phase(tables["bom"], tables["areas"])
    by_phase = _crossed(bom, "phase", "category")
    by_area = _crossed(bom, "area_id", "category")
    sheets = {
        "by_phase": _joined(by_phase, _phase_facts(document), "phase"),
        "by_area": _joined(by_area, _area_facts(tables["areas"]), "area_id"),
        "by_category": _with_share(_crossed(bom, "category", "phase")),
    }
    if "component" in bom:
        sheets["by_component"] = _with_share(_crossed(bom, "component", "category"))
    years = spending_years(tables.get("spending"))
    if len(years):
        sheets["by_year"] = years
    return sheets | {"by_item": _items(bom), "rates": _rates(bom, rules)}


def _with_phase(bom: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Add the cost in whole cents, and the build phase that each line belongs to, in words."""
    phase = dict(zip(areas["area_id"], areas["phase"], strict=True))
    words = pd.array([_phase_words(phase.get(area)) for area in bom["area_id"]], dtype="str")
    cents = np.round(bom["cost"].to_numpy(dtype=np.float64) * 100).astype(np.int64)
    return bom.assign(cents=cents, phase=words)


def _phase_words(phase: Any) -> str:
    return "program" if phase is None or pd.isna(phase) else f"phase {int(phase)}"


def _crossed(bom: pd.DataFrame, rows: str, columns: str) -> pd.DataFrame:
    """Cross two columns of the bill; the last row and the last column are sums."""
    named = bom.assign(**{name: bom[name].fillna("program").astype(str) for name in (rows, columns)})
    crossed = named.pivot_table(index=rows, columns=columns, values="cents", aggfunc="sum", fill_value=0, sort=True)
    cents = crossed.to_numpy(dtype=np.int64)
    cents = np.c_[cents, cents.sum(axis=1)]
    cents = np.r_[cents, cents.sum(axis=0)[None]]
    names = pd.DataFrame({rows: pd.array([*map(str, crossed.index), TOTAL], dtype="str")})
    return pd.concat([names, pd.DataFrame(cents / 100, columns=[*map(str, crossed.columns), TOTAL])], axis=1)


def _joined(money: pd.DataFrame, facts: pd.DataFrame, key: str) -> pd.DataFrame:
    """Put what is known of each row beside its name, sums included."""
    known = money[[key]].merge(facts, on=key, how="left")
    return pd.concat([known, money.drop(columns=key)], axis=1)


def _phase_facts(document: Mapping[str, Any]) -> pd.DataFrame:
    """Year, areas and locations of each phase, and together."""
    rows = [
        (f"phase {one['phase']}", one["year"], len(one["areas"]) if isinstance(one["areas"], list) else one["areas"],
         one["locations"])
        for one in document["portfolio"]["phases"]
    ]  # fmt: skip
    rows.append((TOTAL, None, sum(row[2] for row in rows), sum(row[3] for row in rows)))
    return _facts(rows, ["phase", "year", "areas", "locations"])


def _area_facts(areas: pd.DataFrame) -> pd.DataFrame:
    """Phase, year, locations and units of each area, and of the chosen together."""
    chosen = areas[areas["chosen"].to_numpy(dtype=bool)]
    rows = [(row.area_id, row.phase, row.year, row.locations, row.units) for row in chosen.itertuples(index=False)]
    rows.append((TOTAL, None, None, sum(row[3] for row in rows), sum(row[4] for row in rows)))
    return _facts(rows, ["area_id", "phase", "year", "locations", "units"])


def _facts(rows: list[tuple[Any, ...]], names: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=names)
    return table.astype({names[0]: "str"} | dict.fromkeys(names[1:], "Int64"))


def _with_share(money: pd.DataFrame) -> pd.DataFrame:
    """Add the share of each row in the whole."""
    whole = float(money[TOTAL].iloc[-1])
    return money.assign(share=(money[TOTAL] / whole).round(6) if whole else 0.0)


def _items(bom: pd.DataFrame) -> pd.DataFrame:
    """Sum each item over areas: its quantity once, whatever components its price is split into."""
    names = ["category", "item", "unit"]
    items = pd.DataFrame({"quantity": item_quantities(bom).groupby(names, sort=True)["quantity"].sum().round(6)})
    cents = bom.groupby(names, sort=True)["cents"].sum()
    items["rate"] = (cents / 100 / items["quantity"]).where(items["quantity"] > 0).round(6)
    items["cost"] = cents / 100
    items = items.join(bom.groupby(names, sort=True)[["status", "source"]].first()).reset_index()
    last = {"category": TOTAL, "cost": int(bom["cents"].sum()) / 100}
    return pd.concat([items, pd.DataFrame([last]).astype({"category": "str"})], ignore_index=True)


def _rates(bom: pd.DataFrame, rules: Mapping[str, Any]) -> pd.DataFrame:
    """List every rate in force with source, status, and what it costs in this plan."""
    rates = pd.DataFrame(list(rules.get("rates", ())))
    if not len(rates):
        return pd.DataFrame({"rate_id": pd.array([], dtype="str"), "cost": pd.array([], dtype="float64")})
    priced = [str(item).partition("_slope_")[0] for item in bom["item"]]
    spent = (bom["cents"].groupby(priced).sum() / 100).to_dict() if priced else {}
    first = ["rate_id", "category", "item", "unit", "low", "likely", "high", "currency", "price_year", "factor"]
    ordered = rates[[name for name in first if name in rates] + sorted(set(rates) - set(first))]
    cost = ordered["rate_id"].map(spent).fillna(0.0).astype("float64")
    return ordered.assign(cost=cost).sort_values("rate_id", ignore_index=True)

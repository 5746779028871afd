"""The section of the proposal on what it rests on: every rate, lead time and chance with its source and status."""

from __future__ import annotations

import pandas as pd

from expansion.export.html_parts import amount, bar_table, register, section
from expansion.plan.saved import SavedPlan
from expansion.wording import percent

_MOST = 14
_STATUS = {
    "READ": "read in the source", "PARTLY_READ": "read in part", "DERIVED": "derived from sources",
    "GENERAL": "planning value", "USER": "given by the study",
}  # fmt: skip
_RATES = {"item": "Rate", "component": "For", "unit": "Unit", "rate_low": "Low", "rate_likely": "Likely",
          "rate_high": "High", "cost": "Base cost on it", "status": "Status", "source": "Source"}  # fmt: skip
_TERMS = {"kind": "Of", "name": "What", "value": "Assumed", "status": "Status", "source": "Source"}


def assumptions_section(plan: SavedPlan) -> str:
    """Write how much of the cost rests on which kind of source, and the rates that carry most of it."""
    rates = rate_rows(plan.tables["bom"])
    if not len(rates):
        return ""
    money, whole = plan.document["cost"]["currency"], float(rates["cost"].sum())
    sums = rates.groupby("status", sort=True)["cost"].sum().sort_values(ascending=False, kind="stable")
    shares = [
        (str(name), float(value), f"{amount(float(value))}  ({percent(value / whole)})") for name, value in sums.items()
    ]
    top = rates.head(_MOST)
    lead = (
        f"The {len(top)} rates that carry {percent(float(top['cost'].sum()) / whole)} of the base cost, with range and "
        "source; all of them, and lead times and chances, stand in the appendix. Confirm planning values with quotes."
    )
    shown = register(top, _RATES, by="status", decimals=_CENTS)
    body = f"{bar_table(('Rests on', f'Base cost, {money}'), shares)}<h3>Rates, {money}</h3>{shown}"
    return section("assumptions", "What it rests on", lead, body, own_page=True)


_CENTS = {"rate_low": 2, "rate_likely": 2, "rate_high": 2}


def rate_rows(bom: pd.DataFrame) -> pd.DataFrame:
    """Add the bill up by rate, the costliest first.

    Returns
    -------
    DataFrame
        item, component, unit, rate_low, rate_likely, rate_high, source, status (in words), cost.
    """
    by = [name for name in ("item", "component", "unit", "rate_low", "rate_likely", "rate_high", "source", "status")
          if name in bom]  # fmt: skip
    own = bom[bom["category"] != "permits"] if "category" in bom else bom  # fees stand with the rules of permits
    rows = own.groupby(by, sort=True, dropna=False)["cost"].sum().reset_index()
    words = [name.replace("_", " ") for name in rows["item"]]
    rows = rows.assign(item=words, status=[_STATUS.get(name, name) for name in rows["status"]])
    return rows.sort_values(["cost", "item"], ascending=[False, True], ignore_index=True, kind="stable")


def sources_register(plan: SavedPlan) -> str:
    """Write every rate, lead time of a permit, and chance of a risk with its source, by status."""
    rates, terms = rate_rows(plan.tables["bom"]), term_rows(plan)
    shown = register(rates, _RATES, by="status", decimals=_CENTS)
    more = register(terms, _TERMS, by="kind")
    body = shown + (f"<h3>Lead times and chances</h3>{more}" if more else "")
    return section("sources", "Assumptions with sources", "", body) if body else ""


def term_rows(plan: SavedPlan) -> pd.DataFrame:
    """List lead times of permits by rule and chances of risks by rule: kind, name, value, status, source."""
    found = []
    for row in plan.tables["permits"].drop_duplicates("rule_id").sort_values("rule_id").itertuples():
        days = f"{row.lead_time_min} to {row.lead_time_max} days, likely {row.lead_time_calendar_days}"
        found.append(("lead time", row.permit, days, row.status, row.source))
        found.append(("fee", row.permit, f"{amount(row.fee, 2)} for {row.granted_for}", row.status, row.source))
    found += [
        ("chance", row.risk, f"{100 * row.probability:.0f} %", row.status, row.source)
        for row in plan.tables["risks"].drop_duplicates("rule_id").sort_values("rule_id").itertuples()
    ]
    lots = plan.tables.get("procurement")
    if lots is not None:
        for row in lots.drop_duplicates("item").sort_values("item").itertuples():
            words = f"{row.lead_time_calendar_days} days"
            found.append(("delivery", str(row.item).replace("_", " "), words, row.status, row.source))
    table = pd.DataFrame(found, columns=list(_TERMS)).astype("str")
    return table.assign(status=[_STATUS.get(name, name) for name in table["status"]])

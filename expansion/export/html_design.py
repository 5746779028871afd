"""Sections of the HTML summary on the design: hubs, light, the rules ledger, technology per location."""

from __future__ import annotations

import pandas as pd

from expansion.export.html_parts import amount, bar_table, section, table
from expansion.figures.design_facts import (
    hub_fill,
    ledger_rows,
    light_limits,
    limit_words,
    loss_steps,
    measured,
    reason_kinds,
    telling_rows,
)
from expansion.figures.palette import OUTCOMES
from expansion.figures.svg_chart import Series, draw_chart
from expansion.plan.saved import SavedPlan
from expansion.wording import count, percent

_MOST = 15
_TECHNOLOGIES = {
    "fiber": "Fiber", "fixed_wireless": "Fixed wireless", "dsl": "DSL", "satellite": "Satellite",
    "not_chosen": "Not chosen", "unreachable": "No road reaches it", "none": "Nothing fits",
}  # fmt: skip
_BY_AREA = ("fiber", "not_chosen")
_MOST_REASONS = 15


def hubs_section(plan: SavedPlan) -> str:
    """Write how full every hub is."""
    hubs = hub_fill(plan.tables)
    if not len(hubs):
        return ""
    hubs = hubs.assign(binds=limit_words(hubs["binds"])) if "binds" in hubs else hubs
    shown = hubs.head(_MOST)
    rows = [
        (row.hub_id, row.area_id, amount(row.used), _whole(row.capacity), f"{row.fill:.0%}", amount(row.splitters),
         amount(row.locations), amount(row.terminals), amount(row.worst_db, 1),
         *([row.binds] if "binds" in hubs else []))
        for row in shown.itertuples(index=False)
    ]  # fmt: skip
    heads = ("Hub", "Area", "Ports used", "Ports", "Fill", "Splitters", "Locations", "Terminals", "Largest loss, dB",
             *(["Why not more on it"] if "binds" in hubs else []))  # fmt: skip
    target = _target(hubs)
    more = f" The {len(shown)} fullest are shown, table fills has all." if len(hubs) > len(shown) else ""
    aim = f"; the design aims at {target} at most" if target else ""
    lead = (
        f"{count(len(hubs), 'hub')}, the fullest first{aim}.{more} "
        "expansion export --format svg draws each of them with every port."
    )
    return section("hubs", "How full the hubs are", lead, table(heads, rows, right=tuple(range(2, 9))))


def _target(hubs: pd.DataFrame) -> str:
    """Fill that the design aims at, "" where none is set."""
    if "fill_target" not in hubs or hubs["fill_target"].isna().all():
        return ""
    return f"{hubs['fill_target'].max():.0%}"


def _whole(value: object) -> str:
    return "no limit" if pd.isna(value) else amount(float(value))  # type: ignore[arg-type]


def light_section(plan: SavedPlan) -> str:
    """Write how much light is lost, and which limit binds first."""
    paths = plan.tables["paths"]
    if not len(paths):
        return ""
    network = plan.document["network"]
    steps = [
        (f"{row.loss_db:.1f} to {row.loss_db + 0.5:.1f} dB", float(row.paths), amount(row.paths))
        for row in loss_steps(paths).itertuples(index=False)
    ]
    found = light_limits(paths)
    limits = [
        (row.binds, amount(row.paths), amount(row.margin_db, 2), amount(row.headroom_m))
        for row in found.assign(binds=limit_words(found["binds"])).itertuples(index=False)
    ]
    right = table(("Limit met first", "Paths", "Least margin, dB", "Least room, m of fiber"), limits, right=(1, 2, 3))
    weak = int((paths["attenuator_db"] > 0).sum()) if "attenuator_db" in paths else 0
    told = f" {count(weak, 'path wants', 'paths want')} an attenuator." if weak else ""
    lead = (
        f"{count(len(paths), 'light path')}; the weakest loses {amount(network['worst_loss_db'], 2)} of "
        f"{amount(network['loss_budget_db'], 2)} dB.{told}"
    )
    body = f'<div class="two"><div>{bar_table(("Largest loss", "Paths"), steps)}</div><div>{right}</div></div>'
    return section("light", "Optical budget", lead, body)


def rules_section(plan: SavedPlan) -> str:
    """Write the rules ledger."""
    rules = plan.tables.get("rules")
    if rules is None or not len(rules):
        return ""
    broken = int((rules["broken"] > 0).sum())
    rows = [
        ("broken" if row.broken else "holds", row.sentence, amount(row.checked), amount(row.broken),
         measured(row.worst, row.unit), row.set_by,
         *([row.repair if isinstance(row.repair, str) else ""] if broken else []))
        for row in ledger_rows(rules).itertuples(index=False)
    ]  # fmt: skip
    verdict = f"{count(broken, 'is', 'are')} broken" if broken else "none is broken"
    told = f"{count(len(rules), 'rule')} held against the network by code that shares nothing with the designer"
    heads = ("", "Rule", "Places", "Broken", "Nearest to the limit", "Set by", *(["Cheapest repair"] if broken else []))
    return section("rules", "Rules ledger", f"{told}; {verdict}.", table(heads, rows, right=(2, 3)))


def technology_section(plan: SavedPlan) -> str:
    """Write who gets what and why, and how that moves with the threshold."""
    reasons = reason_kinds(plan.tables["locations"])
    if not len(reasons):
        return ""
    counts = reasons.groupby("outcome", sort=True)["locations"].sum()
    given = [(_TECHNOLOGIES.get(name, name), float(many), amount(many)) for name, many in counts.items()]
    left = bar_table(("Outcome", "Locations"), sorted(given, key=lambda row: (-row[1], row[0])))
    others = reasons[~reasons["outcome"].isin(list(_BY_AREA))].head(_MOST_REASONS)
    rows = [
        (_TECHNOLOGIES.get(row.outcome, row.outcome), row.reason, amount(row.locations))
        for row in others.itertuples(index=False)
    ]
    right = table(("Outcome", "Why, as for the most of them", "Locations"), rows, right=(2,)) if rows else ""
    body = f'<div class="two"><div>{left}</div><div>{right}</div></div>{_curve(plan)}'
    lead = (
        "Every eligible location has one outcome, colored on the map above, and a reason, which stands in the table "
        "locations. Areas, below, says why an area is built."
    )
    return section("technology", "Who gets what", lead, body)


def _curve(plan: SavedPlan) -> str:
    """Draw total cost and locations with fiber over the threshold; "" where the plan has no such curve."""
    curve = plan.tables.get("technology_curve")
    if curve is None or len(curve) < 2:
        return ""
    money, told = plan.document["cost"]["currency"], telling_rows(curve)
    series = [
        Series(words, color, list(zip(told["threshold"].tolist(), told[name].tolist(), strict=True)), dash=dash)
        for name, words, color, dash in (
            ("lifetime_cost", "lifetime cost", OUTCOMES["fixed_wireless"], ""),
            ("capital", "capital", "#0072B2", ""),
            ("fiber_cost", "of which fiber", OUTCOMES["fiber"], "6 4"),
        )
    ]
    drawing = draw_chart(
        series, title="Total cost over the threshold", x_words=f"threshold per location, {money}", y_words=money
    )
    names = [name for name in _TECHNOLOGIES if name in curve and name not in ("not_chosen", "unreachable")]
    rows = [
        (amount(row.threshold), *(amount(getattr(row, name)) for name in names), amount(row.capital),
         amount(row.lifetime_cost), percent(row.gap))
        for row in curve.itertuples(index=False)
    ]  # fmt: skip
    heads = (f"Threshold, {money}", *(_TECHNOLOGIES[name] for name in names), "Capital", "Lifetime cost", "Gap")
    return f"<h3>Cost over the threshold</h3>{drawing}{table(heads, rows, right=tuple(range(len(heads))))}"

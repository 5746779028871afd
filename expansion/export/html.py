"""HTML: one page with the map, Gantt chart, money, permits, risks and findings of a plan; no request, no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from expansion.export.html_business import business_section, spending_section, surveys_section
from expansion.export.html_design import hubs_section, light_section, rules_section, technology_section
from expansion.export.html_parts import amount, bar_table, brief, card, leaf_rows, range_table, section, table
from expansion.export.html_permits import comparison_section, sheets_section
from expansion.export.html_style import STYLE
from expansion.figures.leaves import plan_leaves
from expansion.figures.palette import WORK
from expansion.figures.svg_curve import draw_curve
from expansion.figures.svg_gantt import draw_gantt
from expansion.figures.svg_map import DrawnLayer, draw_map, map_layers, plan_frame
from expansion.markup import safe
from expansion.plan.saved import SavedPlan
from expansion.wording import certified, count, gap_to, percent, proven, tail_words, within

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"
_MOST = 15


def write_html(plan: SavedPlan, path: Path) -> Path:
    """Write one self-contained page; equal plans give equal bytes.

    The page is well-formed XML too. It holds no script, and its content security policy allows none and no request,
    so that a name that got this far could not do anything. Every number of plan.json stands in it as
    ``<data data-key="KEY" value="NUMBER">``.

    References
    ----------
    WHATWG, HTML Living Standard; W3C, Content Security Policy Level 3.
    """
    path.write_text(page_text(plan), encoding="utf-8")
    return path


def page_text(plan: SavedPlan) -> str:
    """Write the page."""
    layers = map_layers(plan.tables, frame := plan_frame(plan.tables))
    title = f"{plan.document['study']['name']}: plan"
    drawing = draw_map(layers, frame, title=f"Map of {title}")
    parts = (
        _map_section(layers, drawing), _gantt_section(plan), _money_section(plan), spending_section(plan),
        surveys_section(plan), business_section(plan), _network_section(plan), hubs_section(plan),
        light_section(plan), rules_section(plan),
        technology_section(plan), _curve_section(plan), _areas_section(plan), _permits_section(plan),
        comparison_section(plan), _risks_section(plan),
        _findings_section(plan), _inputs_section(plan), sheets_section(plan), _leaves_section(plan),
    )  # fmt: skip
    return (
        '<!DOCTYPE html>\n<html lang="en" xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"/>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f"<title>{safe(title)}</title><style>{STYLE}{_switches(layers)}</style></head><body>\n"
        f'{_header(plan)}\n<main class="wide">{_cards(plan)}\n{chr(10).join(parts)}\n'
        f"<footer>{safe(plan.document['fingerprint'])}<br/>Written by expansion.</footer></main></body></html>\n"
    )


def _switches(layers: tuple[DrawnLayer, ...]) -> str:
    """Style rules that hide a layer whose box in the legend is not ticked."""
    return "".join(
        f"body:has(#show-{layer.key}:not(:checked)) .layer-{layer.key}{{display:none}}"
        for layer in layers
        if layer.label
    )


def _header(plan: SavedPlan) -> str:
    """Write the head of the page: whose plan, under which rules."""
    study = plan.document["study"]
    words = (
        f"Profile {study['profile']} · prices of {study['price_year']} in {study['currency']} · seed {study['seed']}"
    )
    return (
        f'<header><div class="wide"><h1>{safe(study["name"])}</h1>'
        f"<p>Fiber network plan · {safe(words)}</p></div></header>"
    )


def _cards(plan: SavedPlan) -> str:
    """Write the six figures that a reader asks for first."""
    own = plan.document
    counts, cost, schedule, network = own["counts"], own["cost"], own["schedule"], own["network"]
    money = cost["currency"]
    lead = own["permits"]["longest_lead_calendar_days"]
    served, permits = counts["locations_chosen"], counts["permits"]
    found = (
        card(amount(served), f"{_noun(served, 'location')} to serve", f"of {amount(counts['eligible'])} eligible"),
        card(brief(cost["p50"], money), "median cost (P50)", f"P80 {brief(cost['p80'], money)}"),
        card(brief(cost["per_location_p50"], money), "per location (P50)", f"base cost {brief(cost['base'], money)}"),
        card(
            f"{amount(network['route_m'] / 1000, 1)} km",
            "of new route",
            f"{amount(counts['areas_chosen'])} of {count(counts['areas'], 'area')}",
        ),
        card(schedule["finish"] or "–", "finish as scheduled", f"P80 {schedule['finish_p80'] or '–'}"),
        card(amount(permits), _noun(permits, "permit"), f"longest lead {count(lead, 'day')}" if permits else ""),
    )
    return f'<div class="cards">{"".join(found)}</div>'


def _noun(number: int, one: str) -> str:
    """Write a noun as its number wants it."""
    return one if number == 1 else f"{one}s"


def _map_section(layers: tuple[DrawnLayer, ...], drawing: str) -> str:
    """Write the map and a legend whose boxes switch layers on and off."""
    entries = "".join(
        f'<li><label><input type="checkbox" id="show-{layer.key}" checked="checked"/>{layer.swatch}'
        f'<span>{safe(layer.label)}</span><span class="count">{amount(layer.count)}</span></label></li>'
        for layer in layers[::-1]
        if layer.label and layer.count
    )
    body = f'<div class="map-row">{drawing}<ul class="legend">{entries}</ul></div>'
    return section(
        "map", "Where it is built", "Untick a row to hide it; rest on an area, a hub or a permit to read more.", body
    )


def _gantt_section(plan: SavedPlan) -> str:
    """Write the schedule."""
    schedule = plan.document["schedule"]
    drawing = draw_gantt(
        plan.tables["tasks"], plan.tables["areas"], finish_p80=schedule["finish_p80"], title="Schedule of the plan"
    )
    if not drawing:
        return section("schedule", "When it is built", "Nothing is scheduled.", "")
    keys = "".join(f'<li><i style="background:{color}"></i>{safe(work)}</li>' for work, color in WORK.items())
    lead = (
        f"{count(plan.document['counts']['tasks'], 'task')} from {schedule['start']} to {schedule['finish']}, "
        f"{count(schedule['makespan_days'], 'day')}; with these crews no schedule is shorter than "
        f"{count(schedule['lower_bound_days'], 'day')} (gap {percent(schedule['gap'])}). "
        f"{count(schedule['critical_tasks'], 'task is', 'tasks are')} critical, underlined in red."
    )
    return section("schedule", "When it is built", lead, f'{drawing}<ul class="keys">{keys}</ul>')


def _money_section(plan: SavedPlan) -> str:
    """Write cost by category, percentiles and phases."""
    cost, portfolio, money = plan.document["cost"], plan.document["portfolio"], plan.document["cost"]["currency"]
    ranked = sorted(cost["by_category"].items(), key=lambda item: (-item[1], item[0]))
    drivers = plan.tables["cost_drivers"]
    names: tuple[str, ...] = ("base", "p10", "p50", "p80", "p90", "cost_to_pass", "cost_to_connect")
    names += tuple(name for name in ("contingency", "base_escalated", "p80_escalated") if cost.get(name) is not None)
    rows = [(_COSTS.get(name, name.upper()), amount(cost[name])) for name in names]
    parts = sorted(cost.get("by_component", {}).items(), key=lambda item: (-item[1], item[0]))
    left = f"<h3>By category</h3>{_bars(('Category', f'Base, {money}'), ranked)}" + (
        f"<h3>By component</h3>{_bars(('Component', f'Base, {money}'), parts)}" if parts else ""
    )
    spread = _drivers(drivers, cost["p80"], money)
    right = f"<h3>Range</h3>{table(('Cost', money), rows, right=(1,))}<h3>Uncertainty</h3>{spread}"
    limit = portfolio["budget"]
    budget = "no budget is set" if limit is None else f"the budget is {money} {amount(limit)}"
    chosen = (
        f"The choice of areas is {within(portfolio['gap'], 'best')}." if portfolio["phases"] else "Nothing is spent."
    )
    lead = f"Base cost {money} {amount(portfolio['spent'])}; {budget}. {chosen} Percentiles do not add up."
    body = (
        f'<div class="two"><div>{left}</div><div>{right}</div></div><h3>By phase</h3>{_phase_table(portfolio, money)}'
    )
    return section("money", "What it costs", lead, body if portfolio["phases"] else "")


_COSTS = {
    "base": "Base", "cost_to_pass": "Cost to pass", "cost_to_connect": "Cost to connect",
    "contingency": "Contingency: P80 − P50", "base_escalated": "Base, in prices of the build years",
    "p80_escalated": "P80, in prices of the build years",
}  # fmt: skip


def _drivers(drivers: pd.DataFrame, p80: float | None, money: str) -> str:
    """Write what moves the P80: where it lies at the tenth and at the ninetieth percentile of each factor."""
    if "swing" not in drivers:
        return _bars(("What moves the P80", money), zip(drivers["factor"], drivers["p80_change"], strict=True))
    rows = [
        (row.factor.replace("_", " "), float(row.p80_low), float(row.p80_high))
        for row in drivers.itertuples(index=False)
    ]
    return range_table((f"What moves the P80, {money}", "at its P10", "at its P90"), rows, mark=float(p80 or 0))


def _bars(heads: tuple[str, str], rows: Iterable[tuple[str, float]]) -> str:
    """Write named money as bars."""
    return bar_table(heads, [(str(name).replace("_", " "), float(value), amount(value)) for name, value in rows])


def _phase_table(portfolio: Mapping[str, Any], money: str) -> str:
    """Write the build phases and their sum."""
    phases = portfolio["phases"]
    rows = [
        (f"Phase {one['phase']}", one["year"], amount(one["areas"]), amount(one["locations"]), amount(one["cost"]))
        for one in phases
    ]
    areas, locations = (sum(one[name] for one in phases) for name in ("areas", "locations"))
    rows.append(("Together", "", amount(areas), amount(locations), amount(portfolio["spent"])))
    heads = ("Phase", "Year", "Areas", "Locations", f"Base, {money}")
    return table(heads, rows, right=(2, 3, 4), total=True)


def _areas_section(plan: SavedPlan) -> str:
    """Write the chosen areas, by phase."""
    areas = plan.tables["areas"]
    chosen = areas[areas["chosen"].to_numpy(dtype=bool)].sort_values(["phase", "area_id"])
    is_held = "contingency" in areas
    rows = [
        (row.area_id, f"{row.phase} · {row.year}", amount(row.locations), amount(row.units), amount(row.cost_base),
         amount(row.cost_p50), amount(row.cost_p80), *([amount(row.contingency)] if is_held else []), row.reason)
        for row in chosen.itertuples()
    ]  # fmt: skip
    if not rows:
        return section("areas", "Areas", f"None of {count(len(areas), 'area')} is built.", "")
    heads = ("Area", "Phase", "Locations", "Units", "Base", "P50", "P80", *(["Contingency"] if is_held else []), "Why")
    built = count(len(chosen), "area is", "areas are")
    lead = (
        f"{built} built of {len(areas)}; the others stand in the workbook and the GeoPackage. "
        f"Money in {plan.document['cost']['currency']}."
    )
    return section("areas", "Areas", lead, table(heads, rows, right=tuple(range(2, len(heads) - 1))))


def _permits_section(plan: SavedPlan) -> str:
    """Write permits by rule, the slowest first."""
    permits = plan.tables["permits"]
    grouped = permits.groupby(["rule_id", "permit", "authority_kind"], sort=True)
    found = grouped.agg(
        permits=("permit_id", "size"),
        lead=("lead_time_calendar_days", "max"),
        most=("lead_time_max", "max"),
        fees=("fee", "sum"),
    ).reset_index()
    ordered = found.sort_values(["lead", "rule_id"], ascending=[False, True])
    rows = [
        (row.rule_id, row.permit, row.authority_kind, amount(row.permits), amount(row.lead), amount(row.most),
         amount(row.fees))
        for row in ordered.itertuples()
    ]  # fmt: skip
    if not rows:
        return section("permits", "Permits", "None is needed.", "")
    heads = ("Rule", "Permit", "From", "How many", "Days, likely", "Days, at most", "Fees")
    return section(
        "permits",
        "Permits",
        f"By rule, the slowest first; days are calendar days, fees in {plan.document['cost']['currency']}.",
        table(heads, rows, right=(3, 4, 5, 6)),
    )


def _risks_section(plan: SavedPlan) -> str:
    """Write the largest risks."""
    risks = plan.tables["risks"].sort_values("rank").head(_MOST)
    rows = [
        (row.rank, row.area_id if isinstance(row.area_id, str) else "program", row.risk, row.cause,
         f"{100 * row.probability:.0f} %", amount(row.exposure_cost), row.response, row.owner_role)
        for row in risks.itertuples()
    ]  # fmt: skip
    if not rows:
        return section("risks", "Risks", "Nothing is built, so nothing is at risk.", "")
    heads = ("#", "Area", "Risk", "Why here", "Chance", "Exposure", "Response", "Owner")
    money = plan.document["cost"]["currency"]
    lead = f"The {len(rows)} largest of {len(plan.tables['risks'])} by exposure: chance times cost, in {money}."
    return section("risks", "Risks", lead, table(heads, rows, right=(4, 5)))


def _findings_section(plan: SavedPlan) -> str:
    """Write everything that a reader must know that is not a figure."""
    lines = "".join(
        f'<tr><td><span class="tag {safe(one["severity"])}">{safe(one["severity"])}</span></td>'
        f'<td>{safe(one["code"])}</td><td>{safe(one["message"])}</td><td class="n">{amount(one["count"])}</td>'
        f"<td>{safe(', '.join(map(str, one['where'])))}</td><td>{safe(one['repair'] or '')}</td></tr>"
        for one in plan.document["findings"]
    )
    heads = ("", "Code", "What", "Count", "Where (up to five)", "What to do")
    head = "".join(f"<th>{word}</th>" for word in heads)
    body = (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
        if lines
        else ""
    )
    return section("findings", "Findings", "" if lines else "None.", body)


def _network_section(plan: SavedPlan) -> str:
    """Write the sizes of the network and how good the route can be proven to be."""
    network, route = plan.document["network"], plan.document["route"]
    sizes = [
        ("New route", f"{amount(network['route_m'] / 1000, 1)} km"),
        ("Cable", f"{amount(network['cable_m'] / 1000, 1)} km"),
        ("Fiber", f"{amount(network['fiber_m'] / 1000, 1)} km"),
        ("Hubs, terminals, drops", ", ".join(amount(network[name]) for name in ("hubs", "terminals", "drops"))),
        ("Largest link loss", f"{amount(network['worst_loss_db'], 2)} of {amount(network['loss_budget_db'], 2)} dB"),
    ]  # fmt: skip
    money, certified_gap = plan.document["cost"]["currency"], gap_to(route["cost"], route["certified_lower_bound"])
    proofs = [
        (words, amount(paid), amount(bound), percent(gap))
        for words, paid, bound, gap in (
            ("Route to all eligible locations", route["cost"], route["lower_bound"], route["gap"]),
            ("… recomputed from its certificate", route["cost"], route["certified_lower_bound"], certified_gap),
            ("Civil works as built", network["civil_cost"], network["civil_lower_bound"], network["civil_gap"]),
        )
    ]
    left = table(("Network", ""), sizes, right=(1,))
    right = table((f"Proof, {money}", "Cost", "No less than", "Gap"), proofs, right=(1, 2, 3))
    body = f'<div class="two"><div>{left}</div><div>{right}</div></div>'
    return section("network", "Network and proof", _proof_words(plan.document), body)


def _proof_words(document: Mapping[str, Any]) -> str:
    """Say how good the route is proven to be, and who can check that."""
    route, named, areas = document["route"], document["candidates"]["areas"], document["counts"]["areas"]
    where = f"of the {count(named, 'area')} named" if named < areas else "that a road reaches"
    if not route["cost"]:
        return "Nothing is left to build, so there is nothing to prove."
    return (
        f"The route that would reach every eligible location {where} is {proven(route['gap'])}. Anyone can check: "
        f"{certified(route['cost'], route['certified_lower_bound'])} (expansion verify). "
        "A gap says how much cheaper the best possible could be at most."
    )


def _curve_section(plan: SavedPlan) -> str:
    """Draw locations against cost, and say where the expensive tail begins."""
    curve, money = plan.tables.get("curve"), plan.document["cost"]["currency"]
    drawing = "" if curve is None else draw_curve(curve, currency=money, title="Locations reached against cost")
    if curve is None or not drawing:
        return ""
    told = plan.document["curve"]
    tail = tail_words(told, plan.document["candidates"]["locations"], f"{amount(told['tail_cost'])} {money}")
    lead = (
        f"{tail[:1].upper()}{tail[1:]}{'. ' if tail else ''}Each point is a network over part of the eligible "
        f"locations, the last one the route over all; for as many locations each is {proven(told['largest_gap'])}. "
        "Civil works and permits, without drops and electronics."
    )
    rows = [
        (amount(row.locations), percent(row.locations_share), amount(row.length_m / 1000, 1), amount(row.cost),
         amount(row.lower_bound), "" if row.marginal_cost != row.marginal_cost else amount(row.marginal_cost),
         amount(row.locations_most))
        for row in curve.itertuples()
    ]  # fmt: skip
    heads = ("Locations", "Share", "New route, km", f"Cost, {money}", "No less than", "Per location more",
             "Most for that cost")  # fmt: skip
    body = f"{drawing}{table(heads, rows, right=tuple(range(7)))}"
    return section("curve", "What more locations cost", lead, body)


def _inputs_section(plan: SavedPlan) -> str:
    """Write what the plan was made from, and under which license."""
    rows = [
        (one["name"], amount(one["rows"]), one["license"], "yes" if one["synthetic"] else "no", one["sha256"][:16])
        for one in plan.document["inputs"]
    ]
    heads = ("Input", "Rows", "License", "Synthetic", "SHA-256 (start)")
    return section("inputs", "Sources", "", table(heads, rows, right=(1,)))


def _leaves_section(plan: SavedPlan) -> str:
    """Write every value of plan.json, folded."""
    rows = leaf_rows(plan_leaves(plan.document))
    return f'<section id="figures"><details><summary>All figures of plan.json</summary>{rows}</details></section>'

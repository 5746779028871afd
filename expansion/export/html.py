"""HTML: the proposal of a plan on one page, its registers behind it; no request, no script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import starmap
from pathlib import Path
from typing import Any

from expansion.export.html_assumptions import assumptions_section, sources_register
from expansion.export.html_business import business_section, spending_section, surveys_section
from expansion.export.html_certainty import certainty_section
from expansion.export.html_design import hubs_section, light_section, rules_section, technology_section
from expansion.export.html_front import front_page
from expansion.export.html_money import cash_section, frontier_section, money_section
from expansion.export.html_parts import amount, leaf_rows, section, table
from expansion.export.html_people import (
    charters_section,
    initiatives_section,
    messages_register,
    self_audit_section,
    stakeholders_section,
    targets_section,
    types_section,
)
from expansion.export.html_permits import comparison_section, sheets_section
from expansion.export.html_phases import (
    areas_section,
    choices_section,
    gantt_section,
    phases_section,
    schedule_section,
)
from expansion.export.html_program import (
    gates_register,
    gates_section,
    lots_register,
    onboarding_section,
    permits_section,
    procurement_section,
    quality_section,
    resources_section,
    risk_register,
    risks_section,
    waves_register,
)
from expansion.export.html_style import STYLE
from expansion.figures.leaves import plan_leaves
from expansion.figures.svg_curve import draw_curve
from expansion.figures.svg_map import DrawnLayer, draw_map, map_layers, plan_frame
from expansion.markup import safe
from expansion.plan.saved import SavedPlan
from expansion.wording import certified, count, gap_to, percent, proven, tail_words

_SECTION = re.compile(r'<section id="([a-z-]+)"[^>]*><h2>([^<]*)</h2>')
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"


def write_html(plan: SavedPlan, path: Path) -> Path:
    """Write the proposal as one self-contained page; equal plans give equal bytes.

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
    """Write the page: what a board reads, what the project office works with, registers and proofs."""
    layers = map_layers(plan.tables, frame := plan_frame(plan.tables))
    title = f"{plan.document['study']['name']}: proposal"
    drawing = draw_map(layers, frame, title=f"Map of {plan.document['study']['name']}")
    parts = {
        "": [
            front_page(plan), _map_section(layers, drawing), phases_section(plan), schedule_section(plan),
            certainty_section(plan), money_section(plan), cash_section(plan), spending_section(plan),
            frontier_section(plan), permits_section(plan), gates_section(plan), risks_section(plan),
            assumptions_section(plan),
        ],
        "For the project office": [
            choices_section(plan), initiatives_section(plan), areas_section(plan), gantt_section(plan),
            resources_section(plan), procurement_section(plan), quality_section(plan), onboarding_section(plan),
            targets_section(plan), stakeholders_section(plan), types_section(plan), business_section(plan),
            self_audit_section(plan),
            _findings_section(plan),
        ],
        "Registers and proofs": [
            risk_register(plan), gates_register(plan), messages_register(plan), lots_register(plan),
            waves_register(plan), charters_section(plan), surveys_section(plan), _network_section(plan),
            _curve_section(plan), hubs_section(plan), light_section(plan), rules_section(plan),
            technology_section(plan), comparison_section(plan), sources_register(plan), _inputs_section(plan),
            sheets_section(plan), _leaves_section(plan),
        ],
    }  # fmt: skip
    return (
        '<!DOCTYPE html>\n<html lang="en" xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"/>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f"<title>{safe(title)}</title><style>{STYLE}{_switches(layers)}</style></head><body>\n"
        f'{_header(plan)}\n<main class="wide">{_contents(parts)}{"".join(starmap(_part, parts.items()))}'
        f"<footer>{safe(plan.document['fingerprint'])}<br/>Written by expansion.</footer></main></body></html>\n"
    )


def _part(words: str, sections: list[str]) -> str:
    """Write a part of the page below its heading; the first part, which is the board's, has none."""
    name = words.lower().replace(" ", "-")
    head = f'<h2 class="part" id="{name}">{words}</h2>\n' if words else ""
    return head + "".join(f"{one}\n" for one in sections)


def _contents(parts: Mapping[str, list[str]]) -> str:
    """Write links to all sections."""

    def links(part: list[str]) -> str:
        found = [one for text in part for one in _SECTION.findall(text)]
        return "".join(f'<li><a href="#{name}">{words}</a></li>' for name, words in found)

    more = "".join(
        f"<details><summary>{words}</summary><ul>{links(part)}</ul></details>" for words, part in parts.items() if words
    )
    return f"<nav><ul>{links(parts[''])}</ul>{more}</nav>"


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
        f"Profile {study['profile']} · prices of {study['price_year']} in {study['currency']} · seed {study['seed']} · "
        f"plan {plan.document['fingerprint'][:19]}"
    )
    return (
        f'<header><div class="wide"><p>Proposal for a fiber network</p><h1>{safe(study["name"])}</h1>'
        f"<p>{safe(words)}</p></div></header>"
    )


def _map_section(layers: tuple[DrawnLayer, ...], drawing: str) -> str:
    """Write the map and a legend whose boxes switch layers on and off."""
    entries = "".join(
        f'<li><label><input type="checkbox" id="show-{layer.key}" checked="checked"/>{layer.swatch}'
        f'<span>{safe(layer.label)}</span><span class="count">{amount(layer.count)}</span></label></li>'
        for layer in layers[::-1]
        if layer.label and layer.count
    )
    body = f'<div class="map-row">{drawing}<ul class="legend">{entries}</ul></div>'
    body += '<p class="screen">Untick a row to hide it; rest on an area, a hub or a permit to read more.</p>'
    lead = "Areas in the color of their phase, with route, sites and permits, over all locations."
    return section("map", "Where it is built", lead, body, own_page=True)


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
    return section("inputs", "Inputs and their licenses", "", table(heads, rows, right=(1,)))


def _leaves_section(plan: SavedPlan) -> str:
    """Write every value of plan.json, folded."""
    rows = leaf_rows(plan_leaves(plan.document))
    return f'<section id="figures"><details><summary>All figures of plan.json</summary>{rows}</details></section>'

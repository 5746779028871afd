"""Permits in the HTML summary: by rule, what they do to the route, an index by authority, and a sheet for each."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import pandas as pd

from expansion.export.html_parts import amount, section, table
from expansion.export.permit_filter import filter_classes, filter_controls
from expansion.figures.permit_facts import TO_FILL, permit_facts
from expansion.figures.permit_maps import PermitMaps
from expansion.markup import safe
from expansion.plan.saved import SavedPlan
from expansion.wording import against, count

_FILL = {"contact": "Contact", "reference": "Reference", "filed": "Filed on", "decided": "Decided on"}


def comparison_section(plan: SavedPlan) -> str:
    """Write what permits do to the route; nothing for a plan that was not asked to compare."""
    told = plan.document.get("permit_comparison")
    if told is None:
        return ""
    money, saved = plan.document["cost"]["currency"], told["saved"]
    if not told["areas_that_differ"]:
        return section(
            "detours", "What permits do to the route", "Nothing: the route that ignores them is the same.", ""
        )
    lead = (
        f"Against the route that ignores permits: {against(-saved['length_m'], 'm of route')}, "
        f"{against(-saved['permits'], 'permits')}, {against(-saved['base_cost'], money)} of base cost, "
        f"{against(-saved['wait_days'], 'days')} of waiting in the areas together; with the wait at the study's price "
        f"of a day {against(-saved['total'], money)} in total."
    )
    rows = plan.tables["permit_comparison"]
    differ = {None, *told["areas_that_differ"]}
    lines = [
        (row.area_id if isinstance(row.area_id, str) else "Study",
         "weighs permits (the plan)" if row.route == "aware" else "ignores permits", amount(row.length_m),
         amount(row.base_cost), amount(row.permits), amount(row.fee), amount(row.wait_days), amount(row.total),
         row.finish)
        for row in rows.itertuples()
        if (row.area_id if isinstance(row.area_id, str) else None) in differ
    ]  # fmt: skip
    heads = (
        "Area",
        "Route",
        "New route, m",
        f"Base, {money}",
        "Permits",
        "Fees",
        "Wait, days",
        f"Total, {money}",
        "Ends",
    )
    return section("detours", "What permits do to the route", lead, table(heads, lines, right=tuple(range(2, 8))))


def sheets_section(plan: SavedPlan) -> str:
    """Write the index of permits by authority, then a sheet for each; on paper every sheet is a page."""
    facts = permit_facts(plan.tables)
    if not len(facts):
        return ""
    marks = {name: f"permit-{number}" for number, name in enumerate(facts["permit_id"], start=1)}
    maps, money = PermitMaps.of(plan.tables), plan.document["cost"]["currency"]
    agencies = facts["agency"].nunique()
    lead = (
        f"{count(len(facts), 'permit')} from {count(agencies, 'authority', 'authorities')}; each has a sheet below, "
        "with room for contact and dates. File those first that are critical or slowest."
    )
    kinds = filter_classes(facts)
    sheets = "".join(_sheet(row, marks, maps, money, kinds[str(row["permit_id"])]) for _, row in facts.iterrows())
    index = filter_controls(facts) + _index(facts, marks, kinds)
    return section("applications", "Permits by authority", lead, index) + (f'<div id="permit-sheets">{sheets}</div>')


def _index(facts: gpd.GeoDataFrame, marks: dict[str, str], kinds: dict[str, str]) -> str:
    """Write a table of all permits with links to their sheets."""
    heads = ("Permit", "For", "State", "File on", "Expected", "Days")
    head = "".join(f"<th>{word}</th>" for word in heads)
    lines = []
    for agency, mine in facts.groupby("agency", sort=True):
        band = kinds[str(mine["permit_id"].iloc[0])].split()[0]
        lines.append(f'<tr class="band {band}"><td colspan="6">{safe(agency)}: {count(len(mine), "permit")}</td></tr>')
        for row in mine.itertuples():
            link = f'<a href="#{marks[str(row.permit_id)]}">{safe(row.permit)}</a>'
            critical = ' <span class="tag error">critical</span>' if row.is_critical else ""
            cells = "".join(f"<td>{safe(_known(cell))}</td>" for cell in (row.file_on, row.expected_on))
            lines.append(
                f'<tr class="{kinds[str(row.permit_id)]}"><td>{link}{critical}</td>'
                f"<td>{safe(row.granted_place)}</td><td>{safe(row.state_words)}</td>"
                f'{cells}<td class="n">{amount(row.lead_time_calendar_days)}</td></tr>'
            )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'


def _known(cell: object) -> str:
    """Write a cell; a dash where nothing is known."""
    return str(cell) if isinstance(cell, str) and cell else "–"


def _sheet(row: pd.Series, marks: dict[str, str], maps: PermitMaps, money: str, kinds: str) -> str:
    """Write one sheet: heading, map, facts, documents, fields to fill."""
    drawing = maps.draw(row["geometry"], str(row["span_ids"]), f"Where {row['permit_id']} is needed")
    papers = [part.strip() for part in str(row.get("documents", "")).split(";") if part.strip()]
    documents = "".join(f"<li>{safe(paper)}</li>" for paper in papers) or "<li>not stated by the rule</li>"
    facts = "".join(f"<dt>{safe(name)}</dt><dd>{safe(value)}</dd>" for name, value in _facts(row, marks, money))
    told = {name: row.get(name) for name in _FILL}
    fields = "".join(
        f"<li><span>{words}</span><b>{safe(_known(told[name])) if _known(told[name]) != '–' else ''}</b></li>"
        for name, words in _FILL.items()
    )
    assert set(TO_FILL) <= set(_FILL)
    return (
        f'<article class="permit-sheet {kinds}" id="{marks[str(row["permit_id"])]}"><h3>{safe(row["permit"])}</h3>'
        f'<p class="lead">{safe(row["agency"])} · {safe(row["granted_place"])}</p>'
        f'<div class="permit-row"><div>{drawing}<h4>Documents</h4><ul>{documents}</ul>'
        f'<ul class="fill">{fields}</ul></div><dl>{facts}</dl></div></article>'
    )


def _facts(row: pd.Series, marks: dict[str, str], money: str) -> Iterable[tuple[str, str]]:
    """Yield the facts of a permit as words."""
    days = [int(row[name]) for name in ("lead_time_min", "lead_time_calendar_days", "lead_time_max")]
    spans = str(row["span_ids"]).split(",")
    yield "Permit id", str(row["permit_id"])
    named = row["agency"] != row["authority_kind"]
    yield (
        "Authority",
        f"{row['agency']} ({row['authority_kind']})" if named else f"{row['agency']}, not named by a layer",
    )
    yield "State", str(row["state_words"])
    yield "Lead time", f"{days[1]} calendar days (from {days[0]} to {days[2]})"
    yield (
        "File on",
        f"{_known(row['file_on'])}, expected {_known(row['expected_on'])}"
        + ("; critical: each day later moves the finish" if row["is_critical"] else ""),
    )
    yield (
        "Fee",
        f"{amount(row['fee'])} {money}"
        + (f", and {amount(row['rent_year'])} a year" if row.get("rent_year", 0) else ""),
    )
    if row["lots"] > 1:
        yield "Lots", f"{row['lots']} ({row.get('lot', '')})"
    yield (
        "Extent",
        f"{count(int(row['crossings']), 'crossing or stretch', 'crossings or stretches')}, {amount(row['length_m'])} m",
    )
    yield "Areas", f"{str(row['area_ids']).replace(',', ', ')}; phase {row['phases'] or '–'}"
    yield (
        "Holds up",
        {"build": "all work on its spans", "none": "no work"}.get(str(row["blocks"]), f"{row['blocks']} work"),
    )
    if row["season"]:
        yield "Season", f"work from {row['season']} (month-day)"
    first = [one for one in str(row.get("after_permit_ids") or "").split(",") if one in marks]
    if first:
        yield "Only after", ", ".join(first)
    yield "Spans", ", ".join(spans[:12]) + (f" and {len(spans) - 12} more" if len(spans) > 12 else "")
    yield "Rule", f"{row['rule_id']}: {row['source']} ({row['status']})"
    if isinstance(row.get("evidence"), str):
        yield "Read from", f"{row['evidence']}, confidence {row.get('confidence', '')}"

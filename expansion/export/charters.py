"""Charters: one printable page per area, in one HTML file without a script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from expansion.markup import safe
from expansion.plan.saved import SavedPlan

_STYLE = """body{font:10.5pt/1.35 system-ui,sans-serif;color:#1b2733;margin:2rem auto;max-width:46rem}
h1{font-size:1.35rem;margin:0 0 .2rem}h2{font-size:.85rem;margin:.7rem 0 .1rem;text-transform:uppercase;color:#4a5a68}
table{border-collapse:collapse;width:100%}td{padding:.08rem .4rem .08rem 0;vertical-align:top}td.n{text-align:right;
white-space:nowrap;width:9rem}td.l{width:15rem}article{margin-bottom:3rem}p{margin:.2rem 0}
@media print{article{break-after:page;margin:0;columns:2;column-gap:8mm}
body{margin:0;max-width:none;font-size:7pt;line-height:1.25}h1,article>p{column-span:all}
section{break-inside:avoid}td.l{width:8.5rem}td.n{width:auto}}@page{size:A4;margin:12mm}"""
_COUNTED = ("location", "unit", "site", "terminal", "splice", "permit", "order", "pole")


def write_charters(plan: SavedPlan, path: Path) -> Path:
    """Write the charter of every chosen area, a page each when printed; every figure is that of table ``charters``."""
    rows = plan.tables.get("charters")
    pages = [] if rows is None else [_page(plan, str(area), mine) for area, mine in rows.groupby("area_id", sort=False)]
    study = plan.document["study"]
    body = "\n".join(pages) or "<p>No area is chosen.</p>"
    head = f"<title>Charters of {safe(study['name'])}</title><style>{_STYLE}</style>"
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    text = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">{head}</head>\n<body>{body}</body></html>\n'
    )
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _page(plan: SavedPlan, area: str, rows: pd.DataFrame) -> str:
    """Write the page of an area."""
    study = plan.document["study"]
    parts = [f"<article><h1>Charter of area {safe(area)}</h1>"]
    parts.append(f"<p>Study {safe(study['name'])}, plan {safe(plan.document['fingerprint'])}</p>")
    for name, mine in rows.groupby("section", sort=False):
        lines = "".join(_line(row) for row in mine.itertuples())
        parts.append(f"<section><h2>{safe(name)}</h2><table>{lines}</table></section>")
    return "\n".join([*parts, "</article>"])


def _line(row: Any) -> str:
    """Write a line: label, words, and figure or date."""
    words = row.text if isinstance(row.text, str) else ""
    day = row.date if isinstance(row.date, str) else ""
    figure = _figure(float(row.number), row.unit) if pd.notna(row.number) else ""
    told = ", ".join(part for part in (figure, day) if part)
    return f'<tr><td class="l">{safe(row.label)}</td><td>{safe(words)}</td><td class="n">{safe(told)}</td></tr>'


def _figure(number: float, unit: Any) -> str:
    """Write a figure with its unit: shares in percent, money to the cent, years plainly."""
    if unit == "fraction":
        return f"{100 * number:.1f} %"
    if unit == "year":
        return f"{number:.0f}"
    is_money = isinstance(unit, str) and len(unit) == 3 and unit.isupper()
    plain = f"{number:,.2f}" if is_money or number != round(number) else f"{number:,.0f}"
    return f"{plain} {unit}" if isinstance(unit, str) and unit not in _COUNTED else plain

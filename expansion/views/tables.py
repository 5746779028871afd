"""Tables as people read them: headings in words, nothing where nothing is known, findings worst first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from expansion.markup import safe

_HEADINGS = {
    "lead_time_calendar_days": "lead time, days", "lead_time_max": "at most, days", "length_m": "length, m",
    "area_ids": "areas", "area_id": "area", "rule_id": "rule", "down_mbps": "down, Mbit/s", "up_mbps": "up, Mbit/s",
    "impact_days": "impact, days", "p80_days": "on P80, days", "p80_cost": "on P80, money", "owner_role": "owner",
    "authority_kind": "kind of authority", "pass": "to pass", "connect": "to connect",
    "escalated": "in prices of the year",
}  # fmt: skip
_SHARES = frozenset({"probability"})
_PLAIN = frozenset({"phase", "year", "rank"})


def show_table(table: pd.DataFrame, *, wide: Sequence[str] = (), height: int | None = None) -> None:
    """Show a table; columns named in `wide` get more room, numbers of money and length lose their decimals."""
    shown = pd.DataFrame(table).copy()
    for name in shown.columns:
        if pd.api.types.is_string_dtype(shown[name]):
            shown[name] = shown[name].fillna("")
        elif pd.api.types.is_float_dtype(shown[name]) and name.startswith(
            ("length_m", "fee", "exposure", "cost", "p80_")
        ):
            shown[name] = shown[name].round()
    columns = {_HEADINGS.get(name, name.replace("_", " ")): name in wide for name in shown.columns}
    shown.columns = list(columns)
    config = {name: _column(shown[name], name, is_wide=is_wide) for name, is_wide in columns.items()}
    st.dataframe(shown, hide_index=True, column_config=config, height=height or "auto")


def _column(values: pd.Series, name: str, *, is_wide: bool) -> Any:
    """Say how a column is written: shares in percent, other numbers with separators, years as they are."""
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values) or name in _PLAIN:
        return st.column_config.Column(width="large" if is_wide else None)
    return st.column_config.NumberColumn(format="percent" if name in _SHARES else "localized")


def show_reading(table: pd.DataFrame, *, many: bool = False) -> None:
    """Show a short table of sentences that wrap, so that none is cut off; every value passes `safe`.

    With `many` columns words are not broken: a narrow window scrolls the table sideways.
    """
    heads = "".join(f"<td class='quiet'>{safe(str(name).replace('_', ' '))}</td>" for name in table.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{safe(_written(cell))}</td>' for cell in row)}</tr>"
        for row in table.itertuples(index=False, name=None)
    )
    look = " many" if many else ""
    st.html(f"<div class='wide-table'><table class='findings reading{look}'><tr>{heads}</tr>{rows}</table></div>")


def _written(cell: object) -> str:
    """Write a cell: whole numbers with separators."""
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def show_findings(rows: Sequence[Mapping[str, Any]]) -> None:
    """Show findings; each row has severity, code, message, where, count and repair."""
    if not rows:
        st.caption("Nothing was found that needs a look.")
        return
    st.html(f"<table class='findings'>{''.join(map(_finding, rows))}</table>")


def _finding(row: Mapping[str, Any]) -> str:
    """Write one finding as a row; every value passes `safe`."""
    more = " …" if row["count"] > len(row["where"]) else ""
    where = f"<div class='quiet'>{safe(', '.join(row['where']) + more)}</div>" if row["where"] else ""
    repair = f"<div class='repair'>→ {safe(row['repair'])}</div>" if row["repair"] else ""
    return (
        f"<tr><td><span class='severity {safe(row['severity'])}'>{safe(row['severity'])}</span></td>"
        f"<td>{safe(row['message'])}{repair}{where}</td><td class='quiet'>{safe(row['code'])}</td></tr>"
    )

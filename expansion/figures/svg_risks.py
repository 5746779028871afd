"""What each risk does to P80, as SVG: days to the left, money to the right, the largest first."""

from __future__ import annotations

import pandas as pd

from expansion.figures.palette import STATUSES, TIERS
from expansion.figures.paper import INK
from expansion.markup import safe
from expansion.wording import count

_WIDTH, _TOP, _ROW, _MIDDLE, _REACH, _GAP = 1200, 44, 36, 600, 300, 180
_GRAY, _LONGEST = "#5b6875", 46


def draw_risks(risks: pd.DataFrame, *, currency: str, title: str, most: int = 12) -> str:
    """Draw a row per risk that moves P80, with what P80 of finish and cost lose without it; "" where none does.

    Parameters
    ----------
    risks
        rank, risk_id, risk, p80_days and p80_cost.
    currency
        Of its money.
    title
        Read out to those who cannot see the chart.
    most
        Risks shown, by rank.
    """
    if not len(risks) or "p80_days" not in risks:
        return ""
    moving = risks[((risks["p80_days"] > 0) | (risks["p80_cost"] > 0)).to_numpy()].sort_values("rank").head(most)
    if not len(moving):
        return ""
    days, money = max(float(moving["p80_days"].max()), 1.0), max(float(moving["p80_cost"].max()), 1.0)
    rows = "".join(_row(row, place, days, money, currency) for place, row in enumerate(moving.itertuples()))
    foot = _TOP + _ROW * len(moving)
    heads = (
        _head(_MIDDLE - _GAP, "end", "days off the P80 finish") + _head(_MIDDLE, "middle", "without the risk")
        + _head(_MIDDLE + _GAP, "start", f"{currency} off the P80 cost")
    )  # fmt: skip
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" viewBox="0 0 {_WIDTH} {foot + 8}" role="img" '
        f'aria-label="{safe(title)}" font-family="system-ui,sans-serif" font-size="13">{heads}{rows}</svg>'
    )


def _head(x: int, anchor: str, words: str) -> str:
    """Write what a column shows."""
    return f'<text x="{x}" y="{_TOP - 16}" text-anchor="{anchor}" font-weight="600" fill="{INK}">{safe(words)}</text>'


def _row(row: object, place: int, days: float, money: float, currency: str) -> str:
    """Draw one risk: its words in the middle, a bar to either side."""
    late, dear = max(float(getattr(row, "p80_days", 0)), 0.0), max(float(getattr(row, "p80_cost", 0)), 0.0)
    y = _TOP + _ROW * place
    name, risk_id = str(getattr(row, "risk", "")), str(getattr(row, "risk_id", ""))
    area, short = getattr(row, "area_id", None), name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    where = f"area {area}" if isinstance(area, str) else "whole program"
    words = f"{risk_id}, {name}: {count(round(late), 'day')}, {dear:,.0f} {currency}"
    west, east = _MIDDLE - _GAP, _MIDDLE + _GAP
    left, right = _REACH * late / days, _REACH * dear / money
    return (
        f"<g><title>{safe(words)}</title>"
        f'<text x="{_MIDDLE}" y="{y + 13}" text-anchor="middle" fill="{INK}">{safe(short)}</text>'
        f'<text x="{_MIDDLE}" y="{y + 27}" text-anchor="middle" font-size="11" fill="{_GRAY}">{safe(where)}</text>'
        f'<rect x="{west - left:.1f}" y="{y + 4}" width="{left:.1f}" height="{_ROW - 12}" rx="3" '
        f'fill="{STATUSES["unserved"]}" fill-opacity="0.85"/>'
        f'<text x="{west - left - 6:.1f}" y="{y + 20}" text-anchor="end" fill="{_GRAY}">{late:,.0f}</text>'
        f'<rect x="{east}" y="{y + 4}" width="{right:.1f}" height="{_ROW - 12}" rx="3" '
        f'fill="{TIERS["feeder"]}" fill-opacity="0.85"/>'
        f'<text x="{east + right + 6:.1f}" y="{y + 20}" fill="{_GRAY}">{dear:,.0f}</text></g>'
    )

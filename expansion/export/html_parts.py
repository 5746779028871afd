"""Pieces of the HTML summary: numbers, tables, cards; every value enters through `expansion.markup.safe`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from expansion.figures.leaves import Leaf
from expansion.markup import safe

Cell = str | int | float | None


def amount(value: float | None, decimals: int = 0) -> str:
    """Write a number with thousands set apart; a dash for what is unknown."""
    return "–" if value is None else f"{value:z,.{decimals}f}"


def brief(value: float | None, currency: str) -> str:
    """Write money in a few digits: ``8.80 M USD``."""
    if value is None:
        return "–"
    for size, sign in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:,.2f}{sign} {currency}"
    return f"{value:,.0f} {currency}"


def card(figure: str, words: str, note: str = "") -> str:
    """Write one large figure with its words."""
    more = f"<span>{safe(note)}</span>" if note else ""
    return f'<div class="card"><b>{safe(figure)}</b><span>{safe(words)}</span>{more}</div>'


def section(name: str, title: str, lead: str, body: str) -> str:
    """Write a section with its anchor."""
    said = f'<p class="lead">{safe(lead)}</p>' if lead else ""
    return f'<section id="{name}"><h2>{safe(title)}</h2>{said}{body}</section>'


def table(
    heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, right: Sequence[int] = (), total: bool = False
) -> str:
    """Write a table of plain cells.

    Parameters
    ----------
    heads
        Heading of each column.
    rows
        Cells; numbers must be written already.
    right
        Columns that stand right-aligned.
    total
        Whether the last row is a sum.
    """
    listed = [list(row) for row in rows]
    head = "".join(f"<th{_side(number, right)}>{safe(word)}</th>" for number, word in enumerate(heads))
    lines = []
    for place, row in enumerate(listed):
        cells = "".join(
            f"<td{_side(number, right)}>{safe('' if cell is None else cell)}</td>" for number, cell in enumerate(row)
        )
        lines.append(f'<tr class="total">{cells}</tr>' if total and place == len(listed) - 1 else f"<tr>{cells}</tr>")
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'


def _side(number: int, right: Sequence[int]) -> str:
    """Class of a cell that stands right-aligned."""
    return ' class="n"' if number in right else ""


def bar_table(heads: Sequence[str], rows: Iterable[tuple[str, float, str]]) -> str:
    """Write a table whose last column draws the number: rows of words, number, number as text."""
    listed = list(rows)
    most = max((abs(value) for _, value, _ in listed), default=0) or 1
    lines = "".join(
        f'<tr><td>{safe(words)}</td><td class="n">{safe(shown)}</td>'
        f'<td class="barcell"><i class="bar" style="width:{100 * abs(value) / most:.1f}%"></i></td></tr>'
        for words, value, shown in listed
    )
    head = f'<th>{safe(heads[0])}</th><th class="n">{safe(heads[1])}</th><th></th>'
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def range_table(heads: Sequence[str], rows: Iterable[tuple[str, float, float]], *, mark: float) -> str:
    """Write a table whose last column draws ranges on one scale, with a line at `mark`: rows of words, low, high."""
    listed = [(words, min(low, high), max(low, high)) for words, low, high in rows]
    ends = [mark, *(end for _, low, high in listed for end in (low, high))]
    start, width = min(ends), (max(ends) - min(ends)) or 1.0

    def at(value: float) -> str:
        return f"{100 * (value - start) / width:.1f}%"

    lines = "".join(
        f'<tr><td>{safe(words)}</td><td class="n">{amount(low)}</td><td class="n">{amount(high)}</td>'
        f'<td class="barcell"><div class="track"><i class="bar" style="margin-left:{at(low)};'
        f'width:{at(start + high - low)}"></i><i class="mark" style="left:{at(mark)}"></i></div></td></tr>'
        for words, low, high in listed
    )
    head = f"<th>{safe(heads[0])}</th>" + "".join(f'<th class="n">{safe(word)}</th>' for word in heads[1:])
    return f"<table><thead><tr>{head}<th></th></tr></thead><tbody>{lines}</tbody></table>"


def leaf_rows(leaves: Iterable[Leaf]) -> str:
    """Write every value of plan.json as a row that a program can read back: ``data-key`` and ``value``."""
    lines = []
    for leaf in leaves:
        shown = safe(_shown(leaf))
        if leaf.number is not None:
            shown = f'<data data-key="{safe(leaf.key)}" value="{safe(json.dumps(leaf.value))}">{shown}</data>'
        lines.append(f'<tr><td>{safe(leaf.key)}</td><td class="n">{shown}</td><td>{safe(leaf.unit)}</td></tr>')
    head = '<tr><th>key</th><th class="n">value</th><th>unit</th></tr>'
    return f'<div class="scroll"><table><thead>{head}</thead><tbody>{"".join(lines)}</tbody></table></div>'


def _shown(leaf: Leaf) -> str:
    """Write a value of plan.json for a reader; years, seeds and schema numbers stay plain."""
    if leaf.number is None:
        return leaf.text if leaf.text is not None else "–"
    if leaf.key.endswith(("year", "seed", "schema")):
        return str(leaf.value)
    return f"{leaf.value:,}" if isinstance(leaf.value, int) else f"{leaf.value:,.6f}".rstrip("0").rstrip(".")

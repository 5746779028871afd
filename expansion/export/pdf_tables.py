"""Tables of the proposal on PDF pages: columns as wide as their words ask for, headings on every page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, LongTable, Paragraph, TableStyle

from expansion.export.pdf_words import BOLD, CELL, HEAD, INK, REGULAR, RULE, SOFT, X, inline, plain_words

_PAD, _SIZE, _MOST_COLUMNS = 5.0, CELL.fontSize, 16
_WIDEST_WORD, _WIDEST_KEPT, _WIDEST_TEXT, _BAR = 110.0, 230.0, 330.0, 90.0
_SHARE = re.compile(r"width:([\d.]+)%")


class Bar(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A bar that fills a share of its cell."""

    def __init__(self, share: float) -> None:
        """Hold the share, 0 to 1."""
        super().__init__()
        self.share, self.width = share, _BAR

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803 - reportlab names them
        """Take the width that there is."""
        self.width = aW
        return aW, 6.0

    def draw(self) -> None:
        """Draw the bar."""
        self.canv.setFillColor(HexColor("#0b7ea4"))
        self.canv.roundRect(0, 0.5, max(self.width * self.share, 1), 4.5, 1.5, stroke=0, fill=1)


def make_tables(element: ET.Element, width: float) -> list[LongTable]:
    """Lay out a table of the page; one of very many columns in parts, each with the first column; `width` in points."""
    head = [list(row) for row in element.findall(f"{X}thead/{X}tr")]
    body = element.findall(f"{X}tbody/{X}tr")
    rows = head + [list(row) for row in body]
    classes = [row.get("class") or "" for row in body]
    columns = max((len(row) for row in rows), default=0)
    if columns <= _MOST_COLUMNS:
        return [_table(rows, len(head), classes, width)] if columns else []
    parts = [[row[:1] + row[first : first + _MOST_COLUMNS - 1] for row in rows]
             for first in range(1, columns, _MOST_COLUMNS - 1)]  # fmt: skip
    return [_table(part, len(head), classes, width) for part in parts]


def _table(rows: Sequence[Sequence[ET.Element]], heads: int, classes: Sequence[str], width: float) -> LongTable:
    """Lay out rows, the first `heads` of which stand on every page."""
    columns = max(len(row) for row in rows)
    right = {(place, number) for number, row in enumerate(rows) for place, cell in enumerate(row) if _is_right(cell)}
    widths = _widths(rows, columns, width)
    cells = []
    for number, row in enumerate(rows):
        written = [_cell(cell, widths[place], is_head=number < heads) for place, cell in enumerate(row)]
        cells.append(written + [""] * (columns - len(row)))
    table = LongTable(cells, colWidths=widths, repeatRows=heads, spaceBefore=2, spaceAfter=6, splitInRow=1)
    table.setStyle(TableStyle(_look(heads, classes, right)))
    return table


def _look(heads: int, classes: Sequence[str], right: set[tuple[int, int]]) -> list[tuple[object, ...]]:
    """Rules below rows, a heavier one below the headings, sums in bold."""
    look: list[tuple[object, ...]] = [
        ("FONT", (0, 0), (-1, -1), REGULAR, _SIZE, CELL.leading), ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK), ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PAD), ("TOPPADDING", (0, 0), (-1, -1), 1.6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.8), ("LINEBELOW", (0, 0), (-1, -1), 0.35, RULE),
    ]  # fmt: skip
    if heads:
        look += [
            ("FONT", (0, 0), (-1, heads - 1), BOLD, _SIZE, CELL.leading), ("TEXTCOLOR", (0, 0), (-1, heads - 1), SOFT),
            ("LINEBELOW", (0, heads - 1), (-1, heads - 1), 0.9, RULE), ("VALIGN", (0, 0), (-1, heads - 1), "BOTTOM"),
        ]  # fmt: skip
    look += [("ALIGN", spot, spot, "RIGHT") for spot in sorted(right)]
    look += [
        ("FONT", (0, heads + number), (-1, heads + number), BOLD, _SIZE, CELL.leading)
        for number, name in enumerate(classes)
        if name == "total" or "band" in name.split()
    ]
    return look


def _is_right(cell: ET.Element) -> bool:
    """Whether a cell stands right-aligned."""
    return "n" in (cell.get("class") or "").split()


def _cell(cell: ET.Element, width: float, *, is_head: bool) -> object:
    """Write a cell: plain text where it fits on one line, which is fast, else a paragraph."""
    if cell.get("class") == "barcell":
        found = _SHARE.search(cell.find(f".//{X}i").get("style", "")) if len(cell) else None  # type: ignore[union-attr]
        return Bar(float(found[1]) / 100) if found else ""
    words, font = plain_words(cell), BOLD if is_head else REGULAR
    if stringWidth(words, font, _SIZE) <= width - _PAD and not list(cell):
        return words
    style = HEAD if is_head else CELL
    return Paragraph(inline(cell), style.clone(f"{style.name}-right", alignment=2) if _is_right(cell) else style)


def _shrink(least: Sequence[float], width: float) -> list[float]:
    """Cut the widest columns to one width, as far as the table must get narrower; the narrow ones keep theirs."""
    left, cap = width, width
    for place, one in enumerate(sorted(least)):
        cap = left / (len(least) - place)
        if one > cap:
            break
        left -= one
    return [min(one, cap) for one in least]


def _widths(rows: Sequence[Sequence[ET.Element]], columns: int, width: float) -> list[float]:
    """Give each column its longest word, and the rest of the width by how much more its texts could use."""
    least, most = [8.0] * columns, [8.0] * columns
    for number, row in enumerate(rows):
        font = BOLD if number == 0 else REGULAR
        for place, cell in enumerate(row):
            if cell.get("class") == "barcell":
                least[place], most[place] = 40.0, max(most[place], _BAR)
                continue
            words = plain_words(cell)
            keep = cell.get("class") == "d" or _is_right(cell)
            parts = [words] if keep and number else words.split()
            word = max((stringWidth(part, font, _SIZE) for part in parts), default=0.0)
            least[place] = max(least[place], min(word, _WIDEST_KEPT if keep else _WIDEST_WORD) + _PAD + 0.5)
            most[place] = max(most[place], min(stringWidth(words, font, _SIZE), _WIDEST_TEXT) + _PAD + 0.5)
    spare = width - sum(least)
    if spare <= 0:
        return _shrink(least, width)
    wish = [high - low for low, high in zip(least, most, strict=True)]
    if sum(wish) <= spare:
        return [high + (spare - sum(wish)) * high / sum(most) for high in most]
    return [low + spare * more / sum(wish) for low, more in zip(least, wish, strict=True)]

"""Blocks of the proposal's page as blocks of a PDF: headings, cards, figures, lists, tables, side by side or below."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from reportlab.lib.colors import HexColor, white
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from expansion.export.pdf_drawing import SVG, Drawing
from expansion.export.pdf_tables import make_tables
from expansion.export.pdf_words import (
    ASK,
    BOLD,
    BRAND,
    FIGURE,
    HEADING,
    INK,
    ITEM,
    LEAD,
    LEGEND,
    QUIET,
    REGULAR,
    SMALLER,
    SOFT,
    TEXT,
    X,
    inline,
    plain_words,
)

GAP = 14.0
_FRONT_MAP, _MAP, _PHASE_MAP = 225.0, 0.52, 0.31
"""Tallest small map on the front page, points; tallest large map, and map of a phase, as shares of a page."""
FLAT: list[tuple[object, ...]] = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), GAP),
         ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
         ("VALIGN", (0, 0), (-1, -1), "TOP")]  # fmt: skip
_WORDS = {"lead": LEAD, "quiet": QUIET, "ask": ASK}
FONTS = (REGULAR, BOLD)
_ON_SCREEN = ("filters", "permit-filter", "screen")


@dataclass(frozen=True, slots=True)
class Room:
    """Width and height that a block may take, in points."""

    width: float
    height: float


class Heading(Paragraph):  # type: ignore[misc]  # reportlab has no types
    """A heading that the outline names and links lead to."""

    def __init__(self, name: str, words: str, level: int, *, style: ParagraphStyle = HEADING) -> None:
        """Hold the anchor, the words and the depth in the outline."""
        super().__init__(escape(words, quote=False), style)
        self.name, self.words, self.level = name, words, level


def section_blocks(section: ET.Element, room: Room, level: int) -> list[Flowable]:
    """Lay out a section: its heading, then what it holds."""
    title = section.find(f"{X}h2")
    words = plain_words(title if title is not None else section.find(f".//{X}summary"))  # type: ignore[arg-type]
    found: list[Flowable] = [Heading(section.get("id", ""), words, level)]
    for one in section:
        if one is not title:
            found += _blocks(one, room)
    for place in range(len(found) - 1, 0, -1):
        before, after = found[place - 1], found[place]
        if isinstance(before, Paragraph | Keys) and (isinstance(after, Drawing) or getattr(after, "is_led", False)):
            before.keepWithNext, before.is_led = 1, True  # words that lead to a figure stay with it
    return found


def _blocks(element: ET.Element, room: Room) -> Iterator[Flowable]:
    """Yield the blocks of an element."""
    name, tag = element.get("class") or "", element.tag
    if tag == f"{SVG}svg":
        yield Drawing(element, room.width, room.height - 60, FONTS)
    elif tag == f"{X}table":
        yield from make_tables(element, room.width)
    elif tag == f"{X}h3":
        yield Paragraph(inline(element), SMALLER)
    elif tag == f"{X}p" and name not in _ON_SCREEN:
        yield Paragraph(inline(element), _WORDS.get(name, TEXT))
    elif tag in (f"{X}ul", f"{X}ol"):
        yield from _list(element, name, room)
    elif name in _ROWS:
        yield from _ROWS[name](element, room)
    elif name not in _ON_SCREEN and tag != f"{X}summary":
        for one in element:
            yield from _blocks(one, room)


def _list(element: ET.Element, name: str, room: Room) -> Iterator[Flowable]:
    """Yield a list: colored keys in a row, lines to sign, or points."""
    if name == "keys":
        yield _keys(element)
    elif name == "signatures":
        yield _signatures(element, room)
    else:
        numbered = element.tag == f"{X}ol"
        for number, one in enumerate(element, start=1):
            yield Paragraph(inline(one), ITEM, bulletText=f"{number}." if numbered else "•")


class Keys(Flowable):  # type: ignore[misc]  # reportlab has no types
    """What each color stands for, in rows."""

    def __init__(self, keys: list[tuple[str, str]], *, size: float = 7.4, gap: float = 14.0) -> None:
        """Hold colors and words; size and gap in points."""
        super().__init__()
        self.keys, self.size, self.gap, self.spots = keys, size, gap, [(0.0, 0.0)]

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803 - reportlab names them
        """Break into rows where the width ends."""
        x = y = 0.0
        self.spots = []
        for _, words in self.keys:
            wide = 13 + stringWidth(words, REGULAR, self.size) + self.gap
            if x and x + wide - self.gap > aW:
                x, y = 0.0, y + self.size * 1.5
            self.spots.append((x, y))
            x += wide
        self.width, self.height = aW, y + self.size * 1.6
        return self.width, self.height

    def draw(self) -> None:
        """Draw a chip and its words for each."""
        for (color, words), (x, y) in zip(self.keys, self.spots, strict=True):
            foot = self.height - y - self.size * 1.15
            self.canv.setFillColor(HexColor(color))
            self.canv.roundRect(x, foot, 9, self.size * 0.72, 1.2, stroke=0, fill=1)
            self.canv.setFillColor(SOFT)
            self.canv.setFont(REGULAR, self.size)
            self.canv.drawString(x + 13, foot, words)


def _keys(element: ET.Element) -> Flowable:
    """Write what each color stands for."""
    return Keys([(one[0].get("style", "").removeprefix("background:"), plain_words(one)) for one in element])


def _signatures(element: ET.Element, room: Room) -> Flowable:
    """Draw a line to sign for each role, two in a row."""
    cells = [[plain_words(part) for part in one] for one in element]
    rows = [[*cells[place], "", *(cells[place + 1] if place + 1 < len(cells) else ["", "", ""])]
            for place in range(0, len(cells), 2)]  # fmt: skip
    part = (room.width - 20) / 2
    widths = [part * 0.36, part * 0.26, part * 0.38, 20, part * 0.36, part * 0.26, part * 0.38]
    table = Table(rows, colWidths=widths, rowHeights=[25] * len(rows))
    look: list[tuple[object, ...]] = [
        *FLAT, ("FONT", (0, 0), (-1, -1), REGULAR, 7.5), ("TEXTCOLOR", (0, 0), (-1, -1), SOFT),
        ("VALIGN", (0, 0), (-1, -1), "BOTTOM"), ("LINEBELOW", (0, 0), (2, -1), 0.6, SOFT),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]  # fmt: skip
    for column in (0, 4):
        look += [("FONT", (column, 0), (column, -1), BOLD, 7.5), ("TEXTCOLOR", (column, 0), (column, -1), INK)]
    last = -1 if len(cells) % 2 == 0 else -2
    if len(rows) + last >= 0:
        look.append(("LINEBELOW", (4, 0), (6, last), 0.6, SOFT))
    table.setStyle(TableStyle(look))
    return table


def _front_row(element: ET.Element, room: Room) -> Iterator[Flowable]:
    """Set the cards two in a row, beside the small map of all phases where there is one."""
    cards, *maps = list(element)
    part = Room((room.width - GAP) / 2 if maps else room.width, room.height)
    left = _cards(cards, part)
    if not maps:
        yield left
        return
    right = [Drawing(maps[0][0], part.width, _FRONT_MAP, FONTS), _keys(maps[0][1])]
    table = Table([[left, right]], colWidths=[part.width + GAP, part.width])
    table.setStyle(TableStyle([*FLAT, ("RIGHTPADDING", (1, 0), (1, 0), 0)]))
    yield table


def _cards(element: ET.Element, room: Room) -> Table:
    """Set cards two in a row."""
    cells = [[Paragraph(inline(part), FIGURE if part.tag == f"{X}b" else QUIET_CARD) for part in one]
             for one in element]  # fmt: skip
    rows = [cells[place : place + 2] for place in range(0, len(cells), 2)]
    rows[-1] += [[] for _ in range(2 - len(rows[-1]))]
    table = Table(rows, colWidths=[room.width / 2] * 2, spaceAfter=4)
    look: list[tuple[object, ...]] = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 5), ("LEFTPADDING", (0, 0), (-1, -1), 9)]  # fmt: skip
    for place in range(len(cells)):
        spot = (place % 2, place // 2)
        look += [("LINEBEFORE", spot, spot, 2.4, BRAND), ("BACKGROUND", spot, spot, HexColor("#f4f7f9")),
                 ("LINEABOVE", spot, spot, 5, white)]  # fmt: skip
    table.setStyle(TableStyle(look))
    return table


QUIET_CARD = QUIET.clone("card", spaceBefore=0, spaceAfter=0)


def _two(element: ET.Element, room: Room) -> Iterator[Flowable]:
    """Set parts side by side where they fit on a page, else one below the other."""
    part = Room((room.width - GAP) / 2, room.height)
    sides = [list(_blocks(one, part)) for one in element if len(one)]
    if len(sides) == 2 and max(sum(one.wrap(part.width, room.height)[1] for one in side) for side in sides) < (
        room.height * 0.8
    ):
        table = Table([sides], colWidths=[part.width + GAP, part.width])
        table.setStyle(TableStyle([*FLAT, ("RIGHTPADDING", (1, 0), (1, 0), 0)]))
        yield table
    else:
        for one in element:
            yield from _blocks(one, room)


def _phases(element: ET.Element, room: Room) -> Iterator[Flowable]:
    """Set the small maps three in a row, or two of two."""
    many = min(3, max(len(element), 2))
    wide = room.width / many
    cells: list[list[Flowable]] = []
    for one in element:
        title, drawing, words = list(one)
        color = title[0].get("style", "").removeprefix("background:")
        head = Keys([(color, plain_words(title))], size=9.0)
        cells.append(
            [head, Drawing(drawing, wide - GAP, room.height * _PHASE_MAP, FONTS), Paragraph(inline(words), QUIET)]
        )
    for place in range(0, len(cells), many):
        row = cells[place : place + many] + [[]] * (many - len(cells[place : place + many]))
        table = Table([row], colWidths=[wide] * many)
        table.setStyle(TableStyle(FLAT))
        yield KeepTogether([table])


def _map_row(element: ET.Element, room: Room) -> Iterator[Flowable]:
    """Set the map beside its legend."""
    drawing, legend = list(element)
    wide = 122.0
    rows = []
    for one in legend:
        label = one[0]
        swatch, words, many = label[1], label[2], label[3]
        rows.append([Drawing(swatch, 16, 11, FONTS), Paragraph(inline(words), LEGEND), plain_words(many)])
    keys = Table(rows, colWidths=[22, wide - 52, 30]) if rows else Spacer(1, 1)
    if rows:
        keys.setStyle(TableStyle([*FLAT, ("RIGHTPADDING", (0, 0), (-1, -1), 0), ("ALIGN", (2, 0), (2, -1), "RIGHT"),
                                  ("FONT", (2, 0), (2, -1), REGULAR, 7.2), ("TEXTCOLOR", (2, 0), (2, -1), SOFT),
                                  ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]))  # fmt: skip
    figure = Drawing(drawing, room.width - wide - GAP, room.height * _MAP, FONTS)
    table = Table([[figure, keys]], colWidths=[room.width - wide, wide])
    table.setStyle(TableStyle([*FLAT, ("RIGHTPADDING", (1, 0), (1, 0), 0)]))
    yield table


_ROWS = {"front-row": _front_row, "two": _two, "phases": _phases, "map-row": _map_row}

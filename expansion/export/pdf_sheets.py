"""Sheets per permit on PDF pages: map, documents and fields to fill beside the facts; as many on a page as fit."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from reportlab.platypus import Flowable, KeepTogether, Paragraph, Table, TableStyle

from expansion.export.pdf_blocks import FLAT, FONTS, GAP, Heading, Room
from expansion.export.pdf_drawing import SVG, Drawing
from expansion.export.pdf_words import CELL, INK, LEAD, REGULAR, RULE, SMALLER, SOFT, X, inline, plain_words

_LEFT, _TALLEST, _NAMES = 0.42, 150.0, 66.0
_SMALL = SMALLER.clone("sheet", fontSize=7.4, leading=9.5, spaceBefore=3, spaceAfter=0)


def sheet_blocks(sheets: ET.Element, room: Room) -> list[Flowable]:
    """Lay out every sheet of ``<div id="permit-sheets">``, each in one piece, named in the outline."""
    return [block for one in sheets for block in _sheet(one, room)]


def _sheet(article: ET.Element, room: Room) -> list[Flowable]:
    """Lay out one sheet: heading, authority, then two columns."""
    title, lead, row = list(article)
    left, facts = list(row)
    heading = Heading(
        article.get("id", ""),
        plain_words(title),
        2,
        style=SMALLER.clone("permit", fontSize=10.5, leading=13, textColor=INK),
    )
    wide = room.width * _LEFT
    columns = Table(
        [[_place(left, wide - GAP), _facts(facts, room.width - wide)]], colWidths=[wide, room.width - wide],
        spaceAfter=14,
    )  # fmt: skip
    columns.setStyle(TableStyle([*FLAT, ("RIGHTPADDING", (1, 0), (1, 0), 0)]))
    return [KeepTogether([heading, Paragraph(inline(lead), LEAD), columns])]


def _place(left: ET.Element, width: float) -> list[Flowable]:
    """Lay out map, documents, and the fields to fill."""
    found: list[Flowable] = []
    for one in left:
        if one.tag == f"{SVG}svg":
            found.append(Drawing(one, width, _TALLEST, FONTS))
        elif one.tag == f"{X}h4":
            found.append(Paragraph(inline(one), _SMALL))
        elif one.get("class") == "fill":
            found.append(_fields(one, width))
        else:
            found += [Paragraph(f"• {inline(part)}", CELL) for part in one]
    return found


def _fields(fields: ET.Element, width: float) -> Table:
    """Draw a line to write on for each field, two in a row."""
    words = [[Paragraph(inline(one), CELL)] for one in fields]
    rows = [[*words[place : place + 2], ""][:2] for place in range(0, len(words), 2)]
    table = Table(rows, colWidths=[width / 2] * 2, rowHeights=[19] * len(rows))
    table.setStyle(
        TableStyle([*FLAT, ("VALIGN", (0, 0), (-1, -1), "BOTTOM"), ("LINEBELOW", (0, 0), (-1, -1), 0.5, SOFT)])
    )
    return table


def _facts(facts: ET.Element, width: float) -> Table:
    """Set names beside what they say."""
    told = list(facts)
    rows = [
        [plain_words(name), Paragraph(inline(value), CELL)] for name, value in zip(told[::2], told[1::2], strict=True)
    ]
    table = Table(rows, colWidths=[_NAMES, width - _NAMES])
    table.setStyle(
        TableStyle([
            *FLAT, ("FONT", (0, 0), (0, -1), REGULAR, CELL.fontSize), ("TEXTCOLOR", (0, 0), (0, -1), SOFT),
            ("TOPPADDING", (0, 0), (-1, -1), 1.2), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
            ("LINEBELOW", (0, 0), (-1, -1), 0.3, RULE),
        ])
    )  # fmt: skip
    return table

"""Fonts, styles and running text of the PDF."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from functools import cache
from html import escape
from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont

X = "{http://www.w3.org/1999/xhtml}"
REGULAR, BOLD = "Roboto", "Roboto-Bold"
INK, SOFT, RULE, BRAND = (HexColor(color) for color in ("#1b2733", "#5b6875", "#d5dbe2", "#0b4f6c"))
_FONTS = Path(__file__).parent / "fonts"
_KEPT = {f"{X}b": ("<b>", "</b>"), f"{X}br": ("", "<br/>")}
_TAGS = {"error": "#b3261e", "warning": "#7a4b00", "info": "#0b4f6c"}


@cache
def load_fonts() -> None:
    """Make Roboto known to reportlab: Latin, Greek and Cyrillic letters, embedded as far as they are used."""
    registerFont(TTFont(REGULAR, _FONTS / "Roboto-Regular.ttf"))
    registerFont(TTFont(BOLD, _FONTS / "Roboto-Bold.ttf"))
    registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


load_fonts()


def _style(name: str, size: float, *, bold: bool = False, color: HexColor = INK, **more: object) -> ParagraphStyle:
    """Make a style; leading follows the size."""
    font = BOLD if bold else REGULAR
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.28, textColor=color, **more)


TITLE = _style("title", 22, bold=True)
ASK = _style("ask", 15, bold=True, color=BRAND, spaceAfter=8)
HEADING = _style("heading", 14, bold=True, spaceBefore=10, spaceAfter=2, keepWithNext=1)
SMALLER = _style("smaller", 9, bold=True, color=SOFT, spaceBefore=8, spaceAfter=2, keepWithNext=1)
LEAD = _style("lead", 8.5, color=SOFT, spaceAfter=5, keepWithNext=1)
QUIET = _style("quiet", 7.4, color=SOFT, spaceBefore=2, spaceAfter=4)
TEXT = _style("text", 8.6)
ITEM = _style("item", 8.6, leftIndent=12, bulletIndent=1, spaceAfter=3)
CELL = _style("cell", 7)
HEAD = _style("head", 7, bold=True, color=SOFT)
FIGURE = _style("figure", 14, bold=True)
LEGEND = _style("legend", 7.2)


def plain_words(element: ET.Element) -> str:
    """Text of an element, spaces run together."""
    return " ".join("".join(element.itertext()).split())


def inline(element: ET.Element) -> str:
    """Write running text with its bold parts as reportlab's markup."""
    parts = [escape(element.text or "", quote=False)]
    for one in element:
        before, after = _KEPT.get(one.tag, ("", ""))
        color = next((_TAGS[name] for name in (one.get("class") or "").split() if name in _TAGS), "")
        if color:
            before, after = f'<font color="{color}"><b>', "</b></font>"
        parts.append(f"{before}{inline(one)}{after}{escape(one.tail or '', quote=False)}")
    return "".join(parts)

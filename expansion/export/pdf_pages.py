"""Pages of the PDF: order of the sections, contents, header and footer, outline."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate, Paragraph

from expansion.export.html import page_text
from expansion.export.pdf_blocks import Heading, Room, section_blocks
from expansion.export.pdf_sheets import sheet_blocks
from expansion.export.pdf_words import BOLD, BRAND, INK, QUIET, REGULAR, RULE, SOFT, TITLE, X, inline, plain_words
from expansion.plan.saved import SavedPlan

_SIDE, _TOP, _FOOT = 40.0, 46.0, 40.0
_ROW, _LEAST_ROW, _COLUMNS, _HEAD = 9.4, 8.2, 3, 30.0
_SMALL = 7.6
"""Size of letters of the contents, where their rows are as far apart as they may be, points."""
_CONTENTS, _TOTAL = "contents", "total"
_DOCTYPE = re.compile(r"^<!DOCTYPE[^>]*>")


def pdf_bytes(plan: SavedPlan) -> bytes:
    """Lay the proposal out from the page of `expansion.export.html`, so that no word or figure can differ from it.

    Maps and charts are vectors.
    """
    root = ET.fromstring(_DOCTYPE.sub("", page_text(plan)))
    size = LETTER if plan.document["study"]["profile"] == "us-bead" else A4
    held = io.BytesIO()
    pages = _Pages(held, size, plan)
    room = Room(size[0] - 2 * _SIDE, size[1] - _TOP - _FOOT)
    pages.build(_story(root, pages, room))
    return held.getvalue()


def _story(root: ET.Element, pages: _Pages, room: Room) -> list[Flowable]:
    """Put the sections in order: the front page alone, the contents, the others, the appendices."""
    main = root.find(f".//{X}main")
    assert main is not None
    found: list[Flowable] = list(_cover(root))
    listed: list[tuple[str, str, int]] = []
    level = 0
    for one in main:
        if one.get("class") == "part":
            level = 1
            found += [PageBreak(), Heading(one.get("id", ""), plain_words(one), 0)]
        elif one.tag == f"{X}section":
            blocks = section_blocks(one, room, level)
            begins_page = "page" in (one.get("class") or "").split() and not isinstance(found[-1], Heading | _Contents)
            found += [PageBreak(), *blocks] if begins_page else blocks
            listed.append((one.get("id", ""), blocks[0].words, level))
            if one.get("id") == "ask":
                found += [PageBreak(), _Contents(pages, listed)]
        elif one.get("id") == "permit-sheets":
            found += sheet_blocks(one, room)
    return found


def _cover(root: ET.Element) -> list[Flowable]:
    """Write whose plan it is."""
    above, title, below = list(root.find(f".//{X}header/{X}div") or [])
    small = QUIET.clone("cover", fontSize=8.5)
    return [Paragraph(inline(above), small), Paragraph(inline(title), TITLE),
            Paragraph(inline(below), small)]  # fmt: skip


class _Contents(Flowable):  # type: ignore[misc]  # reportlab has no types
    """Names of all sections with links; their pages are written at the end, when they are known."""

    def __init__(self, pages: _Pages, listed: list[tuple[str, str, int]]) -> None:
        """Hold the list, which grows until all sections are laid out."""
        super().__init__()
        self.pages, self.listed = pages, listed

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803 - reportlab names them
        """Take columns of rows, set closer where little of the page is left."""
        self.width = aW
        self.rows = -(-len(self.listed) // _COLUMNS)
        self.row = min(_ROW, max(_LEAST_ROW, (aH - _HEAD) / max(self.rows, 1)))
        self.pages.small = _SMALL * self.row / _ROW
        self.height = self.rows * self.row + _HEAD
        return self.width, self.height

    def draw(self) -> None:
        """Write the names and leave room for the pages."""
        canvas, part = self.canv, self.width / _COLUMNS
        canvas.setFont(BOLD, 9)
        canvas.setFillColor(SOFT)
        canvas.drawString(0, self.height - 16, "Contents")
        for number, (name, words, _) in enumerate(self.listed):
            x, y = number // self.rows * part, self.height - 28 - number % self.rows * self.row
            canvas.setFont(REGULAR, self.pages.small)
            canvas.setFillColor(INK)
            canvas.drawString(x, y, _cut(words, part - 40))
            canvas.linkRect("", name, (x, y - 2, x + part - 14, y + 8), relative=1, Border="[0 0 0]")
            self.pages.spots[name] = (x + part - 18, y)
        canvas.doForm(_CONTENTS)


def _cut(words: str, width: float) -> str:
    """Shorten words to a width in points."""
    while stringWidth(words, REGULAR, _SMALL) > width:
        words = f"{words.removesuffix('…')[:-1]}…"
    return words


class _Pages(BaseDocTemplate):  # type: ignore[misc]  # reportlab has no types
    """Pages with a header, a footer and an outline."""

    def __init__(self, held: io.BytesIO, size: tuple[float, float], plan: SavedPlan) -> None:
        """Hold what header and footer say."""
        study = plan.document["study"]["name"]
        super().__init__(
            held, pagesize=size, leftMargin=_SIDE, rightMargin=_SIDE, topMargin=_TOP, bottomMargin=_FOOT,
            title=f"{study}: proposal", author="expansion", subject=plan.document["fingerprint"], invariant=1,
            pageCompression=1, lang="en",
        )  # fmt: skip
        self.study, self.mark, self.size = study, plan.document["fingerprint"], size
        self.spots: dict[str, tuple[float, float]] = {}
        self.small = _SMALL
        self.found: dict[str, int] = {}
        frame = Frame(_SIDE, _FOOT, size[0] - 2 * _SIDE, size[1] - _TOP - _FOOT, 0, 0, 0, 0)
        self.addPageTemplates([PageTemplate(id="page", frames=[frame], onPage=self._furnish)])

    def _furnish(self, canvas: Canvas, _: object) -> None:
        """Draw header and footer."""
        wide, tall = self.size
        canvas.saveState()
        canvas.setFont(REGULAR, 7)
        canvas.setFillColor(SOFT)
        canvas.setStrokeColor(RULE)
        if canvas.getPageNumber() > 1:
            canvas.drawString(_SIDE, tall - 30, f"{self.study} · proposal")
            canvas.drawRightString(wide - _SIDE, tall - 30, self.mark[:26])
            canvas.line(_SIDE, tall - 35, wide - _SIDE, tall - 35)
        else:
            canvas.setFillColor(BRAND)
            canvas.rect(0, tall - 10, wide, 10, stroke=0, fill=1)
            canvas.setFillColor(SOFT)
        canvas.drawString(_SIDE, 24, "Written by expansion")
        canvas.drawRightString(wide - _SIDE - 16, 24, f"Page {canvas.getPageNumber()} of")
        canvas.translate(wide - _SIDE - 14, 24)
        canvas.doForm(_TOTAL)
        canvas.restoreState()

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - reportlab names it
        """Bring headings into the outline."""
        if isinstance(flowable, Heading):
            self.found[flowable.name] = self.page
            self.canv.bookmarkPage(flowable.name)
            self.canv.addOutlineEntry(flowable.words, flowable.name, level=flowable.level, closed=flowable.level == 0)

    def _endBuild(self) -> None:  # noqa: N802 - reportlab names it
        """Write what is known only now: the page of each section, and how many there are."""
        canvas, wide = self.canv, self.size[0]
        canvas.beginForm(_TOTAL, 0, -5, 60, 20)
        canvas.setFont(REGULAR, 7)
        canvas.setFillColor(SOFT)
        canvas.drawString(0, 0, str(self.page))
        canvas.endForm()
        canvas.beginForm(_CONTENTS, 0, 0, wide, 2 * wide)
        canvas.setFont(REGULAR, self.small)
        canvas.setFillColor(SOFT)
        for name, (x, y) in self.spots.items():
            canvas.drawRightString(x, y, str(self.found.get(name, "")))
        canvas.endForm()
        super()._endBuild()

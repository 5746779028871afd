"""Signs and words of technical drawings, and the sheet of paper that carries them; every text passes `safe`."""

from __future__ import annotations

from dataclasses import dataclass

from expansion.figures.paper import INK
from expansion.markup import safe

SHEET_WIDTH = 1680
"""Width of an A3 sheet in landscape, at four units a millimeter."""
SHEET_HEIGHT = 1188
SOFT = "#5b6875"
PALE = "#dfe4ea"
PAPER = "#ffffff"
_UNITS_PER_MM = 4
_FONT = "Helvetica,Arial,sans-serif"
_MARGIN, _BLOCK_WIDTH, _BLOCK_HEIGHT = 20, 560, 74
_LETTER = 0.56  # mean width of a letter or digit, as a share of the size of the type
INNER_TOP, INNER_BOTTOM = 104, _MARGIN + _BLOCK_HEIGHT + 12
"""What a drawing leaves free for its heading and its title block."""


@dataclass(frozen=True, slots=True)
class TitleBlock:
    """What stands in the corner of a sheet.

    Attributes
    ----------
    study, title
        Whose plan, and what is drawn.
    about
        The line under the title: the figures that a reader asks for first.
    note
        How to read the drawing: its unit, its scale.
    fingerprint
        Of the plan that was drawn.
    number, of
        Which sheet of how many, from 1.
    """

    study: str
    title: str
    about: str
    note: str
    fingerprint: str
    number: int = 1
    of: int = 1


def write(
    x: float, y: float, text: object, size: float = 11, *, anchor: str = "start", color: str = INK, bold: bool = False
) -> str:
    """Write a line of text; `y` is its foot, `anchor` one of start, middle, end."""
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    weight = ' font-weight="700"' if bold else ""
    look = f'font-size="{size:g}" fill="{color}"{side}{weight}'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{safe(text)}</text>'


def text_width(text: object, size: float) -> float:
    """Estimate how wide a text is, in units."""
    return len(str(text)) * size * _LETTER


def fit(text: object, width: float, size: float) -> str:
    """Cut the middle out of a text that is wider than `width`: its head and its end tell ids apart.

    Examples
    --------
    >>> fit("w9000000123-17", 60, 10)
    'w900…3-17'
    """
    whole, most = str(text), max(int(width / (size * _LETTER)), 3)
    if len(whole) <= most:
        return whole
    head = most // 2
    return f"{whole[:head]}…{whole[len(whole) - (most - head - 1) :]}"


def box(
    x: float, y: float, width: float, height: float, *, fill: str = "none", stroke: str = "none", radius: float = 0,
    thick: float = 1, dash: str = "", hint: str = "",
) -> str:  # fmt: skip
    """Draw a rectangle; `hint` is shown to a reader who points at it."""
    more = (f' rx="{radius:g}"' if radius else "") + (f' stroke-dasharray="{dash}"' if dash else "")
    look = f'fill="{fill}" stroke="{stroke}" stroke-width="{thick:g}"{more}'
    place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}"'
    return f"<rect {place} {look}>{_hint(hint)}</rect>" if hint else f"<rect {place} {look}/>"


def stroke(path: str, color: str, thick: float, *, dash: str = "", fill: str = "none", hint: str = "") -> str:
    """Draw a path of SVG commands."""
    more = f' stroke-dasharray="{dash}"' if dash else ""
    look = f'fill="{fill}" stroke="{color}" stroke-width="{thick:g}"{more}'
    return f'<path d="{path}" {look}>{_hint(hint)}</path>' if hint else f'<path d="{path}" {look}/>'


def dot(x: float, y: float, radius: float, fill: str, *, outline: str = PAPER, thick: float = 1.5) -> str:
    """Draw a filled circle."""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}" stroke="{outline}" stroke-width="{thick:g}"/>'
    )


def bar(x: float, y: float, width: float, height: float, share: float, color: str) -> str:
    """Draw how full something is: a frame, filled up to `share` of its width, at most wholly."""
    inside = box(x, y, width * min(max(share, 0.0), 1.0), height, fill=color, radius=2)
    return box(x, y, width, height, fill=PAPER, stroke=color, radius=2) + inside


def _hint(words: str) -> str:
    return f"<title>{safe(words)}</title>"


def draw_sheet(body: str, block: TitleBlock, *, height: float = SHEET_HEIGHT, legend: str = "") -> str:
    """Frame a drawing as a sheet of 420 mm: heading above, legend and title block below.

    Parameters
    ----------
    body
        SVG elements between `INNER_TOP` and `height` less `INNER_BOTTOM`.
    block
        Words of the sheet.
    height
        In units, four a millimeter; at least that of A3 in landscape.
    legend
        SVG elements beside the title block; its own origin is the left end of that strip.
    """
    tall = max(height, SHEET_HEIGHT)
    foot = tall - _MARGIN - _BLOCK_HEIGHT
    head = write(_MARGIN + 20, 56, fit(block.title, 1100, 26), 26, bold=True)
    head += write(_MARGIN + 20, 82, fit(block.about, 1580, 14), 14, color=SOFT)
    frame = box(_MARGIN, _MARGIN, SHEET_WIDTH - 2 * _MARGIN, tall - 2 * _MARGIN, stroke=INK, thick=2)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SHEET_WIDTH / _UNITS_PER_MM:g}mm" '
        f'height="{tall / _UNITS_PER_MM:.1f}mm" viewBox="0 0 {SHEET_WIDTH} {tall:.0f}" role="img" '
        f'aria-label="{safe(block.title)}" font-family="{_FONT}">'
        f"<title>{safe(block.title)}</title>{box(0, 0, SHEET_WIDTH, tall, fill=PAPER)}{frame}{head}{body}"
        f'<g transform="translate({_MARGIN + 20} {foot:.0f})">{legend}</g>{_corner(block, foot)}</svg>\n'
    )


def _corner(block: TitleBlock, top: float) -> str:
    """Draw the title block in the lower right corner."""
    left = SHEET_WIDTH - _MARGIN - _BLOCK_WIDTH
    middle = left + 400
    return (
        stroke(f"M{left} {top + _BLOCK_HEIGHT:.0f}V{top:.0f}H{SHEET_WIDTH - _MARGIN}", INK, 2)
        + stroke(f"M{middle} {top:.0f}v{_BLOCK_HEIGHT}", INK, 1)
        + write(left + 12, top + 22, fit(block.study, 376, 14), 14, bold=True)
        + write(left + 12, top + 42, fit(block.title, 376, 11), 11)
        + write(left + 12, top + 61, fit(block.note, 376, 9.5), 9.5, color=SOFT)
        + write(middle + 12, top + 22, f"Sheet {block.number} of {block.of}", 14, bold=True)
        + write(middle + 12, top + 42, f"Plan {fit(block.fingerprint.removeprefix('sha256:')[:12], 130, 11)}", 11)
        + write(middle + 12, top + 61, "Planning drawing", 9.5, color=SOFT)
    )

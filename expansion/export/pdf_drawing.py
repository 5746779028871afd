"""SVG figures of the program on a PDF page, as vectors: the few elements and path steps that its figures use."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject
from reportlab.platypus import Flowable

SVG = "{http://www.w3.org/2000/svg}"
_INHERITED = (
    "fill", "stroke", "stroke-width", "stroke-opacity", "fill-opacity", "stroke-dasharray", "stroke-linecap",
    "stroke-linejoin", "font-size", "font-weight", "text-anchor", "fill-rule",
)  # fmt: skip
_DEFAULTS = {"fill": "#000000", "stroke": "none", "stroke-width": "1", "font-size": "16"}
_CAPS, _JOINS = {"butt": 0, "round": 1, "square": 2}, {"miter": 0, "round": 1, "bevel": 2}
_STEP = re.compile(r"([MlhvHVzZ])([^MlhvHVzZ]*)")
_NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
_BOLD = 600
_EVEN_ODD, _NON_ZERO = 0, 1
Style = dict[str, str]


class Drawing(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A figure in the flow of a page, as wide as told, or as the height allows."""

    def __init__(self, element: ET.Element, width: float, tallest: float, fonts: tuple[str, str]) -> None:
        """Hold an ``svg`` element; width and tallest in points, fonts are the names of regular and bold."""
        super().__init__()
        self.element, self.fonts = element, fonts
        wide, tall = (float(value) for value in element.get("viewBox", "0 0 1 1").split()[2:])
        self.scale = min(width / wide, tallest / tall)
        self.width, self.height = wide * self.scale, tall * self.scale

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803 - reportlab names them
        """Return the size in points."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw the figure, y down as in SVG."""
        canvas: Canvas = self.canv
        canvas.saveState()
        wide, tall = (float(value) for value in self.element.get("viewBox", "0 0 1 1").split()[2:])
        canvas.translate(0, self.height)
        canvas.scale(self.scale, -self.scale)
        clip = canvas.beginPath()
        clip.rect(0, 0, wide, tall)
        canvas.clipPath(clip, stroke=0, fill=0)
        for group in self.element.iter(f"{SVG}defs"):
            for one in group:
                _keep_form(canvas, one, (wide, tall), self.fonts)
        _draw(canvas, self.element, dict(_DEFAULTS), self.fonts)
        canvas.restoreState()


def _keep_form(canvas: Canvas, element: ET.Element, size: tuple[float, float], fonts: tuple[str, str]) -> None:
    """Keep what is defined once as a form, so that each use costs a line."""
    canvas.beginForm(element.get("id", ""), 0, 0, *size)
    _draw(canvas, element, _style(element, dict(_DEFAULTS) | {"fill": "none", "stroke-linecap": "round"}), fonts)
    canvas.endForm()


def _draw(canvas: Canvas, element: ET.Element, style: Style, fonts: tuple[str, str]) -> None:
    """Draw an element and what it holds."""
    mine, kind = _style(element, style), element.tag.removeprefix(SVG)
    if kind in ("svg", "g"):
        for one in element:
            _draw(canvas, one, mine, fonts)
    elif kind == "use":
        canvas.doForm(element.get("href", "#")[1:])
    elif kind == "text":
        _draw_text(canvas, element, mine, fonts)
    elif kind in ("path", "rect", "circle"):
        _draw_shape(canvas, element, mine)


def _style(element: ET.Element, style: Style) -> Style:
    """Add an element's own look to what it inherits."""
    return style | {name: element.attrib[name] for name in _INHERITED if name in element.attrib}


def _draw_shape(canvas: Canvas, element: ET.Element, style: Style) -> None:
    """Fill and stroke a path, rectangle or circle."""
    fill, stroke = style["fill"] != "none", style["stroke"] != "none"
    if not fill and not stroke:
        return
    path = canvas.beginPath()
    _trace(path, element)
    canvas.saveState()
    if fill:
        canvas.setFillColor(style["fill"], alpha=float(style.get("fill-opacity", 1)))
    if stroke:
        canvas.setStrokeColor(style["stroke"], alpha=float(style.get("stroke-opacity", 1)))
        canvas.setLineWidth(float(style["stroke-width"]))
        canvas.setLineCap(_CAPS[style.get("stroke-linecap", "butt")])
        canvas.setLineJoin(_JOINS[style.get("stroke-linejoin", "miter")])
        if style.get("stroke-dasharray"):
            canvas.setDash([float(one) for one in style["stroke-dasharray"].split()])
    mode = _EVEN_ODD if style.get("fill-rule") == "evenodd" else _NON_ZERO
    canvas.drawPath(path, stroke=int(stroke), fill=int(fill), fillMode=mode)
    canvas.restoreState()


def _trace(path: PDFPathObject, element: ET.Element) -> None:
    """Write the outline of a shape."""
    kind = element.tag.removeprefix(SVG)
    if kind == "rect":
        x, y, wide, tall = (_number(element, name) for name in ("x", "y", "width", "height"))
        radius = min(_number(element, "rx"), wide / 2, tall / 2)
        path.roundRect(x, y, wide, tall, radius) if radius else path.rect(x, y, wide, tall)
    elif kind == "circle":
        path.circle(_number(element, "cx"), _number(element, "cy"), _number(element, "r"))
    else:
        trace_path(path, element.get("d", ""))


def _number(element: ET.Element, name: str) -> float:
    """Read a number; 0 where there is none."""
    return float(element.get(name, 0))


def trace_path(path: Any, text: str) -> None:
    """Write path text as lines: the steps M, l, h, v, H, V and z, which the program's figures are made of."""
    x = y = first_x = first_y = 0.0
    for step, rest in _STEP.findall(text):
        numbers = [float(one) for one in _NUMBER.findall(rest)]
        if step in "zZ":
            path.close()
            x, y = first_x, first_y
        elif step == "M":
            x, y = first_x, first_y = numbers[0], numbers[1]
            path.moveTo(x, y)
            for x, y in zip(numbers[2::2], numbers[3::2], strict=True):
                path.lineTo(x, y)
        else:
            for dx, dy in _moves(step, numbers, x, y):
                x, y = x + dx, y + dy
                path.lineTo(x, y)


def _moves(step: str, numbers: list[float], x: float, y: float) -> list[tuple[float, float]]:
    """Write the numbers of a step as moves from where the pen is."""
    if step == "l":
        return list(zip(numbers[::2], numbers[1::2], strict=True))
    if step in "hH":
        return [(numbers[-1] - (x if step == "H" else 0), 0.0)]
    return [(0.0, numbers[-1] - (y if step == "V" else 0))]


def _draw_text(canvas: Canvas, element: ET.Element, style: Mapping[str, str], fonts: tuple[str, str]) -> None:
    """Write text upright on a page whose y runs down."""
    weight = style.get("font-weight", "400")
    bold = weight == "bold" or (weight.isdigit() and int(weight) >= _BOLD)
    canvas.saveState()
    canvas.translate(_number(element, "x"), _number(element, "y"))
    canvas.scale(1, -1)
    canvas.setFillColor(style["fill"], alpha=float(style.get("fill-opacity", 1)))
    canvas.setFont(fonts[1] if bold else fonts[0], float(style["font-size"].removesuffix("px")))
    write = {"middle": canvas.drawCentredString, "end": canvas.drawRightString}
    write.get(style.get("text-anchor", ""), canvas.drawString)(0, 0, element.text or "")
    canvas.restoreState()

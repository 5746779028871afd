"""How QGIS draws the layers of a plan, as renderer XML: one source for layer styles and the project beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from expansion.figures.palette import (
    EXISTING,
    NOT_CHOSEN,
    OUTCOMES,
    PERMIT,
    SITES,
    STATUSES,
    TIERS,
    phase_color,
)
from expansion.figures.paper import INK, MAJOR_ROAD, channels
from expansion.markup import safe

Shape = Literal["Point", "Line", "Polygon"]
_SYMBOLS = {"Point": ("marker", "SimpleMarker"), "Line": ("line", "SimpleLine"), "Polygon": ("fill", "SimpleFill")}
_GEOMETRY_TYPE = {"Point": 0, "Line": 1, "Polygon": 2}


@dataclass(frozen=True, slots=True)
class Look:
    """Drawing of one class: what it is called, the value it stands for, QGIS symbol options."""

    label: str
    value: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Style:
    """Drawing of one layer.

    Attributes
    ----------
    table
        Layer of the GeoPackage.
    title
        Name in the legend.
    shape
        Kind of geometry that is drawn.
    by
        Expression whose value chooses the look; "" where there is one look.
    looks
        In the order of the legend; a value of "" takes what none of the others does.
    part
        Geometry type that the project asks for, where a layer holds several; else "".
    shown
        Switched on when the project opens.
    """

    table: str
    title: str
    shape: Shape
    by: str
    looks: tuple[Look, ...]
    part: str = ""
    shown: bool = True


def layer_styles(phases: int) -> tuple[Style, ...]:
    """Styles of the plan's layers, the topmost first.

    Parameters
    ----------
    phases
        Number of build phases, each with its color.
    """
    return (
        Style("sites", "Sites", "Point", '"kind"', tuple(_site(kind, color) for kind, color in SITES.items())),
        Style("locations", "Locations", "Point", 'coalesce("outcome", "status")', _locations()),
        Style("spans", "Route", "Line", """if("is_existing", 'existing', "tier")""", _spans()),
        Style("existing_fiber", "Existing fiber", "Line", "", (_line("existing fiber", "", EXISTING, 0.5),)),
        Style("poles", "Poles in use", "Point", "", (_marker("pole", "", TIERS["drop"], "cross", 1.4),), shown=False),
        _hidden("reels", "Ends of cut cables", "Point", _marker("cable end", "", NOT_CHOSEN, "circle", 1.2)),
        _hidden("permits", "Permits along a line", "Line", _line("permit", "", PERMIT, 2.2, 160)),
        _hidden("permits", "Permits at a point", "Point", _marker("permit", "", PERMIT, "triangle", 2.6)),
        _hidden("sections", "Sections of work", "Line", _line("section", "", PERMIT, 0.9, 160)),
        Style("drops", "Drops", "Line", "", (_line("drop", "", TIERS["drop"], 0.3),)),
        _hidden("route_locks", "Avoided ground", "Polygon", _fill("avoided", "", EXISTING, 40, 0.6)),
        _hidden("route_locks", "Pinned or avoided lines", "Line", _line("lock", "", EXISTING, 1.6, 160)),
        _hidden("route_locks", "Locked hubs", "Point", _marker("locked hub", "", EXISTING, "diamond", 4.6)),
        _hidden("design_locks", "Locked areas", "Point", _marker("area lock", "", EXISTING, "cross", 3.0)),
        _hidden("hub_areas", "Ground of each hub", "Polygon", _fill("hub", "", SITES["hub"], 40, 0.3)),
        _hidden("phase_areas", "Ground of each phase", "Polygon", _fill("phase", "", INK, 0, 0.9)),
        _part("station_reach", "Sectors in use", "Polygon", _fill("sector", "", OUTCOMES["fixed_wireless"], 45, 0.4)),
        _part("station_reach", "Lines of cabinets", "Line", _line("line", "", OUTCOMES["dsl"], 0.4)),
        Style("areas", "Service areas", "Polygon", 'to_string(coalesce("phase", 0))', _areas(phases)),
        Style("edges", "Roads and edges", "Line", "", (_line("edge", "", MAJOR_ROAD, 0.3),)),
        _hidden("triggers", "Poles and crossings", "Point", _marker("trigger", "", NOT_CHOSEN, "cross", 1.2)),
        _hidden("triggers", "Rail, water, roads", "Line", _line("trigger", "", NOT_CHOSEN, 0.4)),
        _hidden("triggers", "Land layers", "Polygon", _fill("land", "", NOT_CHOSEN, 50, 0.3)),
    )


def _part(table: str, title: str, shape: Shape, look: Look) -> Style:
    """Style one kind of geometry of a layer that holds several."""
    return Style(table, title, shape, "", (look,), "LineString" if shape == "Line" else shape)


def _hidden(table: str, title: str, shape: Shape, look: Look) -> Style:
    """Style one kind of geometry of a layer that holds several; switched off when the project opens."""
    return replace(_part(table, title, shape, look), shown=False)


def _site(kind: str, color: str) -> Look:
    """Draw a kind of site."""
    shapes = {"hub": ("diamond", 3.6), "co": ("square", 4.2), "hut": ("square", 3.4), "tower": ("triangle", 3.4)}
    shape, size = shapes.get(kind, ("circle", 1.6))
    return _marker(kind.replace("_", " "), kind, color, shape, size)


def _locations() -> tuple[Look, ...]:
    """Draw locations by outcome, by status where they are not eligible."""
    return tuple(
        _marker(name.replace("_", " "), name, color, "circle", 1.3) for name, color in (OUTCOMES | STATUSES).items()
    )


def _spans() -> tuple[Look, ...]:
    """Draw spans by tier."""
    widths = {"feeder": 1.0, "distribution": 0.7, "drop": 0.4}
    looks = [_line(tier, tier, color, widths[tier]) for tier, color in TIERS.items()]
    return (*looks, _line("existing fiber used", "existing", EXISTING, 0.6, style="dash"))


def _areas(phases: int) -> tuple[Look, ...]:
    """Draw areas by phase."""
    looks = [_fill(f"phase {phase}", str(phase), phase_color(phase), 70, 0.5) for phase in range(1, phases + 1)]
    return (*looks, _fill("not chosen", "0", NOT_CHOSEN, 25, 0.3))


def _marker(label: str, value: str, color: str, shape: str, size: float) -> Look:
    """Options of a point symbol; size in mm."""
    return Look(label, value, {
        "color": _color(color), "name": shape, "size": f"{size}", "size_unit": "MM",
        "outline_color": _color(INK if size > 2 else "#ffffff"), "outline_style": "solid", "outline_width": "0.2",
    })  # fmt: skip


def _line(label: str, value: str, color: str, width: float, opacity: int = 255, style: str = "solid") -> Look:
    """Options of a line symbol; width in mm."""
    return Look(label, value, {
        "line_color": _color(color, opacity), "line_style": style, "line_width": f"{width}", "line_width_unit": "MM",
        "capstyle": "round", "joinstyle": "round",
    })  # fmt: skip


def _fill(label: str, value: str, color: str, opacity: int, width: float) -> Look:
    """Options of an area symbol; outline width in mm."""
    return Look(label, value, {
        "color": _color(color, opacity), "style": "solid", "outline_color": _color(color), "outline_style": "solid",
        "outline_width": f"{width}", "outline_width_unit": "MM",
    })  # fmt: skip


def _color(color: str, opacity: int = 255) -> str:
    """Turn ``#rrggbb`` into QGIS's ``r,g,b,a``."""
    return ",".join(map(str, (*channels(color), opacity)))


def style_document(style: Style) -> str:
    """Write a style as QML, the form that a GeoPackage's layer_styles hold."""
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        f'<qgis version="3.22.0" styleCategories="Symbology">{renderer(style)}<blendMode>0</blendMode>'
        f"<featureBlendMode>0</featureBlendMode><layerGeometryType>{_GEOMETRY_TYPE[style.shape]}</layerGeometryType></qgis>"
    )


def renderer(style: Style) -> str:
    """Write how a layer is drawn as ``renderer-v2``."""
    symbols = "".join(_symbol(number, style.shape, look) for number, look in enumerate(style.looks))
    common = 'enableorderby="0" forceraster="0" symbollevels="0"'
    if not style.by:
        return f'<renderer-v2 type="singleSymbol" {common}><symbols>{symbols}</symbols></renderer-v2>'
    categories = "".join(
        f'<category render="true" type="string" value="{safe(look.value)}" symbol="{number}" '
        f'label="{safe(look.label)}"/>'
        for number, look in enumerate(style.looks)
    )
    return (
        f'<renderer-v2 type="categorizedSymbol" attr="{safe(style.by)}" {common}>'
        f"<categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>"
    )


def _symbol(number: int, shape: Shape, look: Look) -> str:
    """Write one symbol; options twice, as QGIS before and after 3.20 reads them."""
    kind, layer = _SYMBOLS[shape]
    options = "".join(f'<Option type="QString" name="{name}" value="{value}"/>' for name, value in look.options.items())
    older = "".join(f'<prop k="{name}" v="{value}"/>' for name, value in look.options.items())
    return (
        f'<symbol type="{kind}" name="{number}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0"><Option type="Map">{options}</Option>{older}</layer>'
        "</symbol>"
    )

"""Shared styles of the KMZ, one per class of the palette."""

from __future__ import annotations

from collections.abc import Iterator

from expansion.figures.palette import EXISTING, NOT_CHOSEN, OUTCOMES, PERMIT, SITES, STATUSES, TIERS, phase_color

PHASE_STYLES = 7
_WIDTHS = {"feeder": 4, "distribution": 3, "drop": 1.5}
_SHAPES = {"hub": "diamond", "co": "square", "hut": "square", "fiber_tap": "square", "tower": "triangle"}
_SCALES = {"hub": 0.9, "co": 1.1, "hut": 1.0, "terminal": 0.45, "closure": 0.45}


def style_lines() -> Iterator[str]:
    """Write every style that a placemark may name."""
    for tier, width in _WIDTHS.items():
        yield _line(tier, TIERS[tier], width)
    yield _line("existing", EXISTING, 2)
    for phase in range(PHASE_STYLES + 1):
        yield _area(phase)
    yield _reach("reach-radio", OUTCOMES["fixed_wireless"])
    yield _reach("reach-copper", OUTCOMES["dsl"])
    for kind, color in SITES.items():
        yield _point(
            kind, color, _SHAPES.get(kind, "circle"), _SCALES.get(kind, 0.8), named=kind not in ("terminal", "closure")
        )
    for name, color in (STATUSES | OUTCOMES).items():
        yield _point(f"location-{name}", color, "circle", 0.35, named=False)
    yield _permit()


def _line(name: str, color: str, width: float) -> str:
    return f'<Style id="{name}"><LineStyle><color>{_kml(color)}</color><width>{width}</width></LineStyle></Style>'


def _area(phase: int) -> str:
    color = phase_color(phase) if phase else NOT_CHOSEN
    fill, outline = _kml(color, 0x40 if phase else 0x20), _kml(color)
    return (
        f'<Style id="area-{phase}"><LineStyle><color>{outline}</color><width>2</width></LineStyle>'
        f"<PolyStyle><color>{fill}</color></PolyStyle></Style>"
    )


def _reach(name: str, color: str) -> str:
    return (
        f'<Style id="{name}"><LineStyle><color>{_kml(color)}</color><width>1.5</width></LineStyle>'
        f"<PolyStyle><color>{_kml(color, 0x30)}</color></PolyStyle></Style>"
    )


def _icon(color: str, shape: str, scale: float) -> str:
    return (
        f"<IconStyle><color>{_kml(color)}</color><scale>{scale}</scale><Icon><href>icons/{shape}.png</href></Icon>"
        "</IconStyle>"
    )


def _point(name: str, color: str, shape: str, scale: float, *, named: bool) -> str:
    label = "" if named else "<LabelStyle><scale>0</scale></LabelStyle>"
    return f'<Style id="{name}">{_icon(color, shape, scale)}{label}</Style>'


def _permit() -> str:
    return (
        f'<Style id="permit">{_icon(PERMIT, "triangle", 0.8)}<LabelStyle><scale>0</scale></LabelStyle>'
        f"<LineStyle><color>{_kml(PERMIT, 0xB0)}</color><width>5</width></LineStyle>"
        f"<PolyStyle><color>{_kml(PERMIT, 0x40)}</color></PolyStyle></Style>"
    )


def _kml(color: str, opacity: int = 0xFF) -> str:
    """Turn ``#rrggbb`` into KML's ``aabbggrr``."""
    return f"{opacity:02x}{color[5:7]}{color[3:5]}{color[1:3]}".lower()

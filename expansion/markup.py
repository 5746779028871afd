"""The one way a value enters HTML, SVG, KML or a map."""

from __future__ import annotations

import html

_TEMPLATE = {"`": "&#96;", "$": "&#36;", "\\": "&#92;"}


def safe(value: object) -> str:
    """Escape a value for HTML, SVG, KML and JavaScript template literals.

    folium and Leaflet escape nothing, and a template literal in a tooltip runs even after HTML escaping;
    so backtick, dollar and backslash are encoded too, and control characters that XML forbids are dropped.
    """
    text = "".join(char for char in str(value) if char >= " " or char in "\t\n\r")
    escaped = html.escape(text, quote=True)
    return "".join(_TEMPLATE.get(char, char) for char in escaped)

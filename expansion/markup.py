"""The one way a value enters HTML, SVG, KML or a map."""

from __future__ import annotations

import html
import re

_TEMPLATE = {"`": "&#96;", "$": "&#36;", "\\": "&#92;"}
_FORBIDDEN = re.compile("[^\\t\\n\\r -\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def printable(value: object) -> str:
    """Return a value as text without what XML forbids: control characters, lone surrogates, U+FFFE and U+FFFF."""
    return _FORBIDDEN.sub("", str(value))


def safe(value: object) -> str:
    """Escape a value for HTML, SVG, KML and JavaScript template literals.

    folium and Leaflet escape nothing, and a template literal in a tooltip runs even after HTML escaping;
    so backtick, dollar and backslash are encoded too, and characters that XML forbids are dropped.
    """
    escaped = html.escape(printable(value), quote=True)
    return "".join(_TEMPLATE.get(char, char) for char in escaped)

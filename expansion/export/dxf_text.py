"""Values as texts of a DXF file: one line, without the marks that CAD programs read as commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from expansion.markup import printable

_MOST = 250
"""Letters in a text of extended data; the format allows 255 bytes, and a letter may take several."""


def dxf_text(value: object) -> str:
    r"""Write a value as one line of DXF text; what is missing is empty.

    ``%%`` (control codes), ``^`` (control characters), ``\`` (formats, ``\U+XXXX``) and ``{}`` lose their meaning: a
    full-width twin takes their place.

    Examples
    --------
    >>> dxf_text("50%%d\n^J{x}"), dxf_text(None), dxf_text(12.50)
    ('50％％d ＾J｛x｝', '', '12.5')
    """
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    text = re.sub(r"\s+", " ", printable(value)).strip()
    return re.sub(r"[\x7f-\x9f]", "", text).replace("%%", "％％").translate(_TWINS)


_TWINS = {ord(mark): twin for mark, twin in zip("^\\{}", "＾＼｛｝", strict=True)}


def attribute_texts(row: Mapping[str, object]) -> Iterator[str]:
    """Write columns as ``column=value``, cut at the limit of a text of extended data."""
    for name, value in row.items():
        text = f"{name}={dxf_text(value)}"
        while len(text.encode("utf-8")) > _MOST:
            text = text[: max(len(text) * _MOST // len(text.encode("utf-8")) - 1, 1)]
        yield text

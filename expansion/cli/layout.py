"""Text within the width of the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence

LABEL = 12
_HANG = 2
_NARROWEST = 40
Lines = list[str]


def terminal_width() -> int:
    """Columns of the terminal, or what ``COLUMNS`` says; 0 where the output goes to a file or a pipe: no limit."""
    return shutil.get_terminal_size((0, 0)).columns


def wrap(line: str, width: int, *, indent: int = 0, hang: int = _HANG) -> Lines:
    """Break a line between words.

    Parameters
    ----------
    line
        Text of one line.
    width
        Columns, 0 for no limit; below 40 counts as 40.
    indent, hang
        Spaces before every line, and how many more before those after the first.
    """
    if not width:
        return [" " * indent + line]
    return textwrap.wrap(
        line,
        max(width, _NARROWEST),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def titled(title: str, lines: Sequence[str], width: int) -> Lines:
    """Put a title before the first line and stand the others below it, each within `width`."""
    body = [part for line in lines for part in wrap(line, width, indent=LABEL)]
    return [f"{title:<{LABEL}}{body[0][LABEL:]}", *body[1:]]


def cut(text: str, width: int) -> str:
    """Cut text that is longer than `width`, with an ellipsis; 0 cuts nothing."""
    return text if not width or len(text) <= width else f"{text[: max(width - 1, 0)].rstrip()}…"

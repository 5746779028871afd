"""Values as people read them, safe inside Streamlit's Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from expansion.errors import PlanningError, PlanningErrors
from expansion.markup import safe

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+!|~$:])")


def plain(value: object) -> str:
    """Escape a value so that Markdown shows it as it is: no link, image, formula or icon can arise from it."""
    return _MARKS.sub(r"\\\1", " ".join(str(value).split()))


def money(value: float | None, currency: str = "") -> str:
    """Write money short: ``6.39 M USD``, ``812 k USD``; a dash where unknown."""
    if value is None:
        return "–"
    size = abs(value)
    text = f"{value / 1e6:,.2f} M" if size >= 1e6 else f"{value / 1e3:,.0f} k" if size >= 1e4 else f"{value:,.0f}"
    return f"{text} {currency}".strip()


def show_error(error: PlanningError, names: Mapping[str, str] | None = None) -> None:
    """Show every breach: what, where, what to do.

    Parameters
    ----------
    error
        One breach, or several.
    names
        By the stem of a file's name: what its owner calls it.
    """
    for one in error.errors if isinstance(error, PlanningErrors) else (error,):
        places = [(names or {}).get(str(place).split(".")[0], str(place)) for place in one.where[:5]]
        where = f" ({', '.join(map(plain, places))})" if places else ""
        hint = f" – {plain(one.hint)}." if one.hint else ""
        st.error(f"**{plain(one.message)}**{where}{hint}", icon=":material/error:")


def title(text: str, about: str) -> None:
    """Write the head of a page; both are the program's own words."""
    st.html(f"<h1 class='page-title'>{safe(text)}</h1><p class='page-about'>{safe(about)}</p>")

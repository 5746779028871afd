"""Sentences that many places share: counts with their noun, the nearest known word, what is wrong with a value."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel

UNKNOWN = "-"
_QUOTE = "'"
_LONGEST = 40
_SENTENCES = {
    "float": "not a number",
    "int": "not a whole number",
    "bool": "neither true nor false",
    "date": "not a date as 2027-03-01",
    "string": "not text",
    "tuple": "not a list",
    "dict": "not a table of keys",
    "model": "not a table of keys",
}
FORMS = {
    r"^[a-z0-9-]{1,64}$": "up to 64 lower case letters, digits and hyphens",
    r"^[A-Z]{3}$": "a currency code as USD",
    r"^([A-Z]{3})?$": "a currency code as USD",
    r"^\d\d-\d\d$": "a day of the year as 12-15",
    r"^[a-z0-9_]{1,40}$": "up to 40 lower case letters, digits and underscores",
    r"^(hub|terminal)-[A-Za-z0-9_-]{1,40}$": "hub- or terminal- and the name of a locked one",
    r"^[A-Za-z0-9_-]{1,40}$": "up to 40 letters, digits, hyphens and underscores",
    r"^[a-z0-9_:]{1,40}$": "up to 40 lower case letters, digits, underscores and colons",
    r"^[a-z_]{1,40}$": "up to 40 lower case letters and underscores",
    r"^[A-Z0-9-]{1,40}$": "up to 40 capital letters, digits and hyphens",
}
_LIMITS = {
    "greater_than_equal": "at least",
    "greater_than": "above",
    "less_than_equal": "at most",
    "less_than": "below",
}


def count(number: int | None, one: str = "", many: str = "") -> str:
    """Write a count with its noun: ``1 hub``, ``1,200 hubs``, ``-`` where unknown.

    Parameters
    ----------
    number
        How many.
    one
        The noun, or noun and verb, of a single thing: ``hub``, ``area holds``; empty writes the number alone.
    many
        The same of any other number, ``areas hold``; empty adds an s to `one`.
    """
    if number is None:
        return UNKNOWN
    words = one if number == 1 else many or (f"{one}s" if one else "")
    return f"{number:,} {words}".strip()


def percent(share: float | None) -> str:
    """Write a fraction in percent."""
    return UNKNOWN if share is None else f"{share:.2%}".replace("%", " %")


def tail_words(curve: Mapping[str, Any], total: int, cost: str) -> str:
    """Say what the expensive tail of the budget curve costs; "" where it has none.

    Parameters
    ----------
    curve
        `curve` of plan.json.
    total
        Locations that the whole curve reaches.
    cost
        What the tail costs, written with its currency.
    """
    if not curve.get("tail_locations"):
        return ""
    last = count(curve["tail_locations"], "location costs", "locations cost")
    return (
        f"the last {last} {cost}, {percent(curve['tail_cost_share'])} of the route for "
        f"{percent(curve['tail_locations_share'])} of {count(total, 'location')}"
    )


def proven(gap: float | None) -> str:
    """Say how good a cost is proven to be: ``proven within 0.02 % of the cheapest possible``.

    Parameters
    ----------
    gap
        ``(cost - lower_bound) / cost``; None where no bound is known.
    """
    return "without a proof" if gap is None else f"proven {within(gap)}"


def within(gap: float, best: str = "cheapest") -> str:
    """Say how far a result may be from the best that can be: ``within 0.02 % of the cheapest possible``."""
    return f"within {percent(max(gap, 1e-4))} of the {best} possible" if gap > 0 else f"the {best} possible"


def certified(cost: float | None, bound: float | None) -> str:
    """Say what the saved certificate of a route proves by itself."""
    return f"recomputed from the saved certificate, it is {within(gap_to(cost, bound))}"


def gap_to(cost: float | None, bound: float | None) -> float:
    """Return ``(cost - bound) / cost``, 0 where there is no cost."""
    return max((cost - bound) / cost, 0.0) if cost and bound is not None else 0.0


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word spelled most like `word`, "" where none comes near; of equals the last by name."""
    found = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def meant(word: str, known: Iterable[str]) -> str:
    """Ask for the nearest known word: ``did you mean plow?``, "" where none comes near."""
    found = nearest(word, known)
    return f"did you mean {found}?" if found else ""


def section_of(annotation: Any) -> type[BaseModel] | None:
    """Return the model that a field holds, one or many of them; None where it holds plain values."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := section_of(part))), None)


def known_keys(model: type[BaseModel], path: Sequence[str]) -> list[str]:
    """Keys that may stand in the section at `path` below `model`; places in a list are skipped."""
    inner: Any = model
    for part in path:
        if not part.isdecimal():
            fields = inner.model_fields.items()
            inner = section_of(next(field.annotation for name, field in fields if part in (name, field.alias)))
    return [field.alias or name for name, field in inner.model_fields.items()]


def breach_words(detail: Mapping[str, Any]) -> str:
    """Say in a sentence what is wrong with a value, from one error of pydantic.

    Parameters
    ----------
    detail
        An item of ``ValidationError.errors()``: `type`, `input`, `ctx` and `msg` are read.
    """
    kind, context = str(detail["type"]), detail.get("ctx") or {}
    shown = _shown(detail.get("input"))
    if kind == "value_error":
        return str(detail["msg"]).removeprefix("Value error, ")
    if kind == "literal_error":
        return f"{shown} is not one of {str(context['expected']).replace(_QUOTE, '')}"
    if kind == "string_pattern_mismatch":
        return f"{shown} is not {FORMS.get(context['pattern'], context['pattern'])}"
    if kind == "finite_number":
        return f"{shown} is not a finite number"
    return _bound_words(kind, context, shown) or _kind_words(kind, shown) or str(detail["msg"])


def _bound_words(kind: str, context: Mapping[str, Any], shown: str) -> str:
    """Say that a number, a text or a list is too small or too large; "" for any other breach."""
    for name, words in _LIMITS.items():
        if kind == name:
            limit = next(context[key] for key in ("ge", "gt", "le", "lt") if key in context)
            return f"{shown} must be {words} {limit:,}" if limit >= 10_000 else f"{shown} must be {words} {limit:g}"
    if kind in ("too_short", "string_too_short"):
        return "must not be empty" if context["min_length"] == 1 else f"needs at least {context['min_length']} values"
    if kind in ("too_long", "string_too_long"):
        return f"is longer than {context['max_length']:,} {'characters' if kind.startswith('string') else 'values'}"
    return ""


def _kind_words(kind: str, shown: str) -> str:
    """Say that a value is of another kind than asked for; "" for any other breach."""
    sentence = _SENTENCES.get(kind.split("_")[0], "")
    return f"{shown} is {sentence}" if sentence else ""


def _shown(value: object) -> str:
    """Write a value as the user gave it, cut where it is long."""
    text = value if isinstance(value, str) else repr(value)
    text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return f"{text!r}" if isinstance(value, str) else text


def against(change: float, unit: str) -> str:
    """Write a change as more, less or no more of something.

    Examples
    --------
    >>> [against(142, "m of route"), against(-60, "days"), against(1, "permits"), against(0, "USD")]
    ['142 m more of route', '60 days less', '1 permit more', 'no more USD']
    """
    if round(change) == 0:
        return f"no more {unit}"
    noun = unit.removesuffix("s") if round(abs(change)) == 1 else unit
    number, _, rest = f"{abs(change):,.0f} {noun}".partition(" of ")
    return f"{number} {'more' if change > 0 else 'less'}{' of ' + rest if rest else ''}"

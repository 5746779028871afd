"""What differs between the values of two rule books, one by one and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from expansion.rulebook.values import Value

_NUMBERS = ("low", "likely", "high")


@dataclass(frozen=True, slots=True)
class Change:
    """A value before and after; None where a side lacks it."""

    before: Value | None
    after: Value | None

    @property
    def any(self) -> Value:
        """The value of either side."""
        found = self.after or self.before
        assert found is not None
        return found

    def document(self) -> dict[str, Any]:
        """Write it as plain values: kind, name, before, after and by how much the likely value moved."""
        sides = {name: None if one is None else asdict(one) for name, one in self.sides()}
        difference, share = None, None
        if self.before and self.after:
            difference = round(self.after.likely - self.before.likely, 6)
            share = round(difference / self.before.likely, 6) if self.before.likely else None
        return {"kind": self.any.kind, "name": self.any.name, **sides, "difference": difference, "share": share}

    def sides(self) -> tuple[tuple[str, Value | None], ...]:
        """Both sides by name."""
        return ("before", self.before), ("after", self.after)


def compare_values(before: Sequence[Value], after: Sequence[Value]) -> list[Change]:
    """List the values that differ in anything but their words, by kind and name in the order of the books.

    Parameters
    ----------
    before, after
        As `values_of` lists them.
    """
    first, second = ({(one.kind, one.name): one for one in side} for side in (before, after))
    keys = [*first, *(key for key in second if key not in first)]
    pairs = [Change(first.get(key), second.get(key)) for key in keys]
    return [pair for pair in pairs if _essence(pair.before) != _essence(pair.after)]


def _essence(value: Value | None) -> Any:
    """Return what a plan depends on, and the origin."""
    if value is None:
        return None
    numbers = (value.low, value.likely, value.high)
    return numbers, value.currency, value.unit, value.category, value.price_year, value.source, value.status


def change_words(change: Change) -> str:
    """Say in a sentence how a value differs.

    Examples
    --------
    >>> from expansion.rulebook.values import Value
    >>> old = Value("rates", "plow", "civil", 18.0, 30.0, 44.0, "USD", "m", "Plow", 2025, "a survey", "READ")
    >>> new = Value("rates", "plow", "civil", 22.0, 27.0, 34.0, "USD", "m", "Plow", 2026, "quote", "USER")
    >>> change_words(Change(old, new))
    'plow: 30 -> 27 USD per m (-3, -10.0 %); range 18 to 44 -> 22 to 34; price year 2025 -> 2026; READ -> USER (quote)'
    """
    one, before, after = change.any, change.before, change.after
    if before is None or after is None:
        side = "only after" if before is None else "only before"
        spread = f", range {_plain(one.low)} to {_plain(one.high)}" if one.low != one.high else ""
        return f"{one.name}: {side}: {_plain(one.likely)}{_unit(one)}{spread} ({one.status}: {one.source})"
    parts = [*_numbers(before, after)]
    if before.price_year != after.price_year:
        parts.append(f"price year {before.price_year} -> {after.price_year}")
    if (before.status, before.source) != (after.status, after.source):
        status = after.status if before.status == after.status else f"{before.status} -> {after.status}"
        parts.append(f"{status} ({after.source})")
    return f"{one.name}: {'; '.join(parts)}"


def _numbers(before: Value, after: Value) -> list[str]:
    """Say how likely value and range moved; the unit on both sides where it is another."""
    units = (_unit(before), _unit(after))
    parts = []
    if units[0] != units[1]:
        parts.append(f"{_plain(before.likely)}{units[0]} -> {_plain(after.likely)}{units[1]}")
    elif before.likely != after.likely:
        gain = after.likely - before.likely
        share = f", {gain / before.likely:+.1%}".replace("%", " %") if before.likely else ""
        parts.append(f"{_plain(before.likely)} -> {_plain(after.likely)}{units[1]} ({_signed(gain)}{share})")
    ranges = [(one.low, one.high) for one in (before, after)]
    if ranges[0] != ranges[1]:
        words = [f"{_plain(low)} to {_plain(high)}" if low != high else "none" for low, high in ranges]
        if words[0] != words[1]:
            parts.append(f"range {words[0]} -> {words[1]}")
    return parts


def _unit(value: Value) -> str:
    """Write currency and unit; a unit that begins with per, or is a ratio, stands as it is."""
    if not value.currency:
        return "" if value.unit == "ratio" else f" {value.unit}"
    if value.unit == "each":
        return f" {value.currency} each"
    return f" {value.currency} {value.unit if value.unit.startswith('per ') else f'per {value.unit}'}"


def _plain(number: float) -> str:
    return f"{number:,.4f}".rstrip("0").rstrip(".")


def _signed(number: float) -> str:
    return f"{'+' if number > 0 else '-'}{_plain(abs(number))}"

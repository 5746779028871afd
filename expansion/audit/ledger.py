"""What a validator looked at and what it found wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

_MOST = 20


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one validator.

    Attributes
    ----------
    name
        What was validated.
    ok
        Nothing was wrong.
    checked
        Statements that were tested: rows, sums, pairs.
    failures
        One sentence per kind of breach, each naming up to five places; at most twenty.
    """

    name: str
    ok: bool
    checked: int
    failures: tuple[str, ...]


class Ledger:
    """Collects the statements of one validator.

    Parameters
    ----------
    name
        Name of the check that comes out.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.checked = 0
        self.failures: list[str] = []

    def that(self, ok: bool, message: str) -> bool:
        """Test one statement; `message` says what is wrong where it is false."""
        self.checked += 1
        if not ok:
            self.failures.append(message)
        return bool(ok)

    def equal(self, told: Any, found: Any, what: str, within: float = 0.0) -> bool:
        """Test that a saved value is the recomputed one, up to `within` where both are numbers."""
        if _is_number(told) and _is_number(found):
            same = abs(float(told) - float(found)) <= within + 1e-12 * abs(float(found))
        else:
            same = told == found
        return self.that(same, f"{what}: saved {told!r}, recomputed {_plain(found)!r}")

    def none(self, bad: Any, names: Any, message: str) -> bool:
        """Test that no row is `bad`: a mask over the rows whose ids are `names`."""
        mask = np.asarray(bad, dtype=bool)
        self.checked += len(mask)
        if mask.any():
            self.failures.append(f"{message}: {named(np.asarray(names, dtype=object)[mask])}")
            return False
        return True

    def nothing(self, places: Iterable[object], message: str, checked: int = 1) -> bool:
        """Test that the list of offending `places` is empty."""
        self.checked += checked
        found = list(places)
        if found:
            self.failures.append(f"{message}: {named(found)}")
        return not found

    def close(self) -> Check:
        """Make the check."""
        shown = tuple(self.failures[:_MOST])
        if len(self.failures) > _MOST:
            shown = (*shown[:-1], f"and {len(self.failures) - _MOST + 1} more kinds of breach")
        return Check(self.name, not self.failures, self.checked, shown)


def named(places: Iterable[object]) -> str:
    """Name up to five places and say how many there are."""
    texts = [str(place) for place in places]
    rest = f" and {len(texts) - 5} more" if len(texts) > 5 else ""
    return ", ".join(texts[:5]) + rest


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _plain(value: Any) -> Any:
    """Show numpy scalars as plain numbers."""
    return value.item() if isinstance(value, np.generic) else value

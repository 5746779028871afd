"""Rates of a study laid over the shipped ones: what does not fit is refused, what is added is said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from expansion.errors import StudyError
from expansion.rulebook.rows import Rate
from expansion.wording import meant

# Families of one item in several sizes; the plan asks for sizes that the shipped rates lack, or prices them in between.
SIZED = re.compile(r"(cable|splitter|hub|terminal)_(\d+)")


def is_free(rate: Rate) -> bool:
    """Say whether a study may add the rate: a soft cost, which is a share of what is built, or a size of a family."""
    return rate.category == "soft" or SIZED.fullmatch(rate.rate_id) is not None


def misfits(shipped: Mapping[str, Rate], rows: Sequence[Rate]) -> list[StudyError]:
    """Name the rows that the plan would never use, or would use for something else.

    Parameters
    ----------
    shipped
        Rates of the profile by `rate_id`.
    rows
        The study's own rates.

    Returns
    -------
    list of StudyError
        ``E_RATE_UNKNOWN`` for an id that nothing asks for, ``E_RATE_UNIT`` and ``E_RATE_CATEGORY`` for a row that
        replaces one of another unit or category.
    """
    found = []
    for row in rows:
        old = shipped.get(row.rate_id)
        if old is None:
            if not is_free(row):
                found.append(_unknown(row, shipped))
            continue
        if row.unit != old.unit:
            words, hint = (
                f"priced per {row.unit}, the plan counts it per {old.unit}",
                f"convert the price to {old.unit}",
            )
            found.append(
                StudyError(words, code="E_RATE_UNIT", where=[row.rate_id], hint=f"{hint}, write unit {old.unit}")
            )
        if row.category != old.category:
            words = f"of category {row.category}, the rule book has it as {old.category}"
            hint = f"write category {old.category}"
            found.append(StudyError(words, code="E_RATE_CATEGORY", where=[row.rate_id], hint=hint))
    return found


def _unknown(row: Rate, shipped: Mapping[str, Rate]) -> StudyError:
    """Name an id that nothing asks for."""
    hint = meant(row.rate_id, shipped) or "expansion rates show lists the ids; a cost of your own has category soft"
    return StudyError("no part of a plan is priced by this rate", code="E_RATE_UNKNOWN", where=[row.rate_id], hint=hint)

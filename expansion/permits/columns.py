"""Columns of large tables, read quickly: texts as a list, what a rule says per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from expansion.rulebook import PermitRule


def listed(column: pd.Series) -> list[Any]:
    """Read a column as a list, in one go instead of cell by cell; missing texts as the column has them."""
    values: list[Any] = column.to_numpy(dtype=object).tolist()
    return values


def per_rule(
    column: pd.Series, rules: Mapping[str, PermitRule], ask: Callable[[PermitRule], Any], dtype: Any = np.float64
) -> Any:
    """Ask each rule once, and spread what it says over the rows that name it.

    Parameters
    ----------
    column
        Rule id per row.
    rules
        Rules by id.
    ask
        What is wanted of a rule.
    dtype
        Of the array that is returned.
    """
    codes, names = pd.factorize(column.to_numpy(dtype=object))
    return np.array([ask(rules[name]) for name in names], dtype=dtype)[codes]

"""Spending by year: the base cost over calendar years, by what it is for and what it buys."""

from __future__ import annotations

import numpy as np
import pandas as pd

TOTAL, NEVER = "total", "not ordered"
"""First cell of the row of sums, and of the row of what nobody orders within the horizon."""


def spending_years(spending: pd.DataFrame | None, *, by: str = "component") -> pd.DataFrame:
    """Cross years with components, or with build phases.

    Parameters
    ----------
    spending
        Table `spending` of a plan; None, or without rows, gives an empty table.
    by
        Column that heads the sums: ``component`` or ``phase``.

    Returns
    -------
    DataFrame
        ``year`` in words, ``pass`` and ``connect`` (of what nobody orders, what connecting would cost), a column per
        value of `by`, ``total`` and ``escalated`` (0 where no year is known). The last row is sums, equal to the base.
    """
    if spending is None or not len(spending):
        return pd.DataFrame({"year": pd.array([], dtype="str")})
    cents = np.rint(spending["cost"].to_numpy(dtype=np.float64) * 100).astype(np.int64)
    years = [NEVER if pd.isna(year) else str(int(year)) for year in spending["year"]]
    parts = np.where(spending["part"].to_numpy() == "pass", "pass", "connect")
    heads = [f"phase {value}" if by == "phase" else str(value) for value in spending[by]]
    dear = np.rint(spending["cost_escalated"].fillna(0).to_numpy(dtype=np.float64) * 100).astype(np.int64)
    lines = pd.DataFrame({"year": years, "part": parts, "head": heads, "cents": cents, "escalated": dear})
    columns: dict[str, pd.Series] = {
        name: lines[lines["part"] == name].groupby("year")["cents"].sum() for name in ("pass", "connect")
    }
    columns |= {name: lines[lines["head"] == name].groupby("year")["cents"].sum() for name in sorted(set(heads))}
    columns |= {"total": lines.groupby("year")["cents"].sum(), "escalated": lines.groupby("year")["escalated"].sum()}
    order = sorted(set(years))  # digits come before letters
    table = pd.DataFrame({name: sums.reindex(order).fillna(0).astype("int64") for name, sums in columns.items()})
    table.loc[TOTAL] = table.sum()
    found = (table / 100).reset_index(names="year")
    return found.astype({"year": "str"})

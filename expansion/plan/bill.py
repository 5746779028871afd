"""Read a bill of materials by item: an item has one line per component, each with the quantity of the whole item."""

from __future__ import annotations

import numpy as np
import pandas as pd


def item_quantities(bom: pd.DataFrame) -> pd.DataFrame:
    """List what is bought once per area and item, whatever components its price is split into.

    Parameters
    ----------
    bom
        After `expansion.plan.specs_cost.BOM`, in any order.

    Returns
    -------
    DataFrame
        The first line of each area and item; `quantity` may be summed, `cost` and the rates are of that line alone.
    """
    return bom.drop_duplicates(["area_id", "item"])


def split_cents(amount: int, weights: list[int]) -> list[int]:
    """Split whole cents by weight, the remainder to the largest fractions, then the first; equal where all are 0."""
    total = sum(weights)
    shares = weights if total else [1] * len(weights)
    total = total or len(weights)
    parts = [amount * share // total for share in shares]
    rest = np.argsort([-(amount * share % total) for share in shares], kind="stable")
    for place in rest[: amount - sum(parts)].tolist():
        parts[place] += 1
    return parts

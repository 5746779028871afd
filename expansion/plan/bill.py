"""Read a bill of materials by item: an item has one line per component, each with the quantity of the whole item."""

from __future__ import annotations

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

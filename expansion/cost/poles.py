"""Say what the poles of each owner cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from expansion.cost.shares import split_by_weight
from expansion.plan.plan import Cost, Network
from expansion.plan.specs_cost import MAKE_READY

ITEMS = {"make_ready": "make_ready_pole", "application": "pole_application"}


def split_by_owner(network: Network, cost: Cost) -> pd.DataFrame:
    """Share each area's make-ready and applications among the owners of its poles, by number of poles.

    Parameters
    ----------
    network
        Spans with `pole_owners`.
    cost
        The bill.

    Returns
    -------
    DataFrame
        After `MAKE_READY`, by area and owner. The money of an area's owners adds to its lines to the cent.
    """
    spans = network.spans
    hung = (spans["placement"] == "aerial").to_numpy(dtype=bool) & ~spans["is_existing"].to_numpy(dtype=bool)
    counts: dict[str, dict[str, int]] = {}
    for area, text in zip(spans.loc[hung, "area_id"], spans.loc[hung, "pole_owners"], strict=True):
        for owner, number in owners_of(text).items():
            mine = counts.setdefault(str(area), {})
            mine[owner] = mine.get(owner, 0) + number
    rows: list[tuple[object, ...]] = []
    for area, owners in sorted(counts.items()):
        names = sorted(owners)
        weights = np.array([owners[name] for name in names], dtype=np.float64)
        money = [split_by_weight(_cents(cost.bom, area, item), weights) for item in ITEMS.values()]
        rows += [(area, name, owners[name], *(part[n] / 100 for part in money)) for n, name in enumerate(names)]
    columns = [column.name for column in MAKE_READY.columns]
    return MAKE_READY.build({name: [row[place] for row in rows] for place, name in enumerate(columns)})


def owners_of(text: object) -> dict[str, int]:
    """Read ``Power Co 9; unknown 2``.

    Examples
    --------
    >>> owners_of("Power Co 9; unknown 2")
    {'Power Co': 9, 'unknown': 2}
    """
    parts = [part.rpartition(" ") for part in text.split("; ")] if isinstance(text, str) and text else []
    return {name: int(number) for name, _, number in parts}


def _cents(bom: pd.DataFrame, area: str, item: str) -> int:
    """Cents that an area spends on an item."""
    mine = (bom["area_id"] == area).to_numpy(dtype=bool) & (bom["item"] == item).to_numpy(dtype=bool)
    return int(np.rint(bom["cost"].to_numpy()[mine] * 100).astype(np.int64).sum())

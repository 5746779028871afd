"""Fill in what a span's works are where a test says no more than method, length and bores."""

import numpy as np


def with_works(columns):
    """Columns of spans with the works of flat ground whose cable never crosses its own road."""
    length, bore = (np.array(columns[name], dtype=float) for name in ("length_m", "bore_m"))
    idle = np.array(columns["is_existing"], dtype=bool)
    count = len(length)
    made = {
        "item": list(columns["method"]), "item_m": np.where(idle, 0.0, np.maximum(length - bore, 0)),
        "bore_item": ["bore"] * count, "over_m": np.zeros(count), "over_poles": np.zeros(count, dtype=int),
        "reason": ["as drawn"] * count,
    }  # fmt: skip
    return made | columns

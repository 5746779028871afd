"""What is spent by the end of each month, over draws of dates and costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from expansion.plan.uncertainty import DrawnCosts, DrawnDates, ForecastCurve

FloatArray = NDArray[np.float64]

_LEVELS = (0.5, 0.8)
_WHOLE = 1 - 1e-5  # shares are added up in single precision


def trace_forecast(
    scopes: Sequence[tuple[str, str, tuple[str, ...]]], dates: DrawnDates, money: DrawnCosts
) -> ForecastCurve:
    """Trace what is spent month by month: the work that is done by then, at what its area costs in the draw.

    What an area costs in a draw, with the risks that happen to it, is spent as its work gets done; what areas without
    work cost is spent in the first month.

    Parameters
    ----------
    scopes
        Scope, id and areas of each row of the curve.
    dates, money
        What was drawn.

    Returns
    -------
    ForecastCurve
        P50 and P80 of each month over the draws, whole cents.

    Examples
    --------
    One area, half of which is done by the end of the first month in one draw of two:

    >>> earned = np.array([[[0.5, 1.0], [1.0, 1.0]]], dtype=np.float32)
    >>> none = np.zeros((1, 2), dtype=np.int64)
    >>> dates = DrawnDates(("A001",), none, none[0], none[:0], (), ("2027-01-31", "2027-02-28"), earned)
    >>> money = DrawnCosts(("A001",), np.array([[8.0, 6.0]]), none[:0])
    >>> curve = trace_forecast([("area", "A001", ("A001",))], dates, money)
    >>> curve.p50.tolist(), curve.p80.tolist()
    ([[5.0, 7.0]], [[5.6, 7.6]])
    """
    row_of = {name: number for number, name in enumerate(dates.area_ids)}
    place_of = {name: number for number, name in enumerate(money.area_ids)}
    found = np.zeros((len(_LEVELS), len(scopes), len(dates.months)))
    for number, (_, _, members) in enumerate(scopes):
        spent = np.zeros((len(dates.months), len(dates.program)))
        for name in members:
            if name in place_of:
                spent += money.areas[place_of[name]] * _earned(dates, row_of.get(name))
        found[:, number] = np.round(np.quantile(spent, _LEVELS, axis=1), 2)
    return ForecastCurve(dates.months, tuple((scope, name) for scope, name, _ in scopes), found[0], found[1])


def _earned(dates: DrawnDates, row: int | None) -> FloatArray:
    """Share of an area's cost that is spent by the end of each month, shape ``(months, draws)``."""
    whole = np.ones(dates.earned.shape[1:])
    if row is None or not dates.earned[row].any():
        return whole
    share = dates.earned[row].astype(np.float64)
    return np.asarray(np.where(share > _WHOLE, whole, share))

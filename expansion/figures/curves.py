"""Data of the charts: cost per location over areas, money over time, what drives P80."""

from __future__ import annotations

import pandas as pd


def cost_curve(areas: pd.DataFrame) -> pd.DataFrame:
    """Order areas by cost per location and add up the locations that they bring.

    Parameters
    ----------
    areas
        area_id, locations, cost_p50 and chosen.

    Returns
    -------
    pandas.DataFrame
        area_id, locations, cost_per_location, first, last (locations below and including it), chosen; cheapest first.
    """
    priced = areas.loc[areas["cost_p50"] > 0, ["area_id", "locations", "cost_p50", "chosen"]].copy()
    priced["cost_per_location"] = (priced["cost_p50"] / priced["locations"]).round(2)
    priced = priced.sort_values(["cost_per_location", "area_id"], ignore_index=True)
    priced["last"] = priced["locations"].cumsum()
    priced["first"] = priced["last"] - priced["locations"]
    return priced[["area_id", "locations", "cost_per_location", "first", "last", "chosen"]]


def spending(tasks: pd.DataFrame) -> pd.DataFrame:
    """Money spent by the end of each month, each task's cost spread evenly over its days.

    Parameters
    ----------
    tasks
        start and finish as ISO text, and cost.

    Returns
    -------
    pandas.DataFrame
        month (its first day) and spent, from the first month to the last.
    """
    paid = tasks[tasks["cost"] > 0]
    if not len(paid):
        return pd.DataFrame({"month": pd.to_datetime([]), "spent": []})
    start, finish = pd.to_datetime(paid["start"]), pd.to_datetime(paid["finish"])
    months = pd.date_range(start.min().replace(day=1), finish.max(), freq="MS")
    days = (finish - start).dt.days + 1
    spent = []
    for month in months:
        over = month + pd.offsets.MonthEnd(0)
        done = ((over - start).dt.days + 1).clip(lower=0)
        spent.append(round(float((paid["cost"] * (done.clip(upper=days) / days)).sum()), 2))
    return pd.DataFrame({"month": months, "spent": spent})


def largest_first(values: dict[str, float]) -> pd.DataFrame:
    """Names and amounts above zero, largest first, names in words."""
    rows = sorted(
        ((name.replace("_", " "), amount) for name, amount in values.items() if amount > 0),
        key=lambda row: (-row[1], row[0]),
    )
    return pd.DataFrame(rows, columns=["name", "amount"])


def expensive_tail(curve: pd.DataFrame, share: float = 0.9) -> tuple[float, int, float] | None:
    """Say where the expensive tail begins: what the first locations cost, and what each of the rest does.

    Parameters
    ----------
    curve
        cost and locations of a plan's budget curve.
    share
        Share of all locations that count as the first.

    Returns
    -------
    tuple, optional
        Cost of the first network that reaches the share, the locations beyond it, and the cost of each of them; None
        where nothing lies beyond.
    """
    ordered = curve.sort_values(["cost", "locations"], ignore_index=True)
    if not len(ordered):
        return None
    last = ordered.iloc[-1]
    first = ordered[ordered["locations"] >= share * last["locations"]].iloc[0]
    beyond = int(last["locations"] - first["locations"])
    if beyond <= 0:
        return None
    return float(first["cost"]), beyond, float(last["cost"] - first["cost"]) / beyond

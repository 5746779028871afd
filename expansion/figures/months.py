"""How far every area is by the end of a month: a map layer that the app's slider moves."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from expansion.figures.layers import MapLayer, counted, make_features, tip
from expansion.figures.looks import fill
from expansion.figures.palette import NOT_CHOSEN

STATES = {
    "waiting": ("not begun", "#C9D1D9"), "planning": ("in planning", "#56B4E9"),
    "building": ("under construction", "#E69F00"),
    "serving": ("ready for service", "#009E73"), "left": ("not chosen", NOT_CHOSEN),
}  # fmt: skip


def plan_months(tasks: pd.DataFrame) -> list[str]:
    """Name the last day of every month from the first task to the last, as ISO text."""
    if not len(tasks):
        return []
    first, last = pd.Timestamp(str(tasks["start"].min())), pd.Timestamp(str(tasks["finish"].max()))
    days = pd.date_range(first + pd.offsets.MonthEnd(0), last + pd.offsets.MonthEnd(0), freq="ME")
    return [day.date().isoformat() for day in days]


def area_states(tables: Mapping[str, pd.DataFrame], day: str) -> pd.Series:
    """Say how far each area is at the end of a day: a key of `STATES` by area id.

    An area is ready for service from its gate G3 on, under construction from its first task of execution, in planning
    from its first task of any other kind.
    """
    areas, tasks, gates = tables["areas"], tables["tasks"], tables["gates"]
    begun = tasks.groupby("area_id")["start"].min().to_dict()
    dug = tasks[tasks["wbs_phase"] == "execution"].groupby("area_id")["start"].min().to_dict()
    ready = gates[gates["gate"] == "G3"].groupby("area_id")["date"].max().to_dict()
    found = {}
    for area, chosen in zip(areas["area_id"], areas["chosen"], strict=True):
        steps = (("serving", ready), ("building", dug), ("planning", begun))
        state = next((name for name, days in steps if isinstance(days.get(area), str) and days[area] <= day), "waiting")
        found[str(area)] = state if chosen else "left"
    return pd.Series(found, dtype="str")


def month_layer(tables: Mapping[str, pd.DataFrame], day: str) -> MapLayer:
    """Draw areas by how far they are at the end of a day."""
    areas, states = gpd.GeoDataFrame(tables["areas"]), area_states(tables, day)
    order = list(STATES)
    classes = [str(states[area]) for area in areas["area_id"]]
    tips = [
        tip(row.area_id, {"on": day, "is": STATES[state][0], "locations": f"{row.locations:,}"}, row.reason)
        for row, state in zip(areas.itertuples(), classes, strict=True)
    ]
    styles = tuple(
        fill(
            color,
            opacity=0.08 if name == "left" else 0.5,
            outline=color,
            weight=1.6,
            dash="4 4" if name == "left" else "",
        )
        for name, (_, color) in STATES.items()
    )
    return MapLayer(
        layer_id="months", title=f"Areas on {day}", shape="fill", styles=styles,
        features=make_features(areas["area_id"].tolist(), areas.geometry, [order.index(one) for one in classes], tips),
        legend=counted(classes, {name: words for name, (words, _) in STATES.items()}), is_selectable=True,
    )  # fmt: skip

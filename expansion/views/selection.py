"""The chosen areas: a small tuple of ids, and a stack of what was chosen before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import streamlit as st

from expansion.views.desk import OpenStudy, write_link
from expansion.wording import count

_MOST_UNDO = 50


def chosen_areas(study: OpenStudy) -> tuple[str, ...]:
    """Return the chosen areas that the study has; others, as from an old link, are dropped with a sentence."""
    known = set(study.surveyed.survey.areas.table["area_id"])
    chosen: tuple[str, ...] = st.session_state["chosen"]
    kept = tuple(name for name in chosen if name in known)
    if len(kept) < len(chosen):
        st.warning(
            f"{count(len(chosen) - len(kept), 'area of the link is', 'areas of the link are')} not in this study and "
            "left out. Choose areas on the map or in the list.", icon=":material/info:",
        )  # fmt: skip
        st.session_state["chosen"] = kept
        write_link()
    return kept


def choose(areas: Iterable[str]) -> None:
    """Make these areas the chosen ones; what was chosen before can be had back."""
    state = st.session_state
    wanted = tuple(sorted(set(areas)))
    if wanted != state["chosen"]:
        state["undo"] = [*state["undo"], state["chosen"]][-_MOST_UNDO:]
        state["chosen"] = wanted
        write_link()


def undo() -> None:
    """Go one step back."""
    state = st.session_state
    if state["undo"]:
        state["chosen"] = state["undo"].pop()
        write_link()


def take_event(study: OpenStudy, event: dict[str, Any]) -> None:
    """Apply a click, which adds an area or takes it out, or a box, which adds what lies in it."""
    chosen = set(st.session_state["chosen"])
    areas = study.surveyed.survey.areas.table
    if event.get("kind") == "click" and event.get("id") in set(areas["area_id"]):
        choose(chosen ^ {str(event["id"])})
    elif event.get("kind") == "box":
        choose(chosen | set(areas_inside(areas, event)))


def areas_inside(areas: gpd.GeoDataFrame, event: dict[str, Any]) -> list[str]:
    """Areas that have a point in the box of an event of the map."""
    corners = [event.get(side) for side in ("west", "south", "east", "north")]
    if not all(isinstance(value, int | float) for value in corners):
        return []
    west, south, east, north = (float(value) for value in corners)  # type: ignore[arg-type]
    spots = areas.geometry.to_crs("EPSG:4326").representative_point()
    inside = spots.x.between(west, east) & spots.y.between(south, north)
    return [str(name) for name in areas.loc[inside, "area_id"]]

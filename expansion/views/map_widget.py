"""The map as a widget: a Leaflet component whose files all lie beside this module."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
import streamlit.components.v1 as components
from streamlit import runtime

from expansion.figures.layers import SentLayer
from expansion.views.tiles import map_files, tile_source


def show_map(
    layers: Sequence[SentLayer],
    *,
    key: str,
    bounds: list[list[float]],
    view_key: str,
    height: int = 560,
    selected: Sequence[str] = (),
    on_event: Callable[[dict[str, Any]], None] | None = None,
    picks_places: bool = False,
) -> None:
    """Draw layers; report what the reader does on the map.

    Parameters
    ----------
    layers
        In drawing order. Each goes to the browser once, whatever is redrawn.
    key
        Fixed name of the map on its page, so that it is never mounted anew.
    bounds, view_key
        What to show; the map moves there only when `view_key` changes.
    height
        Pixels.
    selected
        Ids of the chosen features of the selectable layer.
    on_event
        Called with ``{"kind": "click", "id": …}`` or ``{"kind": "box", "west": …, "south": …, "east": …, "north": …}``.
    picks_places
        A click reports ``{"kind": "place", "latitude": …, "longitude": …, "meters": …}`` instead; `meters` is a
        finger's width.
    """
    component = components.declare_component("map", path=str(map_files()))
    component(
        layers=[_message(layer, key) for layer in layers],
        bounds=bounds,
        view_key=view_key,
        height=height,
        selected=list(selected),
        choosing=on_event is not None,
        placing=picks_places,
        tiles=tile_source(),
        key=key,
        default=None,
        on_change=(lambda: _take(key, on_event)) if on_event else None,
    )


def _message(layer: SentLayer, key: str) -> dict[str, Any]:
    """Hand a layer's text to Streamlit's file store and send only its address; without a server, send the text."""
    if not runtime.exists():
        return layer.message()
    name = f"{key}-{layer.layer_id}"
    sheets = [
        {"version": sheet.version, "box": sheet.box, "url": _keep(sheet.content, f"{name}-{number}")}
        for number, sheet in enumerate(layer.sheets)
    ]
    return {
        "id": layer.layer_id, "version": layer.version, "hidden": layer.is_hidden, "url": _keep(layer.content, name),
        "sheets": sheets,
    }  # fmt: skip


def _keep(content: str, name: str) -> str:
    """Hand text to Streamlit's file store and return where the map finds it."""
    address = runtime.get_instance().media_file_mgr.add(content.encode(), "application/json", name)
    return f"../..{address}"


def _take(key: str, on_event: Callable[[dict[str, Any]], None]) -> None:
    """Hand on each event once: the component repeats its last one whenever the page is mounted again."""
    event = st.session_state.get(key)
    if not isinstance(event, dict) or event.get("serial") == st.session_state.get(f"{key}-serial"):
        return
    st.session_state[f"{key}-serial"] = event.get("serial")
    on_event(event)

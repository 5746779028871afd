"""Finished plans, read once and kept warm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from expansion.figures.drawing_set import Drawing, DrawingSet
from expansion.figures.layers import SentLayer, send_layer
from expansion.figures.sets import plan_layers, route_layers, saved_base_layers
from expansion.plan.saved import SavedPlan
from expansion.runs import load_document, load_plan
from expansion.runs.jobs import Job
from expansion.views.shelf import owner


def plan_document(job: Job) -> dict[str, Any]:
    """plan.json of a finished run."""
    return _document(owner(), str(job.plan))


def saved_plan(job: Job) -> SavedPlan:
    """Return the whole plan of a finished run."""
    return _saved(owner(), str(job.plan))


def route_map(job: Job) -> tuple[SentLayer, ...]:
    """Route and sites of a finished run."""
    return _layers(owner(), str(job.plan), is_whole=False)


def plan_map(job: Job) -> tuple[SentLayer, ...]:
    """Everything that a finished run builds."""
    return _layers(owner(), str(job.plan), is_whole=True)


def saved_base_map(job: Job) -> tuple[SentLayer, ...]:
    """Roads as a plan kept them, for a plan whose study is not here."""
    return _base_layers(owner(), str(job.plan))


def plan_drawing(job: Job, kind: str, site: str) -> list[Drawing]:
    """Draw sheets of a finished run: the network (`kind` network), a hub (hub), or cables of a site (line)."""
    drawings = _drawings(owner(), str(job.plan))
    if kind == "network":
        return [drawings.draw_network()]
    return [drawings.draw_hub(site)] if kind == "hub" else drawings.draw_lines(site)


@st.cache_resource(max_entries=6, show_spinner="Reading the cables …")
def _drawings(owner_id: str, folder: str) -> DrawingSet:
    saved = _saved(owner_id, folder)
    return DrawingSet(saved.document, saved.study_document.get("study", {}), saved.tables)


@st.cache_resource(max_entries=6, show_spinner="Drawing the map …")
def _base_layers(owner_id: str, folder: str) -> tuple[SentLayer, ...]:
    layers = saved_base_layers(_saved(owner_id, folder).tables)
    return tuple(send_layer(layer) for layer in layers if layer.features)


@st.cache_resource(max_entries=50, show_spinner=False)
def _document(owner_id: str, folder: str) -> dict[str, Any]:  # noqa: ARG001 - the owner is part of the key
    return load_document(Path(folder))


@st.cache_resource(max_entries=6, show_spinner="Reading the plan …")
def _saved(owner_id: str, folder: str) -> SavedPlan:  # noqa: ARG001
    return load_plan(Path(folder))


@st.cache_resource(max_entries=12, show_spinner="Drawing the route …")
def _layers(owner_id: str, folder: str, *, is_whole: bool) -> tuple[SentLayer, ...]:
    tables = _saved(owner_id, folder).tables
    layers = plan_layers(tables) if is_whole else route_layers(tables)
    return tuple(send_layer(layer) for layer in layers if layer.features)

"""Write the sections down: what is built in them, where, when, and which permits they wait for."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.plan.specs_schedule import SECTIONS
from expansion.schedule.applications import Applications
from expansion.schedule.chosen import ChosenArea

BUILD = "execution"


def sections_table(
    chosen: list[ChosenArea],
    made: Applications,
    spans: gpd.GeoDataFrame,
    permit_ids: list[str],
    tasks: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """List the sections of all areas, by phase of the area, id and number.

    Parameters
    ----------
    chosen
        Areas with their sections.
    made
        Which permits hold up which sections.
    spans
        Spans of the network, with their lines.
    permit_ids
        Id per row of the permits.
    tasks
        Tasks with dates.
    """
    sections = [part.section for area in chosen for part in area.parts]
    waits: dict[str, list[str]] = {section.section_id: [] for section in sections}
    for name, held in zip(permit_ids, made.held, strict=True):
        for _, part in held:
            waits[part.section.section_id].append(name)
    work = tasks[(tasks["section_id"].notna() & (tasks["wbs_phase"] == BUILD) & tasks["crew_kind"].notna()).to_numpy()]
    dates = work.groupby("section_id").agg(start=("start", "min"), finish=("finish", "max"))
    row = {name: number for number, name in enumerate(spans["span_id"].to_list())}
    lines, length = spans.geometry.to_numpy(), spans["length_m"].to_numpy(dtype=np.float64)
    rows = [[row[name] for name in section.span_ids] for section in sections]
    shapes = [lines[one[0]] if len(one) == 1 else shapely.multilinestrings(lines[one]) for one in rows]
    columns = {
        "section_id": [section.section_id for section in sections],
        "area_id": [section.area_id for section in sections],
        "method": [section.method for section in sections],
        "span_ids": [",".join(section.span_ids) for section in sections],
        "length_m": [round(float(length[one].sum()), 3) for one in rows],
        "permit_ids": [",".join(sorted(waits[section.section_id])) or None for section in sections],
        **{
            name: dates[name].reindex([section.section_id for section in sections]).astype(object).to_list()
            for name in ("start", "finish")
        },
    }
    return gpd.GeoDataFrame(SECTIONS.build(columns, geometry=np.array(shapes, dtype=object), crs=spans.crs))


def no_sections(spans: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make the table of no sections."""
    return gpd.GeoDataFrame(SECTIONS.empty(spans.crs))

"""Awards that are lists of location ids become features: one per award, its points those of the locations named."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely

from expansion.plan.findings import Finding, find
from expansion.plan.specs_inputs import FEATURES
from expansion.sources.project import empty_table


def award_features(
    table: pa.Table, name: str, locations: gpd.GeoDataFrame, findings: list[Finding]
) -> gpd.GeoDataFrame:
    """Make one feature per award.

    Parameters
    ----------
    table
        location_id, name, authority.
    name
        Name of the file.
    locations
        The study's locations, in the study CRS.
    findings
        Takes how many ids meet a location.

    Returns
    -------
    GeoDataFrame
        Rows of kind ``award``; the geometry is a MultiPoint of the locations met, and `attributes` holds their sorted
        ids as ``{"location_ids": […]}``.
    """
    points = dict(zip(locations["location_id"], locations.geometry, strict=True))
    groups: dict[tuple[str, str], set[str]] = {}
    for row in table.to_pylist():
        if row["location_id"] in points:
            groups.setdefault((row["name"] or "", row["authority"] or ""), set()).add(row["location_id"])
    met = len(set().union(*groups.values())) if groups else 0
    text = f"{name}: {met} of {table.num_rows} award ids are locations of the study"
    findings.append(
        find("W_JOIN_RATE", "info" if met else "warning", text, [name], amount=float(met), unit="locations")
    )
    if not groups:
        return empty_table(FEATURES, locations.crs)
    return _table(groups, points, PurePosixPath(name).name, locations)


def _table(
    groups: dict[tuple[str, str], set[str]], points: dict[str, shapely.Point], stem: str, locations: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    keys = sorted(groups)
    ids = [sorted(groups[key]) for key in keys]
    shapes = np.array([shapely.multipoints([points[one] for one in members]) for members in ids], dtype=object)
    columns: dict[str, object] = {
        "feature_id": [f"{stem}:{name or 'award'}:{authority}" for name, authority in keys],
        "kind": ["award"] * len(keys),
        "subtype": ["location list"] * len(keys),
        "name": [name or None for name, _ in keys],
        "authority": [authority or None for _, authority in keys],
        "attributes": [json.dumps({"location_ids": members}, sort_keys=True, ensure_ascii=False) for members in ids],
        "source": [stem] * len(keys),
        "confidence": ["high"] * len(keys),
    }
    return FEATURES.build(columns, geometry=shapes, crs=locations.crs)

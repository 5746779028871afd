"""Everything that is read before planning starts: checked, projected once, in canonical order."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from expansion.plan.findings import Finding
from expansion.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class InputRecord:
    """Provenance of one input: rows and SHA-256 of the checked table in canonical order, license, synthetic or not."""

    name: str
    sha256: str
    rows: int
    license: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Elevation:
    """Heights on a grid: the part of a DEM around the study.

    Attributes
    ----------
    height_m
        Meters, by row from the grid's first line; NaN where nothing is known.
    crs
        CRS of the grid, projected or geographic.
    west, north, step_x, step_y
        Middle of the first cell, and the way to the next column and the next row, in units of `crs`.
    name
        File that it comes from.
    """

    height_m: NDArray[np.float32]
    crs: CRS
    west: float
    north: float
    step_x: float
    step_y: float
    name: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """The checked tables of a study, all in `crs`, each sorted by its key.

    Attributes
    ----------
    crs
        Projected meter CRS of the study.
    roads, locations, coverage, plant, features
        Tables after `expansion.plan.specs_inputs`. `plant` may be empty (then an office is assumed, with a finding).
    rulebook
        Rates, permit rules, production rates and the other rules in force.
    records
        Provenance per input, in the order of the contract.
    findings
        What the readers saw and repaired or left out.
    marks
        Pins and polygons to avoid, after `expansion.plan.specs_inputs.MARKS`; None where the study names no such file.
    elevation
        Heights around the study, where a DEM is given.
    permit_states
        How far permits are, after `expansion.plan.specs_inputs.PERMIT_STATES_IN`, by id; None where the study names no
        such file.
    """

    crs: CRS
    roads: gpd.GeoDataFrame
    locations: gpd.GeoDataFrame
    coverage: pd.DataFrame
    plant: gpd.GeoDataFrame
    features: gpd.GeoDataFrame
    rulebook: Rulebook
    records: tuple[InputRecord, ...]
    findings: tuple[Finding, ...]
    marks: gpd.GeoDataFrame | None = None
    elevation: Elevation | None = None
    permit_states: pd.DataFrame | None = None

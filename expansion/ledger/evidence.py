"""What the ledger looks at: the tables of a network, the graph that it stands on, study and rule book."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan.assembly import Ground
from expansion.plan.inputs import Inputs
from expansion.plan.plan import Network
from expansion.rulebook import OpticalClass, Rulebook
from expansion.study import Study

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Evidence:
    """A network, what it stands on, and the rules that it has to keep."""

    study: Study
    inputs: Inputs
    ground: Ground
    network: Network

    @property
    def book(self) -> Rulebook:
        """Rule book in force."""
        return self.inputs.rulebook

    @cached_property
    def pon_class(self) -> OpticalClass:
        """Row of the study's optical class."""
        return self.book.optical_class(self.study.network.pon_class)

    @property
    def paths(self) -> pd.DataFrame:
        """Light paths."""
        return self.network.paths

    @property
    def drops(self) -> gpd.GeoDataFrame:
        """Drops."""
        return self.network.drops

    @property
    def cables(self) -> pd.DataFrame:
        """All cables."""
        return self.network.cables

    @property
    def spans(self) -> gpd.GeoDataFrame:
        """Stretches of route."""
        return self.network.spans

    def sites(self, *kinds: str) -> gpd.GeoDataFrame:
        """Sites of some kinds."""
        table = self.network.sites
        return gpd.GeoDataFrame(table[table["kind"].isin(kinds).to_numpy(dtype=bool)])

    @cached_property
    def node_of(self) -> dict[str, int]:
        """Node per site."""
        sites = self.network.sites
        return dict(zip(sites["site_id"].astype(str), sites["node"].astype(int), strict=True))

    @cached_property
    def parent_of(self) -> dict[str, str]:
        """Site that feeds each site; "" for none."""
        sites = self.network.sites
        return dict(zip(sites["site_id"].astype(str), sites["parent_site_id"].fillna("").astype(str), strict=True))

    @cached_property
    def fiber_rows(self) -> IntArray:
        """Rows of the study's locations whose outcome is fiber."""
        return np.flatnonzero(self.network.location_outcome == "fiber").astype(np.int64)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row per location id."""
        return {str(name): row for row, name in enumerate(self.inputs.locations["location_id"])}

    @cached_property
    def edges_of_span(self) -> list[list[int]]:
        """Rows of the graph's edges per row of the spans."""
        row_of = {str(name): row for row, name in enumerate(self.ground.graph.edges["edge_id"])}
        return [[row_of[name] for name in text.split(",") if name] for text in self.spans["edge_ids"]]

    @cached_property
    def ports(self) -> pd.DataFrame:
        """One row per light path and OLT port that it uses: a location of many units may lie on several splitters."""
        ratio, paths = self.study.network.split_ratio, self.paths
        first = paths["splitter_output"].to_numpy(dtype=np.int64) - 1
        last = first + paths["units"].to_numpy(dtype=np.int64) - 1
        spans = last // ratio - first // ratio + 1
        rows = np.repeat(np.arange(len(paths)), spans)
        step = np.arange(len(rows)) - np.repeat(np.cumsum(spans) - spans, spans)
        splitter = first[rows] // ratio + step
        begin = np.maximum(first[rows], splitter * ratio)
        end = np.minimum(last[rows], splitter * ratio + ratio - 1)
        return pd.DataFrame(
            {
                "row": rows, "step": step, "port": paths["olt_port"].to_numpy(dtype=np.int64)[rows] + step,
                "office_id": paths["office_id"].to_numpy()[rows], "hub_id": paths["hub_id"].to_numpy()[rows],
                "splitter": paths["splitter_input"].to_numpy(dtype=np.int64)[rows] + step, "units": end - begin + 1,
            }
        )  # fmt: skip

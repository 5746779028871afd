"""What the ledger looks at: the tables of a network, the graph that it stands on, study and rule book."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan.inputs import Inputs
from expansion.plan.parts import Ground
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
    def units(self) -> pd.DataFrame:
        """One row per unit with fiber: row of its path, terminal port, hub fiber, splitter in the hub, OLT port.

        Units of a path take ports in a row; where terminals hold splitters, those of one such splitter share its fiber.
        """
        first, *second = self.study.network.stages
        per, paths = second[0] if second else 1, self.paths
        count = paths["units"].to_numpy(dtype=np.int64)
        rows = np.repeat(np.arange(len(paths)), count)
        step = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
        port = paths["terminal_port"].to_numpy(dtype=np.int64)[rows] + step
        begun = (port - 1) // per - (port - step - 1) // per
        fiber = paths["splitter_output"].to_numpy(dtype=np.int64)[rows] + begun
        splitter = (fiber - 1) // first
        return pd.DataFrame(
            {
                "row": rows, "step": step, "begun": begun, "port": port, "branch": (port - 1) // per, "fiber": fiber,
                "splitter": splitter + 1, "lit": splitter - (fiber - begun - 1) // first,
                **{name: paths[name].to_numpy()[rows] for name in ("terminal_id", "hub_id", "office_id")},
            }
        )  # fmt: skip

    @cached_property
    def ports(self) -> pd.DataFrame:
        """One row per light path and OLT port that it uses: a location of many units may lie on several splitters."""
        names = ["row", "lit", "office_id", "hub_id", "splitter"]
        found = self.units.groupby(names, sort=True).size().rename("units").reset_index()
        first = self.paths["olt_port"].to_numpy(dtype=np.int64)[found["row"].to_numpy(dtype=np.int64)]
        return found.assign(port=first + found["lit"].to_numpy(dtype=np.int64))

"""Every technical drawing of a plan: the network, a schematic per hub, straight-line diagrams per hub and office."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from expansion.figures.cable_runs import Plant, natural, read_plant
from expansion.figures.crossings import Ground
from expansion.figures.drawing import TitleBlock
from expansion.figures.existing import existing_fiber
from expansion.figures.hub_schematic import HubPlan, Strand, draw_hub, outputs_used
from expansion.figures.network_schematic import HubFigures, draw_network
from expansion.figures.straight_line import draw_straight_line
from expansion.wording import count

_METERS = "Cable lengths with slack; places in meters of route"


@dataclass(frozen=True, slots=True)
class Drawing:
    """One sheet: what it shows (`kind` network, hub or line), of which site, its title, which of how many, its SVG."""

    kind: str
    site_id: str
    title: str
    number: int
    of: int
    svg: str


class DrawingSet:
    """Draws the sheets of one plan.

    Parameters
    ----------
    document, study
        plan.json, and the study that it was made from (`study` of study.json).
    tables
        Tables of the plan.
    """

    def __init__(
        self, document: Mapping[str, Any], study: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]
    ) -> None:
        self.document, self.tables = document, tables
        self.network: Mapping[str, Any] = study.get("network", {})
        self.plant: Plant = read_plant(tables)
        self._paths = dict(tuple(tables["paths"].groupby("hub_id", sort=True)))
        self._drop_m = dict(zip(tables["drops"]["location_id"], tables["drops"]["drop_m"], strict=True))
        self._ground: Ground | None = None
        self._strands = _strands_by_terminal(tables.get("strands"))

    @property
    def hubs(self) -> list[str]:
        """Hubs, in natural order of their ids."""
        return sorted((name for name in self.plant.sites if self.plant.kind(name) == "hub"), key=natural)

    @property
    def sources(self) -> list[str]:
        """Sites from which cables run: hubs last."""
        names = {run.source for run in self.plant.runs.values()}
        return sorted(names, key=lambda name: (self.plant.kind(name) == "hub", natural(name)))

    def sheets(self) -> Iterator[Drawing]:
        """Draw everything, the network first."""
        yield self.draw_network()
        for hub_id in self.hubs:
            yield self.draw_hub(hub_id)
        for source in self.sources:
            yield from self.draw_lines(source)

    def draw_network(self) -> Drawing:
        """Draw offices, feeder cables and hubs."""
        network, cables = self.document["network"], self.tables["cables"]
        title = "Network schematic"
        about = (
            f"{count(network['hubs'], 'hub')}, {count(network['terminals'], 'terminal')}, "
            f"{count(network['drops'], 'drop')} · {network['route_m'] / 1000:,.1f} km of route, "
            f"{network['cable_m'] / 1000:,.1f} km of cable"
        )
        meters = cables[cables["tier"] == "distribution"].groupby(cables["cable_id"].map(self._source_of))["length_m"]
        cable_m = meters.sum().to_dict()
        hubs = {hub: _figures(rows, float(cable_m.get(hub, 0.0))) for hub, rows in self._paths.items()}
        svg = draw_network(
            self.plant, hubs, existing_fiber(self.tables), self._block(title, about, _METERS),
            split_ratio=self._splits[0], fill_target=self._target, budget_db=self._budget_db,
        )  # fmt: skip
        return Drawing("network", "", title, 1, 1, svg)

    def draw_hub(self, hub_id: str) -> Drawing:
        """Draw one hub with its splitters, cables, terminals and locations."""
        paths = self._paths.get(hub_id, self.tables["paths"].iloc[:0])
        plan = HubPlan(self.plant, paths, self._drop_m, self._strands, self._splits, self._target)
        worst = float(paths["loss_db"].max()) if len(paths) else 0.0
        about = (
            f"Area {self.plant.sites[hub_id].area_id} · {count(len(paths), 'location')} over "
            f"{count(paths['terminal_id'].nunique(), 'terminal')} · largest loss {worst:.1f} of "
            f"{self._budget_db:.1f} dB"
        )
        title = f"Hub {hub_id}: schematic"
        return Drawing("hub", hub_id, title, 1, 1, draw_hub(plan, hub_id, self._block(title, about, _METERS)))

    def draw_lines(self, source: str) -> list[Drawing]:
        """Unroll the cables of a hub, hut, tap or office; no sheet where they lie in no span."""
        ground = self._ground = self._ground or Ground(self.tables["triggers"], self.tables["permits"])
        runs = [run for run in self.plant.runs.values() if run.source == source]
        title = f"{source}: straight-line diagram"
        meters = sum(run.end_m - run.start_m for run in runs)
        about = f"{count(len(runs), 'cable')} along {meters:,.0f} m of route; chainage in meters from {source}"
        sheets = draw_straight_line(
            runs,
            lambda run: ground.met_by(run.stretches),
            lambda per_line_m: self._block(title, about, f"A full line shows {per_line_m:,.0f} m"),
        )
        return [Drawing("line", source, title, number, len(sheets), svg) for number, svg in enumerate(sheets, start=1)]

    def _source_of(self, cable_id: str) -> str:
        return self.plant.runs[cable_id].source if cable_id in self.plant.runs else ""

    def _block(self, title: str, about: str, note: str) -> TitleBlock:
        return TitleBlock(self.document["study"]["name"], title, about, note, self.document["fingerprint"])

    @property
    def _splits(self) -> tuple[int, ...]:
        """Outputs of the splitters at a hub and, in a cascade, at a terminal."""
        if self.network.get("architecture") == "cascaded":
            return tuple(int(ratio) for ratio in self.network["cascade"])
        return (int(self.network.get("split_ratio", 32)),)

    @property
    def _target(self) -> float:
        return float(self.network.get("fill_target") or 0.0)

    @property
    def _budget_db(self) -> float:
        return float(self.document["network"]["loss_budget_db"] or 0.0)


def _strands_by_terminal(strands: pd.DataFrame | None) -> dict[str, list[Strand]]:
    """Fibers in use by the site at which they end."""
    found: dict[str, list[Strand]] = {}
    if strands is None:
        return found
    used = strands[((strands["use"] == "in use") & strands["tube"].notna()).to_numpy(dtype=bool)]
    columns = ("to_site", "fiber", "tube_color", "fiber_color")
    rows = used.sort_values(["cable_id", "sheath", "fiber"])[list(columns)]
    for site, fiber, tube, color in rows.itertuples(index=False):
        found.setdefault(str(site), []).append((int(fiber), str(tube), str(color)))
    return found


def _figures(paths: pd.DataFrame, cable_m: float) -> HubFigures:
    """Sum up the light paths of a hub."""
    return HubFigures(
        len(paths), paths["terminal_id"].nunique(), paths["splitter_input"].nunique(), outputs_used(paths),
        cable_m, float(paths["loss_db"].max()),
    )  # fmt: skip

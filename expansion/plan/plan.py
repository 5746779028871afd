"""The plan and its parts: frozen dataclasses of checked tables and a few numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from expansion.plan.findings import Finding
from expansion.plan.graph import IntArray
from expansion.plan.inputs import InputRecord
from expansion.plan.selection import Selection
from expansion.plan.siting import FILLS, Siting, empty_siting
from expansion.plan.specs_network import REEL_SIZES, REELS, SPLICES, STRANDS
from expansion.plan.specs_permits import PERMIT_STATE_ROWS
from expansion.plan.specs_schedule import SECTIONS
from expansion.plan.technology import empty_connections, empty_stations
from expansion.rulebook import Rulebook
from expansion.study import Study


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who lacks service: one row per location of the study, in the order of its locations table.

    `table` holds location_id, units, status, reason, eligible, origin and the point.
    """

    table: gpd.GeoDataFrame
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Areas:
    """Service areas: `table` holds area_id, settlement_id, locations, units and the polygon, by area_id ascending.

    `of_location` gives per row of the study's locations the row of its area, -1 where it has none.
    """

    table: gpd.GeoDataFrame
    of_location: IntArray
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A least-cost tree with its bounds. Money in the study's currency.

    Attributes
    ----------
    edges
        Rows of the graph's edges, ascending; zero-cost edges along existing fiber included.
    length_m, cost
        New build only: edges that cost something.
    lower_bound
        What the solver proved.
    certified_lower_bound
        What the saved dual proves by itself.
    gap
        ``(cost - lower_bound) / cost``, 0 when cost is 0.
    status
        optimal, feasible, time_limit, infeasible or empty.
    root, terminals
        Node that the tree hangs from, and nodes that it must reach.
    duals
        Certificate tables by name, as `docs/methods/steiner.md` describes.
    """

    edges: IntArray
    length_m: float
    cost: float
    lower_bound: float
    certified_lower_bound: float
    gap: float
    status: str
    root: int
    terminals: IntArray
    duals: dict[str, NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the route tree over all areas that the same areas need.

    `parent` is the row of the segment toward the root, -1 at the root; `cost` is its civil cost and feeder cable
    for the areas below it; `areas` are rows of areas whose feeder comes through it, ascending. `owner` is the row
    of the area to which the spans of the segment are charged (`spans.area_id`): its base cost includes `cost`.
    `also` are rows of areas that do not cause it, but are the first to pay where it is built anyway, ascending.
    """

    parent: int
    cost: float
    areas: tuple[int, ...]
    owner: int
    also: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """A designed network and the route under it.

    Attributes
    ----------
    route
        Tree over the connected locations of the areas asked for.
    sites, spans, cables, paths
        After `expansion.plan.specs_network`.
    drops
        One row per connected location: location_id, terminal_id, drop_m, placement, area_id and the line.
    location_outcome
        Per row of the study's locations: fiber, unreachable or "" (not asked for).
    segments, area_parent
        The shared feeder: segments of the tree, and per area the row of its parent area (-1 for none).
    worst_loss_db, loss_budget_db
        Largest link loss, and the class's budget less the margin.
    connections, stations
        Who is served otherwise than by fiber, and from where, after `expansion.plan.technology`.
    findings
        Rules that bind or break: reach, strands, ports, drop length, huts opened.
    strands, splices, reels, reel_sizes
        Cables to the last fiber, after `expansion.plan.specs_network`; empty in networks made by hand.
    fills
        How full every hub is, after `FILLS`.
    siting
        What the hubs cost, with its bound.
    """

    route: Route
    sites: gpd.GeoDataFrame
    spans: gpd.GeoDataFrame
    cables: pd.DataFrame
    paths: pd.DataFrame
    drops: gpd.GeoDataFrame
    location_outcome: NDArray[np.object_]
    segments: tuple[Segment, ...]
    area_parent: IntArray
    worst_loss_db: float
    loss_budget_db: float
    civil_cost: float
    findings: tuple[Finding, ...]
    strands: pd.DataFrame = field(default_factory=STRANDS.empty)
    splices: pd.DataFrame = field(default_factory=SPLICES.empty)
    reels: pd.DataFrame = field(default_factory=REELS.empty)
    reel_sizes: pd.DataFrame = field(default_factory=REEL_SIZES.empty)
    fills: pd.DataFrame = field(default_factory=FILLS.empty)
    siting: Siting = field(default_factory=empty_siting)
    connections: pd.DataFrame = field(default_factory=empty_connections)
    stations: pd.DataFrame = field(default_factory=empty_stations)


def _no_states() -> pd.DataFrame:
    return PERMIT_STATE_ROWS.build({column.name: [] for column in PERMIT_STATE_ROWS.columns})


@dataclass(frozen=True, slots=True)
class Permits:
    """Permits of a network: `table` after `PERMITS`; `states` after `PERMIT_STATE_ROWS`, all rows of permits.status."""

    table: gpd.GeoDataFrame
    findings: tuple[Finding, ...]
    states: pd.DataFrame = field(default_factory=_no_states)


@dataclass(frozen=True, slots=True)
class Cost:
    """BOM and what it sums to, in prices of the study's price year unless a name says otherwise.

    Attributes
    ----------
    bom
        After `BOM`.
    to_pass, to_connect
        Split the base, as `by_category` and `by_component` do.
    per_area
        area_id, base, p10, p50, p80, p90, contingency; escalated where the years of build are known.
    drivers, surveys, make_ready, spending
        After `DRIVERS`, `SURVEYS`, `MAKE_READY` and `SPENDING`; the last three for what is built only.
    p10, p50, p80, p90
        Of what is built, over draws of prices, quantities and risks; of candidates, of prices and quantities alone.
    contingency
        P80 less P50, or what the study names; the areas' parts add to it.
    reserve_estimate, reserve_risks
        What lies between base cost and P80: for prices and quantities, and for the risks of the register.
    escalation, escalated, escalated_p50, escalated_p80
        Likely rise of prices in a year; base cost, P50 and P80 in money of the years of build.
    """

    bom: pd.DataFrame
    base: float
    p10: float
    p50: float
    p80: float
    p90: float
    by_category: dict[str, float]
    to_pass: float
    to_connect: float
    per_area: pd.DataFrame
    drivers: pd.DataFrame
    findings: tuple[Finding, ...]
    by_component: dict[str, float] = field(default_factory=dict)
    contingency: float = 0.0
    reserve_estimate: float = 0.0
    reserve_risks: float = 0.0
    escalation: float = 0.0
    escalated: float = 0.0
    escalated_p50: float = 0.0
    escalated_p80: float = 0.0
    surveys: pd.DataFrame = field(default_factory=pd.DataFrame)
    make_ready: pd.DataFrame = field(default_factory=pd.DataFrame)
    spending: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, slots=True)
class Draws:
    """Common random factors: per factor name, standard normal scores of shape ``(draws,)``, correlated across factors.

    Cost turns a score into a rate through its own triangular distribution; the schedule turns ``permits`` into lead
    times and ``labor`` into production, so that cost and dates are drawn together.
    """

    scores: dict[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Areas and years: `year` and `phase` per area row (-1 where not chosen), why in words, and the bound.

    `selection` holds the initiatives and what else the choice tells.
    """

    year: IntArray
    phase: IntArray
    benefit: NDArray[np.float64]
    reason: tuple[str, ...]
    total_budget: float | None
    value: float
    upper_bound: float
    gap: float
    status: str
    findings: tuple[Finding, ...]
    selection: Selection = field(default_factory=Selection)


def _no_sections() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(SECTIONS.empty())


@dataclass(frozen=True, slots=True)
class Schedule:
    """Work packages, logic and crews on the calendar; dates are ISO text. `start` and `finish` are "" when empty.

    `sections` are the parts of each area's build that are released by the same permits, after `SECTIONS`.
    `checks` is the schedule's audit of itself.
    """

    tasks: pd.DataFrame
    links: pd.DataFrame
    resources: pd.DataFrame
    start: str
    finish: str
    finish_p50: str
    finish_p80: str
    finish_p90: str
    makespan_days: int
    lower_bound_days: int
    gap: float
    status: str
    findings: tuple[Finding, ...]
    sections: gpd.GeoDataFrame = field(default_factory=_no_sections)
    checks: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Risks, quality, procurement, stakeholders, waves and gates, after `expansion.plan.specs_delivery`.

    `tables` holds the further ones by name, after `expansion.plan.specs_governance` and `expansion.plan.specs_supply`.
    """

    risks: pd.DataFrame
    quality: pd.DataFrame
    procurement: pd.DataFrame
    stakeholders: pd.DataFrame
    waves: pd.DataFrame
    gates: pd.DataFrame
    findings: tuple[Finding, ...]
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan: `document` is plan.json, `tables` what stands in tables/*.parquet, `certificate` the route's dual.

    `study_document` is the resolved study with the rules in force (study.json).
    """

    study: Study
    rulebook: Rulebook
    crs: CRS
    inputs: tuple[InputRecord, ...]
    tables: dict[str, pd.DataFrame]
    certificates: dict[str, dict[str, NDArray[np.int64]]]
    document: dict[str, Any]
    study_document: dict[str, Any]
    findings: tuple[Finding, ...]

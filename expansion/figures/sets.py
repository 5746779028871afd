"""The layers of each map, in the order in which they are drawn."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from expansion.figures import built, ground
from expansion.figures.hexagons import hexagon_layer
from expansion.figures.layers import MapLayer
from expansion.figures.stations import reach_layer, station_layer, station_reach
from expansion.plan.inputs import Inputs

_CELLS_WANTED = 120
_FINEST, _COARSEST = 9, 3


def base_layers(inputs: Inputs) -> list[MapLayer]:
    """Land, roads and existing plant: what lies under every map."""
    return [
        ground.land_layer(inputs.features), *ground.road_layers(inputs.roads), ground.plant_lines_layer(inputs.plant),
        ground.plant_sites_layer(inputs.plant),
    ]  # fmt: skip


def saved_base_layers(tables: Mapping[str, pd.DataFrame]) -> list[MapLayer]:
    """Draw the roads that a plan kept: all that there is to lie under it where its study is not at hand."""
    edges = tables["edges"]
    roads = edges[edges["kind"] == "road"] if "road" in set(edges["kind"]) else edges
    return ground.road_layers(roads.assign(road_id=roads["edge_id"], highway=roads["highway"].fillna("")))


def coverage_layers(inputs: Inputs, locations: gpd.GeoDataFrame) -> list[MapLayer]:
    """Locations by status over the base: hexagons from far, points from near."""
    return [
        *base_layers(inputs), ground.pole_layer(inputs.features), hexagon_layer(locations, cell_resolution(locations)),
        ground.status_layer(locations),
    ]  # fmt: skip


def choice_layers(inputs: Inputs, locations: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> list[MapLayer]:
    """Areas to choose from, over the base, with the locations that may be funded from near."""
    eligible = locations[locations["eligible"]]
    return [*base_layers(inputs), ground.area_layer(areas), ground.status_layer(eligible)]


def plan_layers(tables: Mapping[str, pd.DataFrame]) -> list[MapLayer]:
    """Draw what a plan builds, over a base."""
    return [
        built.phase_layer(tables["areas"]), reach_layer(station_reach(tables)), built.drop_layer(tables["drops"]),
        *built.route_layers(tables["spans"]), built.outcome_layer(tables["locations"]),
        built.site_layer(tables["sites"], is_near=True), station_layer(tables["stations"], tables["sites"]),
        built.permit_layer(tables["permits"]), built.site_layer(tables["sites"], is_near=False),
    ]  # fmt: skip


def route_layers(tables: Mapping[str, pd.DataFrame]) -> list[MapLayer]:
    """Only the route and its sites, for a map on which areas are still being chosen."""
    return [
        built.drop_layer(tables["drops"]), *built.route_layers(tables["spans"]),
        built.site_layer(tables["sites"], is_near=True), built.site_layer(tables["sites"], is_near=False),
    ]  # fmt: skip


def cell_resolution(locations: gpd.GeoDataFrame) -> int:
    """H3 resolution that covers the locations' extent with some hundred cells."""
    if not len(locations):
        return _FINEST
    west, south, east, north = locations.total_bounds
    square_km = max((east - west) * (north - south) / 1e6, 0.1)
    for resolution in range(_FINEST, _COARSEST, -1):
        if square_km / (0.1053 * 7 ** (9 - resolution)) <= _CELLS_WANTED * 5:
            return resolution
    return _COARSEST

"""Layers of a plan: route by tier, sites, areas by phase, locations by outcome, permits."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np

from expansion.figures.hexagons import NEAR_ZOOM
from expansion.figures.layers import LegendEntry, MapLayer, counted, make_features, tip
from expansion.figures.looks import dot, fill, stroke
from expansion.figures.palette import NOT_CHOSEN, OUTCOMES, PERMIT, SITES, TIERS, phase_color
from expansion.wording import count

_SITES = {
    "co": ("central office", dot(SITES["co"], 8, weight=2)),
    "fiber_tap": ("tap into existing fiber", dot(SITES["fiber_tap"], 5, weight=1.5)),
    "hut": ("hut with OLT", dot(SITES["hut"], 7, weight=2)),
    "hub": ("hub", dot(SITES["hub"], 6.5, weight=2)),
    "terminal": ("terminal", dot(SITES["terminal"], 3.2)),
    "closure": ("splice closure", dot(SITES["closure"], 2.6)),
}
_TIERS = ("feeder", "distribution", "drop")
_MANY_SPANS = 5000
_FAR_M = 15.0
_NEAR = frozenset({"terminal", "closure"})
_OUTCOMES = {
    "fiber": "fiber", "fixed_wireless": "fixed wireless", "dsl": "DSL", "satellite": "satellite",
    "not_chosen": "not chosen", "unreachable": "no road reaches it", "none": "none",
}  # fmt: skip


def route_layers(spans: gpd.GeoDataFrame) -> list[MapLayer]:
    """Draw the route as one layer; of many spans, merged by area and tier from far, each by itself from near."""
    near = route_layer(spans)
    if len(spans) <= _MANY_SPANS:
        return [near]
    return [_merged_route(spans, near), replace(near, layer_id="spans", title="Spans by tier", min_zoom=NEAR_ZOOM)]


def _merged_route(spans: gpd.GeoDataFrame, near: MapLayer) -> MapLayer:
    """Lines of one area and tier as one feature, a little straightened: what can be told apart from far."""
    keyed = spans[["tier", "area_id", "length_m", "geometry"]].fillna({"area_id": ""})
    merged = keyed.dissolve(["tier", "area_id"], aggfunc={"length_m": "sum"}, sort=True).reset_index()
    order = merged["tier"].map({"drop": 0, "distribution": 1, "feeder": 2})
    merged = merged.iloc[np.argsort(order.to_numpy(), kind="stable")]
    tips = [
        tip(row.tier, {"area": row.area_id, "length": f"{row.length_m / 1000:,.1f} km"}) for row in merged.itertuples()
    ]
    ids = (merged["tier"] + "-" + merged["area_id"]).tolist()
    styles = [_TIERS.index(tier) for tier in merged["tier"]]
    features = make_features(ids, merged.geometry.line_merge().simplify(_FAR_M), styles, tips)
    return replace(near, features=features, max_zoom=NEAR_ZOOM)


def route_layer(spans: gpd.GeoDataFrame) -> MapLayer:
    """Spans of the route by their highest tier; those along existing fiber dashed."""
    styles = tuple(stroke(TIERS[tier], width) for tier, width in zip(_TIERS, (4.5, 2.8, 1.5), strict=True))
    ordered = spans.assign(order=spans["tier"].map({"feeder": 2, "distribution": 1, "drop": 0}))
    ordered = ordered.sort_values(["order", "span_id"], kind="stable")
    tips = [
        tip(
            f"{row.tier} span",
            {"placement": row.placement, "method": row.method, "length": f"{row.length_m:,.0f} m", "area": row.area_id,
             "existing fiber": row.plant_id if row.is_existing else None},
        )
        for row in ordered.itertuples()
    ]  # fmt: skip
    meters = spans.groupby("tier")["length_m"].sum()
    return MapLayer(
        layer_id="route",
        title="Route by tier",
        shape="line",
        features=make_features(
            ordered["span_id"].tolist(), ordered.geometry, [_TIERS.index(t) for t in ordered["tier"]], tips
        ),
        styles=styles,
        legend=tuple(
            LegendEntry(row, f"{tier}, {meters[tier] / 1000:,.1f} km", int((spans["tier"] == tier).sum()))
            for row, tier in enumerate(_TIERS)
            if tier in meters
        ),
    )


def drop_layer(drops: gpd.GeoDataFrame) -> MapLayer:
    """Draw drops, seen from near."""
    return MapLayer(
        layer_id="drops",
        title="Drops",
        shape="line",
        features=make_features(drops["location_id"].tolist(), drops.geometry, [0] * len(drops)),
        styles=(stroke(TIERS["drop"], 1.4),),
        legend=(LegendEntry(0, "drop", len(drops)),) if len(drops) else (),
        min_zoom=NEAR_ZOOM,
        is_interactive=False,
    )


def site_layer(sites: gpd.GeoDataFrame, *, is_near: bool) -> MapLayer:
    """Sites: offices, huts and hubs at every zoom, or terminals and closures from near."""
    looks = {name: look for name, look in _SITES.items() if (name in _NEAR) == is_near}
    shown = sites[sites["kind"].isin(list(looks))]
    order = list(looks)
    tips = [
        tip(
            row.site_id,
            {"kind": looks[row.kind][0], "area": row.area_id, "ports used": row.used, "fed by": row.parent_site_id},
        )
        for row in shown.itertuples()
    ]
    return MapLayer(
        layer_id="terminals" if is_near else "hubs",
        title="Terminals and closures" if is_near else "Offices and hubs",
        shape="dot",
        features=make_features(
            shown["site_id"].tolist(), shown.geometry, [order.index(k) for k in shown["kind"]], tips
        ),
        styles=tuple(style for _, style in looks.values()),
        legend=counted(shown["kind"], {name: label for name, (label, _) in looks.items()}),
        min_zoom=NEAR_ZOOM if is_near else 0.0,
    )


def phase_layer(areas: gpd.GeoDataFrame) -> MapLayer:
    """Areas by the phase in which they are built."""
    classes = [str(int(phase)) if phase == phase else "none" for phase in areas["phase"].astype("float")]
    phases = sorted({int(name) for name in classes if name != "none"})
    order = [*map(str, phases), "none"]
    styles = [fill(phase_color(phase), opacity=0.25, outline=phase_color(phase), weight=1.8) for phase in phases]
    tips = [
        tip(
            row.area_id,
            {"phase": name, "locations": f"{row.locations:,}", "P50": f"{row.cost_p50:,.0f}",
             "P80": f"{row.cost_p80:,.0f}"},
            row.reason,
        )
        for name, row in zip(classes, areas.itertuples(), strict=True)
    ]  # fmt: skip
    return MapLayer(
        layer_id="phases",
        title="Areas by phase",
        shape="fill",
        features=make_features(areas["area_id"].tolist(), areas.geometry, [order.index(c) for c in classes], tips),
        styles=(*styles, fill(NOT_CHOSEN, opacity=0.08, outline=NOT_CHOSEN, weight=1, dash="4 4")),
        legend=counted(classes, {name: f"phase {name}" if name != "none" else "not chosen" for name in order}),
    )


def outcome_layer(locations: gpd.GeoDataFrame) -> MapLayer:
    """Eligible locations by what the plan does for them, seen from near."""
    shown = locations[locations["outcome"].notna()]
    order = list(_OUTCOMES)
    tips = [
        tip(row.location_id, {"outcome": _OUTCOMES[row.outcome], "terminal": row.terminal_id}, row.outcome_reason)
        for row in shown.itertuples()
    ]
    return MapLayer(
        layer_id="outcomes",
        title="Eligible locations by outcome",
        shape="dot",
        features=make_features(
            shown["location_id"].tolist(), shown.geometry, [order.index(o) for o in shown["outcome"]], tips
        ),
        styles=tuple(dot(OUTCOMES[name], 4) for name in order),
        legend=counted(shown["outcome"], _OUTCOMES),
        min_zoom=NEAR_ZOOM,
    )


def permit_layer(permits: gpd.GeoDataFrame) -> MapLayer:
    """Where permits apply, drawn as a point inside each place."""
    shown = permits[~(permits.geometry.isna() | permits.geometry.is_empty)]
    tips = [
        tip(
            row.permit,
            {"rule": row.rule_id, "authority": row.authority or row.authority_kind, "for": row.granted_for,
             "lead time": count(row.lead_time_calendar_days, "day"), "fee": f"{row.fee:,.0f}", "areas": row.area_ids},
        )
        for row in shown.fillna({"authority": ""}).itertuples()
    ]  # fmt: skip
    spots = shown.geometry.representative_point() if len(shown) else shown.geometry
    return MapLayer(
        layer_id="permits",
        title="Permits",
        shape="dot",
        features=make_features(shown["permit_id"].tolist(), spots, [0] * len(shown), tips),
        styles=(dot(PERMIT, 5, outline="#5A4A00", weight=1.6),),
        legend=(LegendEntry(0, "permit", len(shown)),) if len(shown) else (),
    )

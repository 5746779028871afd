"""Layers of a plan: route by tier, sites, areas by phase, locations by outcome, permits."""

from __future__ import annotations

import geopandas as gpd

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
_NEAR = frozenset({"terminal", "closure"})
_OUTCOMES = {
    "fiber": "fiber", "fixed_wireless": "fixed wireless", "dsl": "DSL", "satellite": "satellite",
    "not_chosen": "not chosen", "unreachable": "no road reaches it", "none": "none",
}  # fmt: skip


def route_layer(spans: gpd.GeoDataFrame) -> MapLayer:
    """Spans of the route by their highest tier; those along existing fiber dashed."""
    tiers = ("feeder", "distribution", "drop")
    styles = tuple(stroke(TIERS[tier], width) for tier, width in zip(tiers, (4.5, 2.8, 1.5), strict=True))
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
            ordered["span_id"].tolist(), ordered.geometry, [tiers.index(t) for t in ordered["tier"]], tips
        ),
        styles=styles,
        legend=tuple(
            LegendEntry(row, f"{tier}, {meters[tier] / 1000:,.1f} km", int((spans["tier"] == tier).sum()))
            for row, tier in enumerate(tiers)
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

"""The map layer of permits: a marker or a stretch each, by state, that a click chooses."""

from __future__ import annotations

import geopandas as gpd
import shapely

from expansion.figures.layers import MapLayer, counted, make_features, tip
from expansion.figures.looks import dot, stroke
from expansion.figures.permit_facts import STATES
from expansion.wording import count

_COLORS = {"to file": "#D55E00", "filed": "#E69F00", "approved": "#009E73", "refused": "#000000"}


def permit_layer(facts: gpd.GeoDataFrame) -> MapLayer:
    """Draw permits: places as dots, stretches as lines, colored by state.

    Parameters
    ----------
    facts
        Rows of `expansion.figures.permit_facts.permit_facts`, any CRS.
    """
    words = list(STATES.values())
    points = shapely.get_type_id(facts.geometry.to_numpy()) if len(facts) else []
    styles = [
        words.index(state) + (0 if kind in (0, 4) else len(words))
        for state, kind in zip(facts["state_words"], points, strict=True)
    ]
    tips = [
        tip(
            row.permit,
            {
                "authority": row.agency, "for": row.granted_place, "state": row.state_words,
                "lead time": count(int(row.lead_time_calendar_days), "day"), "file on": row.file_on,
                "fee": f"{row.fee:,.0f}",
            },
        )
        for row in facts.itertuples()
    ]  # fmt: skip
    return MapLayer(
        layer_id="permits",
        title="Permits",
        shape="dot",
        features=make_features(facts["permit_id"].to_list(), facts.geometry, styles, tips),
        styles=(
            *(dot(_COLORS[word], 7, outline="#1b2733", weight=1.5) for word in words),
            *(stroke(_COLORS[word], 6, opacity=0.75) for word in words),
        ),
        legend=counted(facts["state_words"], {word: word for word in words}),
        is_selectable=True,
    )

"""Write down how full every hub is."""

from __future__ import annotations

import pandas as pd

from expansion.network.ground import Ground
from expansion.network.hubs import Hub
from expansion.network.light import Bundle
from expansion.plan.siting import FILLS


def fill_table(
    ground: Ground,
    hubs: list[Hub],
    used: list[int],
    feeders: list[Bundle],
    feeder_of_hub: dict[int, int],
    area_ids: list[str],
    *,
    fill_target: float,
    split_ratio: int,
) -> pd.DataFrame:
    """List every hub with its ports, splitters, feeder fibers and distances, after `FILLS`.

    `used` holds the ports in use per hub, `split_ratio` the outputs of a splitter in it.
    """
    rows = []
    for number, hub in enumerate(hubs):
        away = _distances(ground, hub)
        rows.append(
            {
                "hub_id": hub.hub_id, "area_id": area_ids[hub.area], "node": hub.node, "capacity": hub.capacity,
                "used": used[number], "fill": round(used[number] / hub.capacity, 6), "fill_target": fill_target,
                "splitters": hub.splitters, "outputs_free": hub.splitters * split_ratio - used[number],
                "feeder_fibers_used": hub.splitters,
                "feeder_fibers_spare": _spare(feeders[feeder_of_hub[number]], hub.node),
                "nearest_m": round(min(away), 3), "farthest_m": round(max(away), 3), "binds": hub.binds,
            }
        )  # fmt: skip
    rows.sort(key=lambda row: str(row["hub_id"]))
    return FILLS.build({column.name: [row[column.name] for row in rows] for column in FILLS.columns})


def _distances(ground: Ground, hub: Hub) -> list[float]:
    """Meters along the route and the drop to each location of a hub."""
    graph, supply = ground.graph, ground.supply
    return [supply.between_m(int(graph.location_node[row]), hub.node) + float(graph.drop_m[row]) for row in hub.rows]


def _spare(feeder: Bundle, node: int) -> int:
    """Fibers of the cable at a hub that none uses where it begins; 0 where no new cable comes to it."""
    chain = feeder.chain.get(node, ())
    return feeder.sheaths[chain[-1]].fibers - feeder.sheaths[chain[-1]].used_fibers if chain else 0

"""Every location that gets service, in its wave, as a customer system takes it over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from expansion.plan.plan import Network
from expansion.plan.specs_supply import ONBOARDING
from expansion.rulebook import Rulebook

_PATH = ("hub_id", "terminal_id", "terminal_port", "office_id", "olt_port", "loss_db")


def onboard(rulebook: Rulebook, locations: gpd.GeoDataFrame, network: Network, waves: pd.DataFrame) -> pd.DataFrame:
    """Deal the connected locations of each area out over its waves, neighbors together.

    Locations of an area come in the order of hub, terminal and port, those without fiber after them by site; each wave
    takes as many as it invites.

    Parameters
    ----------
    rulebook
        Customer equipment by technology.
    locations
        All locations of the study with units and, where known, address.
    network
        Drops with light paths, and connections by other technologies.
    waves
        After `WAVES`.

    Returns
    -------
    DataFrame
        After `ONBOARDING`, by location.
    """
    served = pd.concat([_by_fiber(network), _otherwise(network)], ignore_index=True)
    if not len(served):
        return ONBOARDING.empty()
    served = served.sort_values(["area_id", "is_other", "hub_id", "site_id", "port_number", "location_id"])
    served["wave_id"] = _waves_of(served["area_id"].tolist(), waves)
    calls = waves.set_index("wave_id")[["marketing_start", "start", "finish"]].reindex(served["wave_id"])
    known = locations.set_index("location_id").loc[served["location_id"]]
    points = known.geometry.to_crs(4326)
    equipment = {row.technology: row.equipment for row in rulebook.technologies}
    columns: dict[str, Any] = {
        "location_id": served["location_id"].tolist(),
        "address": _texts(known["address"]) if "address" in known else [None] * len(known),
        "units": known["units"].to_numpy(),
        "area_id": served["area_id"].tolist(), "wave_id": served["wave_id"].tolist(),
        "technology": served["technology"].tolist(), "invite_date": _texts(calls["marketing_start"]),
        "install_from": _texts(calls["start"]), "install_to": _texts(calls["finish"]),
        "equipment": [equipment.get(name) or None for name in served["technology"]],
        "site_id": served["site_id"].tolist(), "port": served["port"].tolist(),
        "olt_port": served["olt_port"].tolist(), "loss_db": served["loss_db"].to_numpy(dtype=float),
        "longitude": points.x.to_numpy().round(7), "latitude": points.y.to_numpy().round(7),
        "state": ["planned"] * len(served),
    }  # fmt: skip
    return ONBOARDING.build(columns).sort_values("location_id", ignore_index=True)


def _texts(values: pd.Series) -> list[str | None]:
    return [value if isinstance(value, str) else None for value in values]


def _by_fiber(network: Network) -> pd.DataFrame:
    """Locations with a drop: terminal and port, and the port of the line terminal behind it."""
    drops = pd.DataFrame(network.drops)[["location_id", "area_id"]]
    found = drops.merge(network.paths[["location_id", *_PATH]], on="location_id", how="left")
    lit = found["terminal_id"].notna().to_numpy()
    olt = zip(found["office_id"], found["olt_port"], lit, strict=True)
    return pd.DataFrame(
        {
            "location_id": found["location_id"], "area_id": found["area_id"], "is_other": False,
            "technology": "fiber", "hub_id": found["hub_id"].fillna(""), "site_id": found["terminal_id"].fillna(""),
            "port_number": found["terminal_port"].fillna(0).astype("int64"),
            "port": [f"{int(port)}" if ok else None for port, ok in zip(found["terminal_port"], lit, strict=True)],
            "olt_port": [f"{office}/{int(port)}" if ok else None for office, port, ok in olt],
            "loss_db": found["loss_db"].astype(float),
        }
    )  # fmt: skip


def _otherwise(network: Network) -> pd.DataFrame:
    """Locations by copper, radio or satellite: cabinet, tower with sector, and port where it has one."""
    found = network.connections
    sectors = zip(found["sector"], found["port"], strict=True)
    return pd.DataFrame(
        {
            "location_id": found["location_id"], "area_id": found["area_id"], "is_other": True,
            "technology": found["technology"], "hub_id": "", "site_id": found["site_id"].fillna(""),
            "port_number": 0, "port": [_port(sector, port) for sector, port in sectors], "olt_port": None,
            "loss_db": np.nan,
        }
    )  # fmt: skip


def _port(sector: Any, port: Any) -> str | None:
    """Name sector and port of a station, as far as it has them."""
    parts = [f"sector {int(sector)}"] if pd.notna(sector) else []
    parts += [str(port)] if pd.notna(port) and port != "" else []
    return " ".join(parts) or None


def _waves_of(areas: Iterable[str], waves: pd.DataFrame) -> list[str | None]:
    """Name the wave of each location, in the order in which their area's waves invite them."""
    turns: dict[str, Iterator[str]] = {}
    ordered = waves.sort_values(["area_id", "start", "wave_id"])
    for area, mine in ordered.groupby("area_id"):
        names = np.repeat(mine["wave_id"].to_numpy(dtype=object), mine["locations"].to_numpy(dtype=np.int64))
        turns[str(area)] = iter(names.tolist())
    return [next(turns.get(area, iter(())), None) for area in areas]

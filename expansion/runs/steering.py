"""What a planner fixes about a route in the app, as changes laid over the study file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from expansion.study import Study

Kind = Literal["pin", "avoid", "road", "rule", "hub"]
_KEYS: dict[Kind, str] = {"pin": "pin_edges", "avoid": "avoid_edges", "road": "avoid_roads", "rule": "avoid_rules"}


@dataclass(frozen=True, slots=True, order=True)
class LockWish:
    """One thing that the planner fixes.

    Attributes
    ----------
    kind
        pin or avoid an edge, avoid a road class or a permit rule, or place a hub.
    name
        Edge id, road class, rule id, or the hub's name.
    longitude, latitude
        Of a hub, degrees; 0 otherwise.
    """

    kind: Kind
    name: str
    longitude: float = 0.0
    latitude: float = 0.0


def changes_of(wishes: Iterable[LockWish], study: Study) -> tuple[str, ...]:
    """Write locks as ``key=value`` for `PlanOptions.changes`; what the study itself fixes stays.

    Parameters
    ----------
    wishes
        Locks, in any order.
    study
        The study over which they are laid.
    """
    ordered = sorted(set(wishes))
    changes = []
    for kind, key in _KEYS.items():
        names = [wish.name for wish in ordered if wish.kind == kind]
        if names:
            known = getattr(study.network.route, key)
            both = [*known, *(name for name in names if name not in known)]
            changes.append(f"network.route.{key}={json.dumps(both)}")
    new = [_hub(wish.name, wish.longitude, wish.latitude) for wish in ordered if wish.kind == "hub"]
    if new:
        changes.append(f"network.locks.hubs=[{', '.join([*_known_hubs(study), *new])}]")
    return tuple(changes)


def _known_hubs(study: Study) -> Sequence[str]:
    hubs = study.network.locks.hubs
    return [_hub(hub.name, hub.longitude, hub.latitude, f", capacity = {hub.capacity}") for hub in hubs]


def _hub(name: str, longitude: float, latitude: float, more: str = "") -> str:
    """Write a hub's lock as an inline table of TOML."""
    return f'{{name = "{name}", longitude = {longitude:.7f}, latitude = {latitude:.7f}{more}}}'

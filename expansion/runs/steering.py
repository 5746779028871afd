"""What a planner fixes about a route in the app, as changes laid over the study file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from expansion.study import Study

Kind = Literal["pin", "avoid", "road", "rule", "hub", "terminal", "hut", "no_hut", "assign"]
_PLACES = {"hubs": ("hub",), "terminals": ("terminal",), "huts": ("hut", "no_hut")}
_KEYS: dict[Kind, str] = {"pin": "pin_edges", "avoid": "avoid_edges", "road": "avoid_roads", "rule": "avoid_rules"}


@dataclass(frozen=True, slots=True, order=True)
class LockWish:
    """One thing that the planner fixes.

    Attributes
    ----------
    kind
        pin or avoid an edge, avoid a road class or a permit rule, place a hub, a terminal or a hut, keep huts away, or
        assign a location to a hub or terminal.
    name
        Edge id, road class, rule id, location id, or the name of a site's lock.
    longitude, latitude
        Of a site or location, degrees; 0 otherwise.
    target
        Lock that an assigned location is fed from, hub-<name> or terminal-<name>; "" otherwise.
    """

    kind: Kind
    name: str
    longitude: float = 0.0
    latitude: float = 0.0
    target: str = ""


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
    known = study.network.locks
    for key, kinds in _PLACES.items():
        new = [_place(wish) for wish in ordered if wish.kind in kinds]
        if new:
            own = [_table(lock.model_dump()) for lock in getattr(known, key)]
            changes.append(f"network.locks.{key}=[{', '.join([*own, *new])}]")
    fed = _assigned(ordered, feeding_locks(ordered, study))
    if fed:
        own = [_table(lock.model_dump()) for lock in known.assignments]
        changes.append(f"network.locks.assignments=[{', '.join([*own, *fed])}]")
    return tuple(changes)


def feeding_locks(wishes: Iterable[LockWish], study: Study) -> tuple[str, ...]:
    """List the locks that a location can be assigned to: hubs and terminals of the study and of the wishes."""
    known = study.network.locks
    own = [f"hub-{lock.name}" for lock in known.hubs] + [f"terminal-{lock.name}" for lock in known.terminals]
    new = [f"{wish.kind}-{wish.name}" for wish in sorted(set(wishes)) if wish.kind in ("hub", "terminal")]
    return tuple(dict.fromkeys([*own, *new]))


def _assigned(wishes: Sequence[LockWish], targets: Sequence[str]) -> list[str]:
    """Write the assignments, one per lock that feeds; those whose lock is gone are gone with it."""
    names = {target: [wish.name for wish in wishes if wish.kind == "assign" and wish.target == target]
             for target in targets}  # fmt: skip
    return [_table({"locations": some, "to": target}) for target, some in names.items() if some]


def _place(wish: LockWish) -> str:
    """Write a site's lock as an inline table of TOML."""
    place = {"name": wish.name, "longitude": round(wish.longitude, 7), "latitude": round(wish.latitude, 7)}
    return _table(place | ({"stands": False} if wish.kind == "no_hut" else {}))


def _table(values: Mapping[str, object]) -> str:
    """Write plain values as an inline table of TOML, whose text, numbers and lists are those of JSON."""
    return "{" + ", ".join(f"{key} = {json.dumps(value)}" for key, value in values.items()) + "}"

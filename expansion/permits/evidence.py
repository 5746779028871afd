"""How far what a permit is founded on may be trusted, and where it was read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import geopandas as gpd

from expansion.permits.columns import listed
from expansion.permits.jurisdictions import UNKNOWN

HIGH, MEDIUM, LOW = "high", "medium", "low"
DESIGN = "design"
_ORDER = (LOW, MEDIUM, HIGH)
_SAID = re.compile(r'"confidence": "(high|medium|low)"')


def read_evidence(features: gpd.GeoDataFrame) -> dict[str, tuple[str, str]]:
    """Read per trigger where it comes from and how far that may be trusted.

    What a layer says of its features counts: OpenStreetMap is medium, a layer of the user's high unless its column
    confidence says otherwise. Roads and bridges are read from OpenStreetMap. Private ground that only follows from a
    lateral which leaves the road is inferred, and low.

    Parameters
    ----------
    features
        After `TRIGGERS`.

    Returns
    -------
    dict
        Per trigger id: source (``osm``, ``inferred``, ``plant`` or a file) and confidence.
    """
    found = {}
    for name, source, text in zip(
        *(listed(features[name]) for name in ("trigger_id", "source", "attributes")), strict=True
    ):
        said = _SAID.search(text)
        if source == "derived":
            found[name] = ("inferred", LOW)
        else:
            found[name] = (source, said.group(1) if said else MEDIUM)
    return found


def weigh(triggers: Iterable[str], granted_for: str, evidence: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """Say where a permit was read, sources joined by commas, and the least confidence of them.

    A permit without a trigger follows from the design itself (high). Where the boundary that it is granted for is not
    known, it is low: another authority may be the right one.
    """
    known = [evidence[name] for name in triggers if name in evidence]
    if not known:
        return DESIGN, HIGH
    confidence = min((level for _, level in known), key=_ORDER.index)
    if re.search(rf"(\||:){UNKNOWN}$", granted_for):
        confidence = LOW
    return ",".join(sorted({source for source, _ in known})), confidence

"""The cheapest way to bring a path back under the limits of light: another class, a smaller split, a hut."""

from __future__ import annotations

import numpy as np

from expansion.ledger.evidence import Evidence
from expansion.ledger.verdicts import Verdict
from expansion.rulebook import OpticalClass

Option = tuple[float, str]
SPLITS = (8, 16, 32, 64)


def cheapest_for_loss(evidence: Evidence, found: Verdict) -> tuple[str, float | None]:
    """Name the cheapest of: a class with more budget, a smaller split, a hut for each hub concerned."""
    if not found.places:
        return "", None
    lacking = float(found.excess or 0.0)
    options = [*_classes(evidence, lacking), *_splits(evidence, lacking), _huts(evidence, found)]
    cost, words = min(options)
    return words, cost


def cheapest_for_reach(evidence: Evidence, found: Verdict) -> tuple[str, float | None]:
    """Name the cheapest of a hut for each hub concerned and, where the class sets the limit, a class that goes on."""
    if not found.places:
        return "", None
    lacking = 0.0 if found.rule.set_by == "network.pon_class" else float("inf")
    cost, words = min([*_classes(evidence, lacking), _huts(evidence, found)])
    return words, cost


def port_price(evidence: Evidence, chosen: OpticalClass) -> float:
    """Price of an OLT port of a class."""
    return evidence.book.rate("olt_port_xgs" if chosen.system == "XGS-PON" else "olt_port").likely


def own_port(evidence: Evidence) -> float:
    """Price of one more OLT port with its place at the frame and its splitter."""
    book, ratio = evidence.book, evidence.study.network.split_ratio
    return (
        port_price(evidence, evidence.pon_class) + book.rate("odf_port").likely + book.rate(f"splitter_{ratio}").likely
    )


def _ports(evidence: Evidence) -> int:
    return len(evidence.ports[["office_id", "port"]].drop_duplicates())


def _classes(evidence: Evidence, lacking_db: float) -> list[Option]:
    """List classes that carry what is lacking at their own wavelengths, with the price of their ports."""
    now, book = evidence.pon_class, evidence.book
    far_km = float(evidence.paths["reach_m"].max()) / 1000
    options = []
    for other in book.optical_classes:
        fiber = max(book.optical_loss(f"fiber_{nm}") for nm in (other.up_nm, other.down_nm))
        fiber -= max(book.optical_loss(f"fiber_{nm}") for nm in (now.up_nm, now.down_nm))
        more = other.max_loss_db - now.max_loss_db - fiber * far_km
        if more >= lacking_db and far_km * 1000 <= other.reach_max_m:
            cost = max(port_price(evidence, other) - port_price(evidence, now), 0.0) * _ports(evidence)
            options.append((cost, f"choose class {other.pon_class} (network.pon_class)"))
    return options


def _splits(evidence: Evidence, lacking_db: float) -> list[Option]:
    """List splits whose loss is smaller by what is lacking, with the price of their ports and splitters."""
    book, now = evidence.book, evidence.study.network.split_ratio
    units = evidence.paths.groupby("hub_id")["units"].sum().to_numpy()
    options = []
    for ratio in (size for size in SPLITS if size < now):
        if book.optical_loss(f"splitter_{now}") - book.optical_loss(f"splitter_{ratio}") < lacking_db:
            continue
        before, after = int(np.ceil(units / now).sum()), int(np.ceil(units / ratio).sum())
        fixed = port_price(evidence, evidence.pon_class) + book.rate("odf_port").likely
        cost = fixed * (after - before) + after * book.rate(f"splitter_{ratio}").likely
        cost -= before * book.rate(f"splitter_{now}").likely
        options.append((max(cost, 0.0), f"split 1:{ratio} (network.split_ratio)"))
    return options


def _huts(evidence: Evidence, found: Verdict) -> Option:
    """Price a hut at each hub that feeds a broken path."""
    hub_of = dict(zip(evidence.paths["location_id"], evidence.paths["hub_id"], strict=True))
    hubs = {hub_of[place] for place in found.places}
    return evidence.book.rate("hut").likely * len(hubs), "open a hut with an OLT nearer to them"

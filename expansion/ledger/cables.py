"""Rules on cables: fibers in use, spare, sizes on sale, and slack."""

from __future__ import annotations

import numpy as np
import pandas as pd

from expansion.ledger.evidence import Evidence
from expansion.ledger.verdicts import Rule, Verdict, at_least, at_most, hold


def check_cables(evidence: Evidence) -> list[Verdict]:
    """Check feeder and distribution cables, and the length of all."""
    return [_fill(evidence), _spare(evidence), _size(evidence), _slack(evidence)]


def _sheaths(evidence: Evidence) -> pd.DataFrame:
    """Cables that come in sizes: all but drops."""
    return evidence.cables[(evidence.cables["tier"] != "drop").to_numpy(dtype=bool)]


def _fill(evidence: Evidence) -> Verdict:
    cables = evidence.cables
    rule = Rule(
        "cable_fill", "W_CABLE_FULL", "error", "A cable carries at most as many fibers as it has", "cable carries",
        "cables carry", "more fibers than they have", "cables.fibers", "fibers",
    )  # fmt: skip
    found = at_most(rule, cables["cable_id"].tolist(), cables["used_fibers"], cables["fibers"])
    return found.repaired("lay the next larger size", _larger(evidence, found))


def _spare(evidence: Evidence) -> Verdict:
    cables, share = _sheaths(evidence), evidence.book.engineering_value("spare_fiber_share")
    rule = Rule(
        "cable_spare", "W_CABLE_SPARE", "warning",
        f"A cable has at least {100 * share:g} % more fibers than are in use, rounded down", "cable has", "cables have",
        f"less than {100 * share:g} % of spare fibers", "engineering.csv spare_fiber_share", "fibers",
    )  # fmt: skip
    used = cables["used_fibers"].to_numpy(dtype=float)
    found = at_least(rule, cables["cable_id"].tolist(), cables["fibers"], used + np.floor(used * share + 1e-9))
    return found.repaired("lay the next larger size", _larger(evidence, found))


def _sizes(evidence: Evidence) -> list[int]:
    """Sizes of cable that the rate book prices, ascending."""
    ids = (row.rate_id.removeprefix("cable_") for row in evidence.book.rates if row.rate_id.startswith("cable_"))
    return sorted(int(text) for text in ids if text.isdigit())


def _size(evidence: Evidence) -> Verdict:
    """Find cables of a size that has no rate; beyond the largest, whole cables of the largest are laid."""
    cables, sizes = _sheaths(evidence), _sizes(evidence)
    rule = Rule(
        "cable_size", "W_CABLE_SIZE", "warning", "A cable is of a size that the rate book prices", "cable is",
        "cables are", "of a size without a rate", "rates.csv cable_*", "fibers",
    )  # fmt: skip
    fibers = cables["fibers"].to_numpy(dtype=np.int64)
    fits = np.isin(fibers, sizes) | ((fibers > max(sizes)) & (fibers % max(sizes) == 0))
    return hold(rule, cables["cable_id"].tolist(), fits).repaired("add a rate for the size", None)


def _larger(evidence: Evidence, found: Verdict) -> float:
    """Price of laying each broken cable in the next size."""
    sizes, book, cost = _sizes(evidence), evidence.book, 0.0
    mine = evidence.cables[evidence.cables["cable_id"].isin(found.places).to_numpy(dtype=bool)]
    for fibers, used, meters in zip(mine["fibers"], mine["used_fibers"], mine["length_m"], strict=True):
        larger = next((size for size in sizes if size > max(fibers, used)), sizes[-1])
        now = max((size for size in sizes if size <= fibers), default=sizes[0])
        cost += (book.rate(f"cable_{larger}").likely - book.rate(f"cable_{now}").likely) * float(meters)
    return max(cost, 0.0)


def _slack(evidence: Evidence) -> Verdict:
    """Find cables shorter than their way with sag and the slack stored at both ends."""
    value, cables = evidence.book.engineering_value, evidence.cables
    rule = Rule(
        "cable_slack", "W_SLACK", "error", "A cable is as long as its way with sag, and the slack at its ends",
        "cable is", "cables are", "too short for way, sag and slack",
        "engineering.csv sag_*, slack_*, drop_slack_m", "m",
    )  # fmt: skip
    spans = evidence.spans
    sag = np.where(spans["placement"] == "aerial", value("sag_aerial"), value("sag_buried"))
    meters = dict(zip(spans["span_id"], spans["length_m"].to_numpy(dtype=float) * (1 + sag), strict=True))
    way = np.array([sum(meters[name] for name in text.split(",") if name) for text in cables["span_ids"]], dtype=float)
    drop = dict(zip(evidence.drops["location_id"], evidence.drops["drop_m"], strict=True))
    is_drop = (cables["tier"] == "drop").to_numpy(dtype=bool)
    own = np.array([drop.get(name, 0.0) for name in cables["to_site"]], dtype=float)
    least = np.where(is_drop, own * (1 + value("sag_buried")) + value("drop_slack_m"), way + 2 * value("slack_end_m"))
    found = at_least(rule, cables["cable_id"].tolist(), cables["length_m"], least, 0.0015)
    lacking = float(np.maximum(least - cables["length_m"].to_numpy(dtype=float), 0).sum())
    return found.repaired("lay longer cables", lacking * evidence.book.rate(f"cable_{_sizes(evidence)[0]}").likely)

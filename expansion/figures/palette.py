"""Colors of every picture, Okabe–Ito for classes, told apart by color-blind readers; and words for classes of cost."""

from __future__ import annotations

STATUSES = {"unserved": "#D55E00", "underserved": "#E69F00", "served": "#7A8C8A"}
OUTCOMES = {
    "fiber": "#009E73", "fixed_wireless": "#56B4E9", "dsl": "#E69F00", "satellite": "#CC79A7",
    "not_chosen": "#9AA5A3", "unreachable": "#D55E00", "none": "#000000",
}  # fmt: skip
TIERS = {"feeder": "#0072B2", "distribution": "#009E73", "drop": "#56B4E9"}
SITES = {
    "co": "#000000", "fiber_tap": "#000000", "hut": "#4B2E83", "hub": "#0072B2", "closure": "#666666",
    "terminal": "#009E73", "cabinet": "#8A7BB5", "tower": "#D55E00",
}  # fmt: skip
WORK = {
    "planning": "#56B4E9", "resource allocation": "#F0E442", "execution": "#0072B2", "quality control": "#CC79A7",
    "customer onboarding": "#009E73", "post-implementation review": "#999999",
}  # fmt: skip
PLACEMENTS = {"aerial": "#CC79A7", "buried": "#00795A", "duct": "#0072B2", "bore": "#D55E00"}
FIBERS = {
    "blue": "#1f6fd1", "orange": "#f28c1e", "green": "#2a9d3a", "brown": "#7a4a21", "slate": "#7b8794",
    "white": "#ffffff", "red": "#d1252b", "black": "#101010", "yellow": "#f5d90a", "violet": "#7d3fb0",
    "rose": "#f39ab9", "aqua": "#35c4d7",
}  # fmt: skip
"""Fibers and tubes by the names of TIA-598."""
CATEGORIES = {
    "civil": "civil works", "passive": "closures, handholes, hubs", "soft": "engineering and management",
    "customer": "customer equipment", "drop": "drops", "site": "huts and cabinets",
}  # fmt: skip
"""Words for categories of cost whose names do not say it."""
EXISTING = "#000000"
NOT_CHOSEN = "#9AA5A3"
PERMIT = "#F0E442"
_PHASES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")


def phase_color(phase: int) -> str:
    """Color of a build phase, counted from 1; colors repeat after seven."""
    return _PHASES[(phase - 1) % len(_PHASES)]

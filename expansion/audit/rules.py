"""Look up the rules in force, as study.json states them."""

from __future__ import annotations

from typing import Any

from expansion.audit.folder import SavedPlan
from expansion.errors import SourceError


def rows_of(saved: SavedPlan, name: str) -> list[dict[str, Any]]:
    """Rows of one table of rules."""
    return list(saved.study["rules"][name])


def engineering(saved: SavedPlan, parameter: str) -> float:
    """Value of an engineering rule."""
    return float(_row(saved, "engineering", "parameter", parameter)["value"])


def optical_loss(saved: SavedPlan, parameter: str, *, high: bool = True) -> float:
    """Largest, or else least, loss of an optical element, dB or dB/km."""
    return float(_row(saved, "optical_losses", "parameter", parameter)["loss_db" if high else "low_db"])


def optical_class(saved: SavedPlan) -> dict[str, Any]:
    """Limits of the study's optical class."""
    return _row(saved, "optical_classes", "pon_class", section(saved, "network")["pon_class"])


def section(saved: SavedPlan, name: str) -> dict[str, Any]:
    """Return a section of the resolved study."""
    return dict(saved.study["study"][name])


def split_stages(saved: SavedPlan) -> tuple[int, ...]:
    """Return the outputs of the splitters that light passes: in the hub, and at a terminal that splits again."""
    network = section(saved, "network")
    cascaded = network["architecture"] == "cascaded"
    return tuple(int(n) for n in network["cascade"]) if cascaded else (int(network["split_ratio"]),)


def catalog(saved: SavedPlan, thing: str) -> list[int]:
    """Sizes in which something has a rate, ascending."""
    parts = [str(row["rate_id"]).rpartition("_") for row in rows_of(saved, "rates")]
    return sorted(int(size) for name, _, size in parts if name == thing and size.isdecimal())


def excused(saved: SavedPlan, *codes: str) -> int:
    """Count the breaches that findings of these codes admit."""
    return sum(int(finding["count"]) for finding in saved.document["findings"] if finding["code"] in codes)


def escalation(saved: SavedPlan) -> tuple[float, float, float]:
    """Low, likely and high rise of prices in a year: the study's own, else the rule book's row, else none."""
    asked = section(saved, "cost")["escalation"]
    if asked is not None:
        return float(asked), float(asked), float(asked)
    rows = [row for row in rows_of(saved, "ranges") if row["range_id"] == "escalation"]
    low, likely, high = (float(rows[0][level]) if rows else 0.0 for level in ("low", "likely", "high"))
    return low, likely, high


def lead_days(saved: SavedPlan, item: str) -> int | None:
    """Lead time of an item: its own row, else the longest prefix that fits, else none."""
    row = lead_row(saved, item)
    return int(row["lead_time_calendar_days"]) if row else None


def lead_row(saved: SavedPlan, item: str) -> dict[str, Any] | None:
    """Row of a bought item: its own, else that of the longest prefix that fits, else none."""
    rows = {row["item"]: row for row in rows_of(saved, "materials")}
    fitting = [name for name in rows if name == item or (name.endswith("*") and item.startswith(name[:-1]))]
    return rows[max(fitting, key=lambda name: (name == item, len(name), name))] if fitting else None


def slope_rate(saved: SavedPlan, rates: dict[str, dict[str, Any]], item: str) -> dict[str, Any] | None:
    """Rate of a method on a slope: its own times the factor of the class that the item names; None for no such."""
    method, _, percent = item.partition("_slope_")
    step = next((row for row in rows_of(saved, "slopes") if str(row["least_percent"]) == percent), None)
    if step is None or method not in rates:
        return None
    levels = {key: round(float(rates[method][key]) * float(step["factor"]), 4) for key in ("low", "likely", "high")}
    return {**rates[method], **levels, "status": "DERIVED"}


def _row(saved: SavedPlan, name: str, key: str, value: str) -> dict[str, Any]:
    for row in rows_of(saved, name):
        if row[key] == value:
            return row
    raise SourceError(f"study.json has no {name} row {value!r}", where=["study.json"])

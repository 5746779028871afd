"""Recompute the losses of every light path both ways, its least loss, and the limit that binds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import engineering, excused, optical_class, optical_loss, section

FloatArray = NDArray[np.float64]
_SAME_DB = 0.0016
_SAME_M = 0.01


def check_optics(saved: SavedPlan) -> Check:
    """Check losses, attenuators, margins and binding limits of paths against optical rules and class."""
    ledger = Ledger("optics")
    paths = saved.table("paths")
    ids, reach, splices = texts(paths, "location_id"), numbers(paths, "reach_m"), integers(paths, "splices")
    up, down = (_losses(saved, way, reach, splices, high=True) for way in ("up", "down"))
    least = np.minimum(*(_losses(saved, way, reach, splices, high=False) for way in ("up", "down")))
    step = optical_loss(saved, "attenuator_step")
    pad = np.ceil(np.round(np.maximum(float(optical_class(saved)["min_loss_db"]) - least, 0) / step, 6)) * step
    told = {
        "loss_db": np.maximum(up, down), "loss_up_db": up, "loss_down_db": down, "loss_min_db": least,
        "margin_db": _budget(saved) - np.maximum(up, down) - numbers(paths, "attenuator_db"),
    }  # fmt: skip
    for name, values in told.items():
        wrong = ~(np.abs(numbers(paths, name) - values) <= _SAME_DB)
        ledger.none(wrong, ids, f"{name} is not what the rules give")
    unlike = np.abs(numbers(paths, "attenuator_db") - pad) > step + _SAME_DB
    needless = (numbers(paths, "attenuator_db") > 0) != (pad > 0)
    close = np.abs(float(optical_class(saved)["min_loss_db"]) - least) <= _SAME_DB
    ledger.none(~close & (unlike | needless), ids, "attenuator_db is not what the least loss lacks")
    _check_limits(ledger, saved, ids, reach, np.maximum(up, down))
    _check_headroom(ledger, saved, ids, reach, up, down)
    return ledger.close()


def _stages(saved: SavedPlan) -> list[int]:
    """Ratios of the splitters on a path, one after the other."""
    network = section(saved, "network")
    if network["architecture"] == "cascaded" and "cascade" in network:
        return [int(ratio) for ratio in network["cascade"]]
    return [int(network["split_ratio"])]


def _losses(saved: SavedPlan, way: str, reach_m: FloatArray, splices: NDArray[np.int64], *, high: bool) -> FloatArray:
    """Loss of paths in one direction in dB: fiber, splices, connectors, splitters, coexistence element."""

    def loss(parameter: str) -> float:
        return optical_loss(saved, parameter, high=high)

    points = loss("connector") * engineering(saved, "connectors")
    points += sum(loss(f"splitter_{ratio}") for ratio in _stages(saved))
    points += loss("coexistence") if section(saved, "network")["coexistence"] else 0.0
    line = loss(f"fiber_{optical_class(saved)[f'{way}_nm']}") * reach_m / 1000
    return np.asarray(line + loss("splice") * splices + points)


def _budget(saved: SavedPlan) -> float:
    """Largest loss of the class less the margin for aging and repair."""
    return float(optical_class(saved)["max_loss_db"]) - optical_loss(saved, "margin")


def _check_limits(ledger: Ledger, saved: SavedPlan, ids: list[str], reach: FloatArray, loss: FloatArray) -> None:
    """Check budget and reach, and the worst loss that plan.json tells."""
    told, kind = saved.document["network"], optical_class(saved)
    budget = _budget(saved)
    farthest = min(float(section(saved, "network")["reach_max_m"]), float(kind["reach_max_m"]))
    lossy, far = loss > budget + 0.001, reach > farthest + _SAME_M
    ledger.none(lossy & (int(lossy.sum()) > excused(saved, "W_LOSS")), ids, f"paths lose over {budget:g} dB")
    ledger.none(far & (int(far.sum()) > excused(saved, "W_REACH")), ids, f"paths are longer than {farthest:g} m")
    ledger.equal(told["loss_budget_db"], budget, "network.loss_budget_db", 0.0006)
    ledger.equal(told["worst_loss_db"], float(np.nanmax(loss, initial=0.0)), "network.worst_loss_db", _SAME_DB)


def _check_headroom(
    ledger: Ledger, saved: SavedPlan, ids: list[str], reach: FloatArray, up: FloatArray, down: FloatArray
) -> None:
    """Check how much longer a path may be, and which limit is then met."""
    paths, kind = saved.table("paths"), optical_class(saved)
    left = _budget(saved) - numbers(paths, "attenuator_db")
    ports = list(zip(texts(paths, "office_id"), integers(paths, "olt_port").tolist(), strict=True))
    nearest: dict[tuple[str, int], float] = {}
    for port, meters in zip(ports, reach.tolist(), strict=True):
        nearest[port] = min(nearest.get(port, meters), meters)
    base = np.array([nearest[port] for port in ports], dtype=float)
    rooms = {
        "loss up": (left - up) / optical_loss(saved, f"fiber_{kind['up_nm']}") * 1000,
        "loss down": (left - down) / optical_loss(saved, f"fiber_{kind['down_nm']}") * 1000,
        "reach of the study": float(section(saved, "network")["reach_max_m"]) - reach,
        "reach of the class": float(kind["reach_max_m"]) - reach,
        "differential reach": base + float(kind["differential_max_m"]) - reach,
    }
    told, words = numbers(paths, "headroom_m"), texts(paths, "binds")
    least = np.min(list(rooms.values()), axis=0)
    named = np.array([rooms[word][row] if word in rooms else np.nan for row, word in enumerate(words)])
    ledger.none(~(np.abs(told - least) <= 10), ids, "headroom_m is not what is left of the nearest limit")
    ledger.none(~(named - least <= 10), ids, "binds is not the limit that is met first")

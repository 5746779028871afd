"""Hold the rules ledger against tables and findings: what it says is broken is, and nothing else of it."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from numpy.typing import NDArray

from expansion.audit.folder import SavedPlan, integers, numbers, split_ids, texts
from expansion.audit.laid import hub_fibers
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import engineering, optical_class, optical_loss, section, split_stages

FloatArray = NDArray[np.float64]
Recount = tuple[list[str], FloatArray, FloatArray, float]
_ROUNDED = 0.0006


def check_broken_rules(saved: SavedPlan) -> Check:
    """Check that ledger, findings and plan.json agree, and count again where the tables tell it."""
    ledger = Ledger("rules")
    table = saved.table("rules")
    ids, broken, checked = texts(table, "rule_id"), integers(table, "broken"), integers(table, "checked")
    places = [split_ids(text) for text in texts(table, "places")]
    ledger.none(broken > checked, ids, "rules are broken at more places than were checked")
    ledger.none(broken != [len(names) for names in places], ids, "rules do not name the places where they are broken")
    told, errors = saved.document["rules"], np.array(texts(table, "severity"), dtype=object) == "error"
    figures = {
        "rules": len(ids), "checked": (checked > 0).sum(), "checks": checked.sum(), "broken": (broken > 0).sum(),
        "breaches": broken.sum(), "errors": ((broken > 0) & errors).sum(),
    }  # fmt: skip
    for name, value in figures.items():
        ledger.equal(told[name], int(value), f"rules.{name}")
    _check_findings(ledger, saved, texts(table, "code"), broken)
    _check_ports(ledger, saved)
    row_of = {name: row for row, name in enumerate(ids)}
    for name, recount in _recounts(saved).items():
        if ledger.that(name in row_of, f"the ledger lacks rule {name}"):
            row = row_of[name]
            _check_rule(ledger, name, recount, numbers(table, "worst")[row], set(places[row]))
            _check_limit(ledger, name, recount, float(numbers(table, "limit")[row]))
    return ledger.close()


def _check_findings(ledger: Ledger, saved: SavedPlan, codes: list[str], broken: NDArray[np.int64]) -> None:
    """Check that each broken rule is a finding with as many places, and no finding says more."""
    admitted: dict[str, int] = defaultdict(int)
    for finding in saved.document["findings"]:
        admitted[finding["code"]] += int(finding["count"])
    asked: dict[str, int] = defaultdict(int)
    for code, count in zip(codes, broken.tolist(), strict=True):
        asked[code] += count
    wrong = [code for code, count in asked.items() if admitted[code] != count]
    ledger.nothing(wrong, "broken rules and findings differ in number", len(asked))


def _check_rule(ledger: Ledger, name: str, recount: Recount, worst: float, named: set[str]) -> None:
    """Check the places and the worst value of one rule; `recount` holds places, values, limits, and 1 for at most."""
    places, values, limits, sign = recount
    over = sign * (values - limits)
    sure = {places[row] for row in np.flatnonzero(over > _ROUNDED)}
    maybe = {places[row] for row in np.flatnonzero(over > -_ROUNDED)}
    ledger.nothing(sorted(sure - named), f"{name} is broken and the ledger does not say so", len(places))
    ledger.nothing(sorted(named - maybe), f"{name} holds where the ledger says that it is broken", len(named))
    if len(places):
        fits = np.abs(values[over >= over.max() - _ROUNDED] - worst) <= 0.002
        ledger.that(bool(fits.any()), f"{name}: worst is not the worst value")


def _check_limit(ledger: Ledger, name: str, recount: Recount, limit: float) -> None:
    """Check that the limit is that of a place with the worst value."""
    _, values, limits, sign = recount
    if len(values):
        over = sign * (values - limits)
        ledger.that(
            bool((np.abs(limits[over >= over.max() - _ROUNDED] - limit) <= 0.002).any()),
            f"{name}: limit is not that of its worst place",
        )


def _recounts(saved: SavedPlan) -> dict[str, Recount]:
    """Places, values, limits and sign of the rules that tables tell by themselves."""
    paths, drops, cables = (saved.table(name) for name in ("paths", "drops", "cables"))
    kind, network = optical_class(saved), section(saved, "network")
    ids = texts(paths, "location_id")

    def same(values: FloatArray, limit: float) -> FloatArray:
        return np.full(len(values), float(limit))

    loss = np.maximum(numbers(paths, "loss_up_db"), numbers(paths, "loss_down_db"))
    least: FloatArray = (numbers(paths, "loss_min_db") + numbers(paths, "attenuator_db")).round(3)
    reach, drop = numbers(paths, "reach_m"), numbers(drops, "drop_m")
    farthest = min(float(network["reach_max_m"]), float(kind["reach_max_m"]))
    used, fibers = numbers(cables, "used_fibers"), numbers(cables, "fibers")
    names, sized = np.array(texts(cables, "cable_id"), dtype=object), np.array(texts(cables, "tier")) != "drop"
    wanted = used + np.floor(used * engineering(saved, "spare_fiber_share") + 1e-9)
    found: dict[str, Recount] = {
        "drop_length": (texts(drops, "location_id"), drop, same(drop, network["drop_max_m"]), 1.0),
        "loss_max": (ids, loss, same(loss, kind["max_loss_db"] - optical_loss(saved, "margin")), 1.0),
        "loss_min": (ids, least, same(least, kind["min_loss_db"]), -1.0),
        "reach": (ids, reach, same(reach, farthest), 1.0),
        "cable_fill": (names.tolist(), used, fibers, 1.0),
        "cable_spare": (names[sized].tolist(), fibers[sized], wanted[sized], -1.0),
    }
    for rule, column in (("terminal_ports", "terminal_id"), ("hub_capacity", "hub_id")):
        found[rule] = _loads(saved, column)
    return found


def _loads(saved: SavedPlan, column: str) -> Recount:
    """Units behind every terminal, or fibers of every hub, against its capacity."""
    paths, sites = saved.table("paths"), saved.table("sites")
    in_hub = column == "hub_id"
    taken = hub_fibers(saved) if in_hub else [range(count) for count in integers(paths, "units").tolist()]
    rows = enumerate(zip(texts(paths, column), taken, strict=True))
    used = {(name, fiber if in_hub else (row, fiber)) for row, (name, fibers) in rows for fiber in fibers}
    load = Counter(name for name, _ in used)
    mine = np.array(texts(sites, "kind"), dtype=object) == column.removesuffix("_id")
    names = np.array(texts(sites, "site_id"), dtype=object)[mine].tolist()
    return names, np.array([load[name] for name in names], dtype=float), numbers(sites, "capacity")[mine], 1.0


def _check_ports(ledger: Ledger, saved: SavedPlan) -> None:
    """Check reaches and losses of every OLT port against the paths on it."""
    ratio, paths, optics = split_stages(saved)[0], saved.table("paths"), saved.table("optics")
    on: dict[str, list[int]] = defaultdict(list)
    ports = zip(texts(paths, "office_id"), integers(paths, "olt_port"), hub_fibers(saved), strict=True)
    for row, (office, port, fibers) in enumerate(ports):
        for step in range((fibers[-1] - 1) // ratio - (fibers[0] - 1) // ratio + 1):
            on[f"{office}/{int(port) + step}"].append(row)
    ids = texts(optics, "port_id")
    ledger.nothing(sorted(set(ids) ^ set(on)), "OLT ports in use and the table optics differ", len(on))
    for told, column, pick in (("reach_min_m", "reach_m", np.min), ("reach_max_m", "reach_m", np.max),
                               ("loss_min_db", "loss_min_db", np.min), ("loss_max_db", "loss_db", np.max)):  # fmt: skip
        values = numbers(paths, column)
        own = np.array([pick(values[on[name]]) if name in on else np.nan for name in ids], dtype=float)
        ledger.none(~(np.abs(numbers(optics, told) - own) <= 0.0016), ids, f"optics.{told} is not that of its paths")
    _check_port_counts(ledger, saved, on)
    apart = numbers(optics, "reach_max_m") - numbers(optics, "reach_min_m")
    ledger.none(~(np.abs(numbers(optics, "differential_m") - apart) <= 0.0016), ids, "differential_m is not the gap")
    far = {ids[row] for row in np.flatnonzero(apart > float(optical_class(saved)["differential_max_m"]) + 0.001)}
    rules = saved.table("rules")
    row = texts(rules, "rule_id").index("differential_reach")
    ledger.equal(integers(rules, "broken")[row], len(far), "differential_reach")


def _check_port_counts(ledger: Ledger, saved: SavedPlan, on: dict[str, list[int]]) -> None:
    """Count locations, units and attenuators of every OLT port; `on` holds the paths on each."""
    ratio, paths, optics = split_stages(saved)[0], saved.table("paths"), saved.table("optics")
    padded, ids = numbers(paths, "attenuator_db") > 0, texts(optics, "port_id")
    loads: Counter[str] = Counter()
    for office, port, fibers in zip(
        texts(paths, "office_id"), integers(paths, "olt_port").tolist(), hub_fibers(saved), strict=True
    ):
        loads.update(f"{office}/{port + (fiber - 1) // ratio - (fibers[0] - 1) // ratio}" for fiber in fibers)
    counted = {
        "locations": [len(on.get(name, [])) for name in ids],
        "units": [loads[name] for name in ids],
        "attenuators": [int(padded[on.get(name, [])].sum()) for name in ids],
    }
    for column, values in counted.items():
        ledger.none(integers(optics, column) != np.array(values), ids, f"optics.{column} is not that of its paths")

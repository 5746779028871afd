"""Rules on light: loss both ways, overload, reach, differential reach, split; and the optics of every OLT port."""

from __future__ import annotations

import pandas as pd

from expansion.ledger.evidence import Evidence
from expansion.ledger.light_repairs import cheapest_for_loss, cheapest_for_reach, own_port
from expansion.ledger.verdicts import Rule, Verdict, at_least, at_most
from expansion.plan.rules import OPTICS


def check_optics(evidence: Evidence) -> list[Verdict]:
    """Check losses, reaches and the split against study and class."""
    return [
        _loss_max(evidence), _loss_min(evidence), _reach(evidence), _differential(evidence), _split(evidence),
        _splitter_load(evidence),
    ]  # fmt: skip


def _loss_max(evidence: Evidence) -> Verdict:
    chosen, margin, paths = evidence.pon_class, evidence.book.optical_loss("margin"), evidence.paths
    budget = round(chosen.max_loss_db - margin, 3)
    rule = Rule(
        "loss_max", "W_LOSS", "error",
        f"A path loses at most {budget:g} dB both ways: class {chosen.pon_class} stands {chosen.max_loss_db:g} dB, "
        f"less {margin:g} dB for aging and repair",
        "path loses", "paths lose", f"more than {budget:g} dB", "network.pon_class, optical_losses.csv margin", "dB",
    )  # fmt: skip
    largest = paths[["loss_up_db", "loss_down_db"]].max(axis=1)
    found = at_most(rule, paths["location_id"].tolist(), largest, budget, 0.0005)
    return found.repaired(*cheapest_for_loss(evidence, found))


def _loss_min(evidence: Evidence) -> Verdict:
    chosen, paths = evidence.pon_class, evidence.paths
    rule = Rule(
        "loss_min", "W_OVERLOAD", "warning",
        f"A path with its attenuator loses at least {chosen.min_loss_db:g} dB, else light overloads a receiver of "
        f"class {chosen.pon_class}",
        "path loses", "paths lose", f"less than {chosen.min_loss_db:g} dB at low values", "network.pon_class", "dB",
    )  # fmt: skip
    least = (paths["loss_min_db"] + paths["attenuator_db"]).round(3)
    found = at_least(rule, paths["location_id"].tolist(), least, chosen.min_loss_db, 0.0005)
    units = paths.loc[least < chosen.min_loss_db - 0.0005, "units"].sum()
    return found.repaired(
        "fit stronger attenuators at the ONTs", float(units) * evidence.book.rate("attenuator").likely
    )


def _reach(evidence: Evidence) -> Verdict:
    own, chosen = evidence.study.network.reach_max_m, evidence.pon_class
    limit = min(own, chosen.reach_max_m)
    set_by = "network.reach_max_m" if own <= chosen.reach_max_m else "network.pon_class"
    rule = Rule(
        "reach", "W_REACH", "error", f"A path is at most {limit:g} m of cable long", "path is", "paths are",
        f"longer than {limit:g} m", set_by, "m",
    )  # fmt: skip
    found = at_most(rule, evidence.paths["location_id"].tolist(), evidence.paths["reach_m"], limit, 0.0005)
    return found.repaired(*cheapest_for_reach(evidence, found))


def _differential(evidence: Evidence) -> Verdict:
    limit, ports = evidence.pon_class.differential_max_m, list_ports(evidence)
    rule = Rule(
        "differential_reach", "W_DIFFERENTIAL", "error",
        f"The reaches on one OLT port differ by at most {limit:g} m", "OLT port has", "OLT ports have",
        f"reaches that differ by more than {limit:g} m", "network.pon_class", "m",
    )  # fmt: skip
    found = at_most(rule, ports["port_id"].tolist(), ports["differential_m"], limit, 0.0005)
    return found.repaired("put far locations on a port of their own", own_port(evidence) * len(found.places))


def _split(evidence: Evidence) -> Verdict:
    chosen, ratio = evidence.pon_class, evidence.study.network.split_ratio
    rule = Rule(
        "split_ratio", "W_SPLIT", "error", f"Class {chosen.pon_class} carries at most 1:{chosen.split_max}",
        "split is", "splits are", f"larger than 1:{chosen.split_max}", "network.pon_class", "outputs",
    )  # fmt: skip
    return at_most(rule, ["network.split_ratio"], [ratio], chosen.split_max).repaired("choose a smaller split", None)


def _splitter_load(evidence: Evidence) -> Verdict:
    ratio, units = evidence.study.network.stages[0], evidence.units
    key = "network.split_ratio" if len(evidence.study.network.stages) == 1 else "network.cascade"
    rule = Rule(
        "splitter_load", "W_SPLITTER_FULL", "error", f"A splitter in a hub feeds at most {ratio} fibers",
        "splitter feeds", "splitters feed", f"more than {ratio} fibers", key, "fibers",
    )  # fmt: skip
    loads = units.groupby(["hub_id", "splitter"], sort=True)["fiber"].nunique()
    names = [f"{hub} {splitter}" for hub, splitter in loads.index]
    found = at_most(rule, names, loads.to_numpy(), ratio)
    return found.repaired("light a further splitter and port", own_port(evidence) * len(found.places))


def list_ports(evidence: Evidence) -> pd.DataFrame:
    """Optics per OLT port in use, after `OPTICS`."""
    paths, chosen = evidence.paths, evidence.pon_class
    budget = round(chosen.max_loss_db - evidence.book.optical_loss("margin"), 3)
    names = ["reach_m", "loss_min_db", "loss_db", "attenuator_db", "headroom_m", "binds"]
    joined = pd.concat(
        [evidence.ports, paths[names].iloc[evidence.ports["row"].to_numpy()].reset_index(drop=True)], axis=1
    )
    rows = []
    for (office, port), mine in joined.groupby(["office_id", "port"], sort=True):
        near, far = float(mine["reach_m"].min()), float(mine["reach_m"].max())
        rows.append(
            {
                "port_id": f"{office}/{port}", "office_id": office, "olt_port": port, "hub_id": mine["hub_id"].iloc[0],
                "locations": len(mine), "units": int(mine["units"].sum()), "pon_class": chosen.pon_class,
                "reach_min_m": near, "reach_max_m": far, "differential_m": round(far - near, 3),
                "differential_max_m": chosen.differential_max_m, "loss_min_db": float(mine["loss_min_db"].min()),
                "least_db": chosen.min_loss_db, "loss_max_db": float(mine["loss_db"].max()), "budget_db": budget,
                "attenuators": int((mine["attenuator_db"] > 0).sum()),
                "binds": mine["binds"].iloc[int(mine["headroom_m"].to_numpy().argmin())],
            }
        )  # fmt: skip
    rows.sort(key=lambda row: str(row["port_id"]))
    return OPTICS.build({column.name: [row[column.name] for row in rows] for column in OPTICS.columns})

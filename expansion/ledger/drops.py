"""Rules on drops: length, stretches that hang free over a road, and that everyone has a whole path."""

from __future__ import annotations

import numpy as np

from expansion.ledger.evidence import Evidence
from expansion.ledger.verdicts import Rule, Verdict, at_most, hold


def check_drops(evidence: Evidence) -> list[Verdict]:
    """Check drops, and the paths of those who have fiber."""
    return [_length(evidence), _free_span(evidence), _complete(evidence), _units(evidence)]


def _length(evidence: Evidence) -> Verdict:
    limit, drops = evidence.study.network.drop_max_m, evidence.drops
    rule = Rule(
        "drop_length", "W_DROP_LONG", "error", f"A drop is at most {limit:g} m long, along the road and to the house",
        "drop is", "drops are", f"longer than {limit:g} m", "network.drop_max_m", "m",
    )  # fmt: skip
    found = at_most(rule, drops["location_id"].tolist(), drops["drop_m"], limit, 0.0005)
    size = min(evidence.study.network.terminal_ports)
    price = evidence.book.rate(f"terminal_{size}").likely
    return found.repaired("stand a terminal nearer to each", price * len(found.places))


def _free_span(evidence: Evidence) -> Verdict:
    """Find the drops that hang over a carriageway from the road's line with no pole on the other side."""
    graph, prices, drops = evidence.ground.graph, evidence.ground.prices, evidence.drops
    limit = evidence.book.engineering_value("free_span_max_m")
    rule = Rule(
        "free_span", "W_FREE_SPAN", "error", f"A drop over a carriageway hangs free for at most {limit:g} m",
        "drop hangs", "drops hang", f"free over a road for more than {limit:g} m", "engineering.csv free_span_max_m",
        "m",
    )  # fmt: skip
    kind = graph.edges["kind"].to_numpy(dtype=object)
    over = {int(graph.v[edge]): int(edge) for edge in np.flatnonzero(kind == "crossing")}
    names, meters = [], []
    for location, setback in zip(drops["location_id"], drops["setback_m"], strict=True):
        edge = over.get(int(graph.location_node[evidence.row_of[location]]))
        if edge is None or prices.placement[edge] != "aerial" or prices.existing[edge]:
            continue
        pole = int(prices.works.over_poles[edge]) > 0
        names.append(str(location))
        meters.append(float(setback) if pole else float(graph.length_m[edge]) + float(setback))
        if pole:
            meters[-1] = min(meters[-1], limit)
    found = at_most(rule, names, meters, limit, 0.0005)
    price = evidence.book.rate("crossing_pole").likely
    return found.repaired("set a pole on the other side of the road for each", price * len(found.places))


def _complete(evidence: Evidence) -> Verdict:
    """Find who has fiber and no whole way of sites and cables from terminal to office."""
    rule = Rule(
        "complete_path", "W_PATH_BROKEN", "error",
        "Every location with fiber has one whole path: drop, terminal, hub, office, and the cables between",
        "location has", "locations have", "fiber and no whole light path", "expansion",
    )  # fmt: skip
    kinds = dict(zip(evidence.network.sites["site_id"], evidence.network.sites["kind"], strict=True))
    cables = {
        name: (start, end)
        for name, start, end in zip(
            evidence.cables["cable_id"], evidence.cables["from_site"], evidence.cables["to_site"], strict=True
        )
    }
    on_drop = dict(zip(evidence.drops["location_id"], evidence.drops["terminal_id"], strict=True))
    whole = set()
    columns = ("location_id", "terminal_id", "hub_id", "office_id", "cable_ids")
    for location, terminal, hub, office, text in zip(*(evidence.paths[name] for name in columns), strict=True):
        names = text.split(",")
        if (
            (kinds.get(terminal), kinds.get(hub)) == ("terminal", "hub")
            and kinds.get(office) in ("co", "hut")
            and evidence.parent_of.get(terminal) == hub
            and on_drop.get(location) == terminal
            and all(name in cables for name in names)
            and cables[names[-1]] == (terminal, location)
        ):
            whole.add(location)
    ids = evidence.inputs.locations["location_id"].to_numpy()
    asked = [str(ids[row]) for row in evidence.fiber_rows.tolist()]
    return hold(rule, asked, [name in whole for name in asked]).repaired("report it: the design is incomplete", None)


def _units(evidence: Evidence) -> Verdict:
    rule = Rule(
        "units_are_ports", "W_UNITS_PORTS", "error", "A location takes as many ports and fibers as it has units",
        "location has", "locations have", "another number of ports than of units", "locations.units", "ports",
    )  # fmt: skip
    units = evidence.inputs.locations["units"].to_numpy()
    ids = evidence.paths["location_id"].tolist()
    asked = [int(units[evidence.row_of[name]]) for name in ids]
    short = np.abs(evidence.paths["units"].to_numpy(dtype=float) - np.array(asked, dtype=float))
    return at_most(rule, ids, short, 0.0).repaired("give each unit a port", None)

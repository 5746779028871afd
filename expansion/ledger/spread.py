"""Rule on hubs: how far apart, along the route, the locations of one hub may lie."""

from __future__ import annotations

from expansion.ledger.evidence import Evidence
from expansion.ledger.verdicts import Rule, Verdict, at_most

Steps = dict[int, list[tuple[int, float]]]


def check_spread(evidence: Evidence) -> list[Verdict]:
    """Hold the longest way between two locations of each hub, along the spans of its cables, against the limit."""
    limit = evidence.book.engineering_value("distribution_max_m")
    rule = Rule(
        "hub_spread", "W_HUB_WIDE", "error", f"Two locations of one hub are at most {limit:g} m of route apart",
        "hub has", "hubs have", f"locations more than {limit:g} m of route apart", "engineering.csv distribution_max_m",
        "m",
    )  # fmt: skip
    steps, doors = _streets(evidence)
    hubs = sorted(steps)
    found = at_most(rule, hubs, [_longest(steps[hub], doors[hub]) for hub in hubs], limit, 0.05)
    sizes = sorted(row.likely for row in evidence.book.rates if row.rate_id.startswith("hub_"))
    return [found.repaired("stand a further hub", sizes[0] * len(found.places))]


def _streets(evidence: Evidence) -> tuple[dict[str, Steps], dict[str, list[int]]]:
    """Per hub: neighbors along the spans of its distribution and drop cables, and nodes where drops leave the road."""
    spans = evidence.spans
    ends = {
        name: (int(u), int(v), float(meters))
        for name, u, v, meters in zip(spans["span_id"], spans["u"], spans["v"], spans["length_m"], strict=True)
    }
    cables = evidence.cables
    tier = dict(zip(cables["cable_id"], cables["tier"], strict=True))
    way = {
        name: [s for s in text.split(",") if s]
        for name, text in zip(cables["cable_id"], cables["span_ids"], strict=True)
    }
    used: dict[str, dict[str, None]] = {}
    doors: dict[str, list[int]] = {}
    columns = ("hub_id", "terminal_id", "cable_ids")
    for hub, terminal, text in zip(*(evidence.paths[name] for name in columns), strict=True):
        names = [name for name in text.split(",") if tier.get(name) in ("distribution", "drop")]
        mine = used.setdefault(hub, {})
        for name in names:
            mine.update(dict.fromkeys(way[name]))
        node = evidence.node_of.get(terminal, -1)
        for span in way[names[-1]] if names else ():
            node = ends[span][0] + ends[span][1] - node
        doors.setdefault(hub, []).append(node)
    steps: dict[str, Steps] = {hub: {evidence.node_of.get(hub, -1): []} for hub in used}
    for hub, names_of in used.items():
        for span in names_of:
            u, v, meters = ends[span]
            steps[hub].setdefault(u, []).append((v, meters))
            steps[hub].setdefault(v, []).append((u, meters))
    return steps, doors


def _longest(steps: Steps, doors: list[int]) -> float:
    """Longest way between two of some nodes of a tree: from the one farthest from anywhere to the farthest from it."""
    first = _distances(steps, doors[0])
    far = max(sorted(set(doors)), key=lambda node: first.get(node, 0.0))
    again = _distances(steps, far)
    return max(again.get(node, 0.0) for node in doors)


def _distances(steps: Steps, start: int) -> dict[int, float]:
    """Meters from a node to all that hang together with it."""
    reached, waiting = {start: 0.0}, [start]
    while waiting:
        node = waiting.pop()
        for other, meters in steps.get(node, ()):
            if other not in reached:
                reached[other] = reached[node] + meters
                waiting.append(other)
    return reached

"""Permits by brute force: every edge against every feature, in plain loops; nothing is imported from the planner.

It knows `docs/methods/permits.md` only. Lines are tested segment against segment by the sign of areas; areas and
distances by shapely, pair by pair.
"""

import itertools
import math

import shapely


def segments(line):
    points = list(line.coords)
    return list(itertools.pairwise(points))


def side(a, b, p):
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def properly_cross(one, two):
    (a, b), (c, d) = one, two
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def crossings(edge, line):
    """Positions along the edge at which a line in general position crosses it."""
    found, walked = [], 0.0
    for a, b in segments(edge):
        for c, d in segments(line):
            if properly_cross((a, b), (c, d)):
                share = side(c, d, a) / (side(c, d, a) - side(c, d, b))
                found.append(walked + share * math.dist(a, b))
        walked += math.dist(a, b)
    return without_touches(sorted(found))


def without_touches(found):
    """Over and back within half a meter is a touch, not two crossings."""
    kept = []
    for at in found:
        if kept and at - kept[-1] < 0.5:
            kept.pop()
        else:
            kept.append(at)
    return kept


def inside(edge, area):
    """Positions from, to along the edge of each stretch of a meter or more inside the area."""
    return stretches(edge, edge.intersection(area))


def along(edge, shape, within):
    return stretches(edge, edge.intersection(shape.buffer(within, quad_segs=16)))


def stretches(edge, part):
    found = []
    for piece in getattr(part, "geoms", [part]):
        if piece.geom_type == "LineString" and piece.length >= 1.0:
            middle = edge.project(piece.interpolate(0.5, normalized=True))
            found.append((middle - piece.length / 2, middle + piece.length / 2))
    return sorted(found)


def united(parts):
    result = []
    for low, high in sorted(parts):
        if result and low <= result[-1][1] + 0.01:
            result[-1] = (result[-1][0], max(result[-1][1], high))
        else:
            result.append((low, high))
    return result


def runs(pieces):
    """Connected runs of (edge, ends, low, high, length): pieces that reach the same node of the graph."""
    parent = list(range(len(pieces)))

    def root(one):
        while parent[one] != one:
            one = parent[one]
        return one

    nodes = {}
    for row, (_, (u, v), low, high, length) in enumerate(pieces):
        for node, reached in ((u, low <= 0.01), (v, high >= length - 0.01)):
            if reached:
                parent[root(row)] = root(nodes.setdefault(node, row))
    return [root(row) for row in range(len(pieces))]


def expected(edges, features, rules):
    """Meetings as {(edge, rule, key): (count, meters)}.

    `edges`: id, line, ends, bridge. `features`: id, kind, name, shape. `rules`: id, kind, test, within, least.
    """
    found = {}
    for rule in rules:
        named = [one for one in features if one["kind"] == rule["kind"]]
        keys = sorted({f"{one['kind']}:{one['name'] or one['id']}" for one in named})
        for key in keys:
            members = [one for one in named if f"{one['kind']}:{one['name'] or one['id']}" == key]
            meet = _crossed if rule["test"] == "crosses" else _entered
            found |= {(edge, rule["id"], key): value for edge, value in meet(edges, members, rule).items()}
    return found


def _crossed(edges, members, rule):
    found = {}
    for edge in edges:
        if edge["bridge"] and rule["kind"] in ("rail", "water", "wetland", "pipeline"):
            continue
        count = sum(len(crossings(edge["line"], one["shape"])) for one in members)
        if count:
            found[edge["id"]] = (count, 0.0)
    return found


def _entered(edges, members, rule):
    pieces = []
    for edge in edges:
        if edge["bridge"] and rule["test"] == "inside" and rule["kind"] in ("water", "wetland"):
            continue
        parts = []
        for one in members:
            parts += (
                inside(edge["line"], one["shape"])
                if rule["test"] == "inside"
                else along(edge["line"], one["shape"], rule["within"])
            )
        pieces += [(edge["id"], edge["ends"], low, high, edge["line"].length) for low, high in united(parts)]
    total = {}
    labels = runs(pieces)
    for label, piece in zip(labels, pieces, strict=True):
        total[label] = total.get(label, 0.0) + piece[3] - piece[2]
    found = {}
    for label, piece in zip(labels, pieces, strict=True):
        if round(total[label], 3) >= max(rule["least"], 1.0):
            count, meters = found.get(piece[0], (1, 0.0))
            found[piece[0]] = (count, meters + piece[3] - piece[2])
    return found


def jurisdiction(line, boundaries):
    """Name of the boundary, grown by a meter, that holds most of a line, to the meter; of equals the smallest id."""
    held = [
        (-round(line.intersection(one["shape"].buffer(1.0, quad_segs=2)).length), one["id"], one["name"])
        for one in boundaries
    ]
    held = [
        one
        for one in held
        if shapely.intersects(line, next(b["shape"].buffer(1.0, quad_segs=2) for b in boundaries if b["id"] == one[1]))
    ]
    return min(held)[2] if held else "unknown"


def station_permits(stations, rules, towns):
    """Permits of stations as (rule, what for, town), sorted.

    `stations`: (site, structure, (x, y)); `rules`: id, subtypes, named (whether the town names the authority).
    """
    found = []
    for rule in rules:
        for site, structure, spot in stations:
            if rule["subtypes"] and structure not in rule["subtypes"].split("|"):
                continue
            here = [one for one in towns if one["shape"].distance(shapely.Point(spot)) <= 1.0]
            town = min(here, key=lambda one: one["id"])["name"] if here and rule["named"] else ""
            found.append((rule["id"], f"station:{site}", town))
    return sorted(found)

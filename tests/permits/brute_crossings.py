"""Where edges cross lines and pass through areas, by brute force, after `docs/methods/permits.md` alone."""

import math

from tests.permits.brute_rules import is_area, lines_of, names, near, stretches

UNDER = ("rail", "water", "wetland", "pipeline", "road")


def crossings(world, rule, layer):
    """Crossings of one rule and layer on built edges: (row of the edge, position, feature)."""
    table = world.roads if layer == "road" else world.features
    named = [one for one in table if one["kind"] == layer and names(rule, layer, one) and not _underground(one)]
    own = {one["id"] for one in named} if layer == "road" else set()
    allowed = [
        not edge["tunnel"] and not (edge["bridge"] and layer in UNDER) and edge["road"] not in own
        for edge in world.edges
    ]
    contacts = _contacts(world, named, allowed)
    found = [*_inner(world, contacts), *_on_nodes(world, contacts, allowed)]
    found = [(row, at, one) for row, at, one in found if world.edges[row]["id"] in world.built]
    return found if layer == "road" else found + _passages(world, named, allowed, found)


def _underground(one):
    if one["kind"] == "road":
        return one["tunnel"]
    return one["kind"] == "rail" and one["tags"].get("tunnel", "").lower() not in ("", "no", "false", "0")


def _contacts(world, named, allowed):
    """Where edges touch lines: (row of edge, position, feature, line, position on the line)."""
    found = []
    for one in named:
        for line in lines_of(one["shape"]):
            for row in near(world.bounds, line, 0.001):
                edge = world.edges[row]
                if allowed[row] and edge["line"].distance(line) <= 0.001:
                    for at in _places(edge["line"], line):
                        spot = edge["line"].interpolate(at)
                        found.append((row, at, one, line, line.project(spot)))
    return found


def _places(edge, line):
    """Positions on an edge at which it meets a line; a shared stretch counts at its middle, if at all."""
    shared, found = edge.intersection(line), []
    for part in getattr(shared, "geoms", [shared]):
        if part.geom_type == "LineString" and part.length > 0:
            middle = edge.project(part.interpolate(0.5, normalized=True))
            if middle - part.length / 2 > 0.01 and middle + part.length / 2 < edge.length - 0.01:
                found.append(middle)
        elif part.geom_type == "Point" and not part.is_empty:
            found.append(edge.project(part))
    for at in (0.0, edge.length):
        if edge.interpolate(at).distance(line) <= 0.001 and not any(abs(at - one) <= 0.001 for one in found):
            alongside = shared.length > 0.01 and edge.interpolate(at).distance(shared) <= 0.01
            found += [] if alongside else [at]
    return found


def _inner(world, contacts):
    """Crossings inside an edge: across a line that passes, or past the ends of lines there."""
    found, ends = [], {}
    for row, at, one, line, on in contacts:
        edge = world.edges[row]["line"]
        if not 0.001 < at < edge.length - 0.001:
            continue
        if line.is_ring or 0.001 < on < line.length - 0.001:
            if _other_side(edge, at, line, on):
                found.append((row, at, one))
        else:
            ends.setdefault((row, round(at, 2)), []).append((at, one, line, on))
    for (row, _), there in ends.items():
        at, edge = there[0][0], world.edges[row]["line"]
        rays = [ray for _, one, line, on in there for ray in _rays(line, on, one)]
        ways = [(_angle(edge, at, at + step), row) for step in (-0.5, 0.5)]
        for _, number, one in _across(rays, ways, world):
            found.append((number, at, one))
    return found


def _other_side(edge, at, line, on):
    """Whether an edge passes from one side of a line to the other."""
    (ax, ay), (bx, by) = (line.interpolate(min(max(on + s, 0.0), line.length)).coords[0] for s in (-0.5, 0.5))
    spot = edge.interpolate(at)
    sides = []
    for step in (-0.5, 0.5):
        x, y = edge.interpolate(min(max(at + step, 0.0), edge.length)).coords[0]
        sides.append((bx - ax) * (y - spot.y) - (by - ay) * (x - spot.x))
    return sides[0] * sides[1] < 0


def _angle(line, at, toward):
    (x, y), (p, q) = (line.interpolate(min(max(one, 0.0), line.length)).coords[0] for one in (at, toward))
    return math.atan2(q - y, p - x)


def _rays(line, on, one):
    """Directions in which a line leaves a contact: two where it passes, one where it ends."""
    steps = [step for step, room in ((-0.5, on > 0.001), (0.5, on < line.length - 0.001)) if room]
    if line.is_ring:
        steps = [-0.5, 0.5]
        if on <= 0.001 or on >= line.length - 0.001:
            return [(_angle(line, 0.0, 0.5), one), (_angle(line, line.length, line.length - 0.5), one)]
    return [(_angle(line, on, on + step), one) for step in steps]


def _across(rays, ways, world):
    """Ways outside the home sector, each with the feature that it crosses: (angle, row, feature)."""
    if len(rays) < 2:
        return []
    rays = sorted(rays, key=lambda ray: (ray[0], ray[1]["id"]))
    sector = [sum(ray[0] <= angle for ray in rays) % len(rays) for angle, _ in ways]
    groups = {}
    for here, (_, row) in zip(sector, ways, strict=True):
        groups.setdefault(here, []).append(world.edges[row]["id"])
    most = max(len(group) for group in groups.values())
    home = max((min(group), here) for here, group in groups.items() if len(group) == most)[1]
    found = []
    for here, (angle, row) in zip(sector, ways, strict=True):
        if here != home:
            up = [rays[one % len(rays)][1] for one in range(home, home + (here - home) % len(rays))]
            down = [rays[one % len(rays)][1] for one in range(here, here + (home - here) % len(rays))]
            found.append((angle, row, min(min(up, down, key=len), key=lambda one: one["id"])))
    return found


def _on_nodes(world, contacts, allowed):
    """Crossings at nodes of the graph: the edges that leave the home sector."""
    lines = {}
    for row, at, one, line, on in contacts:
        edge = world.edges[row]
        for node, here in ((edge["u"], at <= 0.001), (edge["v"], at >= edge["line"].length - 0.001)):
            if here:
                lines.setdefault(node, {}).setdefault((one["id"], id(line), round(on, 2)), (line, on, one))
    found = []
    for node, there in lines.items():
        rays = [ray for line, on, one in there.values() for ray in _rays(line, on, one)]
        ways = []
        for row in world.at_node[node]:
            edge, line = world.edges[row], world.edges[row]["line"]
            if allowed[row]:
                ways += [(_angle(line, 0.0, 0.5), row)] if edge["u"] == node else []
                ways += [(_angle(line, line.length, line.length - 0.5), row)] if edge["v"] == node else []
        for _, row, one in _across(rays, ways, world):
            edge = world.edges[row]
            found.append((row, 0.0 if edge["u"] == node else edge["line"].length, one))
    return found


def _passages(world, named, allowed, crossed):
    """Stretches through areas for which no crossing of a line stands and that no bridge takes over."""
    found = []
    for one in named:
        if not is_area(one["shape"]):
            continue
        for row in near(world.bounds, one["shape"]):
            edge = world.edges[row]
            if not allowed[row] or edge["id"] not in world.built:
                continue
            for low, high in stretches(edge["line"], one["shape"]):
                held = any(own == row and low - 1.0 <= at <= high + 1.0 for own, at, _ in crossed)
                bank = (low <= 0.01 and edge["u"] in world.bridge_nodes) or (
                    high >= edge["line"].length - 0.01 and edge["v"] in world.bridge_nodes
                )
                if high - low >= 1.0 and not held and not bank:
                    found.append((row, (low + high) / 2, one))
    return found

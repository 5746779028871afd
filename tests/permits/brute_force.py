"""The permits of a route by brute force: every edge against every feature, after `docs/methods/permits.md` alone.

Nothing is imported from the planner. Edges are dicts: id, line, u, v, kind, road, way, highway, surface, name, ref,
operator, bridge, tunnel, length_m; spans say what is built on them: edge, span, area, placement.
"""

import numpy as np

from tests.permits.brute_crossings import UNDER, crossings
from tests.permits.brute_rules import Realm, is_area, name_chains, names, near, stretches, united

DUG = ("buried", "bore")


class Map:
    """Edges, features and roads of a study, and the spans of a route."""

    def __init__(self, edges, features, roads, spans, spacing=90.0):
        self.edges, self.features, self.roads, self.spacing = edges, features, roads, spacing
        name_chains(features)
        self.realm, self.row = Realm(features), {one["id"]: row for row, one in enumerate(edges)}
        self.spans = [one for one in spans if one["edge"] in self.row]
        self.built = {one["edge"]: one for one in self.spans}
        self.bounds = np.array([one["line"].bounds for one in edges])
        self.at_node = {}
        for row, one in enumerate(edges):
            for node in {one["u"], one["v"]}:
                self.at_node.setdefault(node, []).append(row)
        over = [one for one in edges if one["bridge"] or one["tunnel"]]
        self.bridge_nodes = {node for one in over for node in (one["u"], one["v"])}


def expected_permits(world, rules):
    """Permits as {(rule, granted for): (crossings, meters, spans)}."""
    found = {}
    for rule in rules:
        if rule["test"] == "any":
            found |= _by_area(world, rule)
            continue
        pieces, points = _meetings(world, rule)
        pieces, points = [_asked(world, rule, one) for one in (pieces, points)]
        keys = sorted({one["key"] for one in pieces + points})
        for key in keys:
            permit = _granted(
                world, rule, [o for o in pieces if o["key"] == key], [o for o in points if o["key"] == key]
            )
            if permit:
                found[rule["rule_id"], key] = permit
    return found


def _by_area(world, rule):
    """Permits for any digging or building, per area; stations are not part of a frozen route."""
    layers = rule["layer"].split("|")
    found = {}
    for one in world.spans:
        if "build" in layers or ("excavation" in layers and one["placement"] in DUG):
            found.setdefault(one["area"], []).append(one)
    result = {}
    for area, spans in found.items():
        meters = sum(one["length_m"] for one in spans)
        if meters >= max(rule["least_m"], 0.001):
            result[rule["rule_id"], f"area:{area}"] = (1, meters, frozenset(one["span"] for one in spans))
    return result


def _asked(world, rule, met):
    """Meetings on built edges whose placement the rule concerns."""
    kept = []
    for one in met:
        placement = world.built[one["edge"]["id"]]["placement"] if one["edge"]["id"] in world.built else None
        dug_only = rule["blocks"] == "buried" and placement not in DUG
        aerial_only = (rule["blocks"] == "aerial" or rule["test"] == "uses") and placement != "aerial"
        if placement and not dug_only and not aerial_only:
            kept.append(one)
    return kept


def _granted(world, rule, pieces, points):
    """Crossings, meters and spans of one permit; None where too little is left of it."""
    total = sum(one["count"] for one in points)
    if pieces:
        label = _runs(pieces)
        meters = {run: sum(o["meters"] for o, mine in zip(pieces, label, strict=True) if mine == run) for run in label}
        least = max(rule["least_m"], 1.0 if rule["test"] in ("inside", "along") and pieces[0]["clipped"] else 0.0)
        pieces = [one for one, run in zip(pieces, label, strict=True) if round(meters[run], 3) >= least]
    met = pieces + points
    # A meeting counts once per edge, key and feature.
    count = total + len({(one["edge"]["id"], one["feature"]) for one in pieces})
    if not met or count < rule["least_count"] or (rule["most_count"] and count > rule["most_count"]):
        return None
    crossings = len(set(_runs(pieces))) + (_merged(rule, points) if rule["merge_m"] else total)
    spans = frozenset(world.built[one["edge"]["id"]]["span"] for one in met)
    return crossings, sum(one["meters"] for one in pieces), spans


def _merged(rule, points):
    """Crossings, those within half of merge_m of a node taken to lie on it."""
    half, moved = rule["merge_m"] / 2, []
    for one in points:
        length = one["edge"]["line"].length
        low, high = one["low"], one["low"]
        moved.append(one | {"low": 0.0 if low <= half else low, "high": length if high >= length - half else high})
    return len(set(_runs(moved)))


def _runs(pieces):
    """Number of the connected run of each piece: those that reach the same node."""
    parent = list(range(len(pieces)))

    def root(row):
        while parent[row] != row:
            row = parent[row]
        return row

    reached = {}
    for row, one in enumerate(pieces):
        edge = one["edge"]
        for node, here in ((edge["u"], one["low"] <= 0.01), (edge["v"], one["high"] >= edge["line"].length - 0.01)):
            if here:
                parent[root(row)] = root(reached.setdefault(node, row))
    return [root(row) for row in range(len(pieces))]


def _meetings(world, rule):
    """Stretches and points at which edges meet what one rule asks about, with the key they are granted under."""
    pieces, points = [], []
    for layer in rule["layer"].split("|"):
        if rule["test"] == "uses":
            points += _poles(world, rule)
        elif layer in ("bridge", "lateral") or (layer == "road" and rule["test"] == "inside"):
            pieces += _own(world, rule, layer)
        elif rule["test"] == "crosses":
            points += _crossed(world, rule, layer)
        else:
            pieces += _entered(world, rule, layer)
    return pieces, points


def _piece(edge, key, low, high, feature, *, clipped):
    scale = edge["length_m"] / edge["line"].length if edge["line"].length else 1.0
    return {
        "edge": edge, "key": key, "low": low, "high": high, "feature": feature, "clipped": clipped,
        "meters": round((high - low) * scale, 3),
    }  # fmt: skip


def _key(rule, world, edge, what, owner, low, high):
    """What the permit of a meeting is granted for."""
    grant, levels = rule["grant"], rule["boundary_levels"]
    if grant == "area":
        return f"area:{world.built[edge['id']]['area']}"
    if grant == "boundary":
        return f"boundary:{world.realm.at(edge, levels, low, high)}"
    if grant == "road_boundary":
        return f"{what}|{world.realm.at(edge, levels, low, high)}"
    if grant == "owner" and owner:
        return f"owner:{owner}"
    return what


def _called(road):
    return f"road:{road['ref'] or road['name'] or 'unnamed ' + road['highway']}"


def _own(world, rule, layer):
    """Whole edges whose own road, bridge or private ground the rule names."""
    found = []
    for one in world.spans:
        edge = world.edges[world.row[one["edge"]]]
        lateral, whole = edge["kind"] == "lateral", edge["line"].length
        if layer == "lateral":
            if lateral and not _in_parcel(world, edge):
                found.append(_piece(edge, f"parcel:{edge['id'].removeprefix('lateral-')}", 0, whole, "", clipped=False))
            continue
        label = edge | {"subtype": edge["highway"], "tags": {"in_level": world.realm.around(edge)}}
        if lateral or not names(rule | {"layer": "road"}, "road", label) or (layer == "bridge" and not edge["bridge"]):
            continue
        if layer == "bridge":
            found.append(_piece(edge, f"bridge:{edge['way']}", 0, whole, "", clipped=False))
        elif rule["grant"] in ("boundary", "road_boundary"):
            for place, low, high in world.realm.divide(edge, rule["boundary_levels"]):
                key = f"boundary:{place}" if rule["grant"] == "boundary" else f"{_called(edge)}|{place}"
                found.append(_piece(edge, key, low, high, edge["road"], clipped=False))
        else:
            key = f"owner:{edge['operator']}" if rule["grant"] == "owner" and edge["operator"] else _called(edge)
            found.append(_piece(edge, key, 0, whole, edge["road"], clipped=False))
    return found


def _in_parcel(world, edge):
    parcels = [one["shape"] for one in world.features if one["kind"] == "parcel"]
    return any(high - low >= 1.0 for one in parcels for low, high in stretches(edge["line"], one))


def _entered(world, rule, layer):
    """Stretches inside areas, or within a distance of features, united under one key."""
    found = {}
    for one in world.features:
        if one["kind"] != layer or not names(rule, layer, one):
            continue
        along = rule["test"] == "along"
        if not along and not is_area(one["shape"]):
            continue
        ground = one["shape"].buffer(rule["within_m"], quad_segs=16) if along else one["shape"]
        for row in near(world.bounds, ground):
            edge = world.edges[row]
            if edge["id"] not in world.built or edge["tunnel"] or (edge["bridge"] and layer in UNDER and not along):
                continue
            if layer == "parcel" and edge["kind"] != "lateral" and edge["highway"] not in ("track", "service"):
                continue
            for low, high in stretches(edge["line"], ground):
                if high - low >= 1.0:
                    key = _key(rule, world, edge, f"{layer}:{one['called']}", one["owner"], low, high)
                    found.setdefault((row, key), []).append((low, high, one["id"]))
    return [
        _piece(world.edges[row], key, low, high, min(number for _, _, number in parts), clipped=True)
        for (row, key), parts in sorted(found.items())
        for low, high in united([(low, high) for low, high, _ in parts])
    ]


def _road_beside(world, spot, reach):
    """Row of the nearest road edge within reach of a pole; of equals the smallest id."""
    rows = [row for row in near(world.bounds, spot, reach) if world.edges[row]["kind"] == "road"]
    rows = [row for row in rows if not world.edges[row]["tunnel"]]
    away = [(round(world.edges[row]["line"].distance(spot), 3), world.edges[row]["id"], row) for row in rows]
    return min((one for one in away if one[0] <= reach), default=(None, None, None))[2]


def _poles(world, rule):
    """Poles that cable may hang on, each at the nearest road."""
    reach = rule["within_m"] or 15.0
    poles = [one for one in world.features if one["kind"] == "pole" and one["shape"].geom_type == "Point"]
    held = {pole["id"]: _road_beside(world, pole["shape"], reach) for pole in poles}
    held = {pole: row for pole, row in held.items() if row is not None}
    meters, count = {}, {}
    for edge in world.edges:
        if edge["kind"] in ("road", "lateral"):
            meters[edge["road"] or edge["id"]] = meters.get(edge["road"] or edge["id"], 0.0) + edge["length_m"]
    for row in held.values():
        road = world.edges[row]["road"] or world.edges[row]["id"]
        count[road] = count.get(road, 0) + 1
    found = []
    for pole in poles:
        edge = world.edges[held[pole["id"]]] if pole["id"] in held else None
        if edge is None or not names(rule, "pole", pole):
            continue
        road = edge["road"] or edge["id"]
        if meters[road] <= world.spacing * count[road]:
            key = f"owner:{pole['owner'] or 'unknown'}|{world.realm.primary(edge, rule['boundary_levels'])}"
            at = edge["line"].project(pole["shape"])
            found.append({"edge": edge, "key": key, "low": at, "high": at, "feature": pole["id"], "count": 1})
    return found


def _crossed(world, rule, layer):
    """Crossings of lines and passages through areas of one layer, near ones of an owner merged."""
    found = []
    for row, at, one in crossings(world, rule, layer):
        edge = world.edges[row]
        what = _called(one) if layer == "road" else f"{layer}:{one['called']}"
        owner = one["operator"] if layer == "road" else one["owner"]
        key = _key(rule, world, edge, what, owner, at, at)
        point = {"edge": edge, "key": key, "low": at, "high": at, "feature": one["id"], "count": 1, "owner": owner}
        found.append(point)
    return _merge(found, rule["merge_m"]) if rule["merge_m"] else found


def _merge(points, merge_m):
    """Crossings of one owner on one edge that follow each other within merge_m, as one at the first position."""
    kept, last = [], {}
    for one in sorted(points, key=lambda one: (one["edge"]["id"], one["owner"] or "", one["low"])):
        place = (one["edge"]["id"], one["owner"] or "")
        if place in last and one["low"] - last[place][0] <= merge_m:
            first = last[place][1]
            first["key"], first["feature"] = min(first["key"], one["key"]), min(first["feature"], one["feature"])
        else:
            kept.append(dict(one))
        last[place] = (one["low"], kept[-1])
    return kept

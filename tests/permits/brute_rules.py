"""What permit rules name, and in whose municipality a place lies, in plain loops after `docs/methods/permits.md`.

Nothing is imported from the planner. Features and roads are dicts: id, kind, subtype, name, authority, tags, shape.
"""

import csv
import re

import numpy as np
import shapely

NUMBERS = ("within_m", "least_m", "merge_m", "least_count", "most_count")
CHAINED = ("rail", "water", "pipeline", "powerline")


def read_rules(path):
    """Rules of a permit_rules.csv that are on, as dicts with numbers."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row.get("enabled") or "true").lower() not in ("false", "0")]
    return [row | {name: float(row.get(name) or 0) for name in NUMBERS} for row in rows]


def words(text):
    return [part.strip().lower() for part in text.split("|") if part.strip()]


def names(rule, layer, thing):
    """Whether a rule names a feature, or a road, of a layer."""
    if layer not in words(rule["layer"]):
        return False
    known, asked = (thing["subtype"] or "").lower(), words(rule["subtypes"])
    if asked and known and known not in asked:
        return False
    return all(holds(part.strip(), layer, thing) for part in rule["conditions"].split(";") if part.strip())


def holds(part, layer, thing):
    key, operator, wanted = re.fullmatch(r"([\w.:]+?)\s*(!=|!~|>=|<=|=|~)\s*(.+)", part).groups()
    bound, dot, rest = key.partition(".")
    if dot:
        if bound != layer:
            return True
        key = rest
    value = str(thing[key] if key in thing else thing["tags"].get(key, "")).strip().lower()
    value, wanted = "" if value in ("none", "nan") else value, words(wanted)
    if not value:
        return operator in ("!=", "!~") or "?" in wanted
    if operator in (">=", "<="):
        largest = max((float(one) for one in re.findall(r"\d+(?:\.\d+)?", value)), default=float("nan"))
        return largest >= float(wanted[0]) if operator == ">=" else largest <= float(wanted[0])
    hit = value in wanted if operator.endswith("=") else any(one in value for one in wanted)
    return hit != operator.startswith("!")


def name_chains(features):
    """Give each feature its `called` and `owner`, handed along lines that join end to end."""
    for one in features:
        one["called"], one["owner"] = one["name"] or one["id"], one["authority"] or ""
    for kind in CHAINED:
        lines = [one for one in features if one["kind"] == kind and one["shape"].geom_type == "LineString"]
        for chain in chains(lines):
            unnamed = [one for one in chain if not one["name"]]
            told = {one["name"] for one in chain if one["name"]}
            owners = {one["authority"] for one in chain if one["authority"]}
            smallest = min((one["id"] for one in unnamed), default="")
            for one in chain:
                if not one["name"]:
                    one["called"] = next(iter(told)) if len(told) == 1 else smallest
                if not one["authority"] and len(owners) == 1:
                    one["owner"] = next(iter(owners))


def chains(lines):
    """Groups of lines that follow each other where exactly two ends of their kind lie at a place."""
    ends = {}
    for one in lines:
        for at in (0, -1):
            x, y = one["shape"].coords[at][:2]
            ends.setdefault((round(x, 3), round(y, 3)), []).append(one)
    group = {one["id"]: [one] for one in lines}
    for pair in ends.values():
        if len(pair) == 2 and group[pair[0]["id"]] is not group[pair[1]["id"]]:
            first, second = group[pair[0]["id"]], group[pair[1]["id"]]
            first += second
            for one in second:
                group[one["id"]] = first
    return list({id(chain): chain for chain in group.values()}.values())


class Realm:
    """Boundaries by level, grown by a meter, and the stretches of an edge that they hold."""

    def __init__(self, features):
        self.levels = {}
        for one in sorted(features, key=lambda one: one["id"]):
            if one["kind"] == "boundary" and one["shape"].geom_type in ("Polygon", "MultiPolygon"):
                found = re.search(r"\d+", one["subtype"] or "") or re.search(r"\d+", one["tags"].get("admin_level", ""))
                grown = one["shape"].buffer(1.0, quad_segs=2)
                level = int(found.group()) if found else 8
                self.levels.setdefault(level, []).append((one["id"], one["name"] or one["id"], grown))
        self._seen = {}

    def asked(self, levels):
        return [one for one in map(int, words(levels)) if one in self.levels] or (
            [] if levels else sorted(self.levels, reverse=True)
        )

    def within(self, edge, level):
        """Per boundary (id, name) its stretches of an edge, most meters first."""
        if (edge["id"], level) not in self._seen:
            found = []
            for number, name, area in self.levels[level]:
                if area.intersects(edge["line"]):
                    parts = stretches(edge["line"], area)
                    if parts:
                        found.append((-round(sum(high - low for low, high in parts)), number, name, parts))
            self._seen[edge["id"], level] = sorted(found, key=lambda one: one[:2])
        return self._seen[edge["id"], level]

    def primary(self, edge, levels):
        for level in self.asked(levels):
            if self.within(edge, level):
                return self.within(edge, level)[0][2]
        return "unknown"

    def around(self, edge):
        return ",".join(str(level) for level in sorted(self.levels) if self.within(edge, level))

    def divide(self, edge, levels):
        """Stretches of an edge by boundary: (name, from, to)."""
        for level in self.asked(levels):
            taken, shares = [], []
            for _, _, name, parts in self.within(edge, level):
                free = [gap for low, high in parts for gap in left_of(low, high, taken)]
                if not shares or sum(high - low for low, high in free) >= 25.0:
                    taken = sorted(taken + free)
                    shares += [(name, low, high) for low, high in free]
            if shares:
                return shares
        return [("unknown", 0.0, edge["line"].length)]

    def at(self, edge, levels, low, high):
        """Name of the boundary that holds a point or most of a stretch."""
        first = self.primary(edge, levels)
        for level in self.asked(levels):
            best = []
            for _, number, name, parts in self.within(edge, level):
                shared = max(round(min(high, top) - max(low, bottom), 2) for bottom, top in parts)
                if shared >= round(min(1.0, high - low), 2):
                    best.append((-shared, name != first, number, name))
            if best:
                return min(best)[3]
        return "unknown"


def left_of(low, high, taken):
    """What is left of a stretch outside others."""
    free = [(low, high)]
    for start, end in taken:
        free = [
            piece
            for bottom, top in free
            for piece in ((bottom, min(top, start)), (max(bottom, end), top))
            if piece[1] > piece[0]
        ]
    return free


def stretches(line, area):
    """Positions from, to along a line of each stretch inside an area; gaps of 10 mm close."""
    part = line.intersection(area)
    found = []
    for piece in getattr(part, "geoms", [part]):
        if piece.geom_type == "LineString" and piece.length > 0:
            middle = line.project(piece.interpolate(0.5, normalized=True))
            found.append((middle - piece.length / 2, middle + piece.length / 2))
    return united(found)


def united(parts):
    result = []
    for low, high in sorted(parts):
        if result and low <= result[-1][1] + 0.01:
            result[-1] = (result[-1][0], max(result[-1][1], high))
        else:
            result.append((low, high))
    return result


def near(bounds, shape, within=0.0):
    """Rows of `bounds` (west, south, east, north) whose box comes within a distance of a shape's."""
    west, south, east, north = shape.bounds
    return np.flatnonzero(
        (bounds[:, 0] <= east + within) & (bounds[:, 2] >= west - within)
        & (bounds[:, 1] <= north + within) & (bounds[:, 3] >= south - within)
    ).tolist()  # fmt: skip


def lines_of(shape):
    return [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "LineString"]


def is_area(shape):
    return isinstance(shape, shapely.Polygon | shapely.MultiPolygon)

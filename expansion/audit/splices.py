"""Walk the light of every unit from its ONT to the OLT by splices and strands alone, and check every splice."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.laid import Run, lay_out, site_nodes
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import engineering, split_stages
from expansion.audit.strands import color_of

FUSED = ("splice", "splitter in", "splitter out")
_OUTPUT = re.compile(r"splitter (\d+)/(\d+)")
_INPUT = re.compile(r"splitter (\d+)")
_ELSEWHERE = re.compile(r"(.+) ((?:odf|splitter) [\d/]+)")
_PORT = re.compile(r"port (\d+)")
End = tuple[str, object]  # a cable and its fiber, or a site and its port


@dataclass(frozen=True, slots=True)
class Join:
    """One row of the splices: where it is, its kind, and what it joins."""

    splice_id: str
    site: str
    kind: str
    before: End
    after: End

    @property
    def is_joint(self) -> bool:
        """Whether it joins two pieces of one cable."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class Walk:
    """Where light came from: office, ports there, and what it met on the way down."""

    office: str
    olt: str
    frame: str
    output: int
    fused: int


def check_splices(saved: SavedPlan) -> Check:
    """Check each join, the colors and trays, the joints of reels, and the way of every unit from ONT to OLT."""
    ledger = Ledger("splices")
    joins = read_joins(saved)
    ids = [join.splice_id for join in joins]
    ledger.that(len(set(ids)) == len(ids), "splice ids are not unique")
    for side, ends in (
        ("toward the core", [join.before for join in joins if not join.is_joint]),
        ("toward the customer", [join.after for join in joins if not join.is_joint]),
    ):
        twice = [f"{place} {what}" for (place, what), count in Counter(ends).items() if count > 1]
        ledger.nothing(twice, f"a fiber or port is joined twice {side}", len(ends))
    runs = lay_out(saved, Ledger("cables"))
    _check_kinds(ledger, joins)
    _check_colors(ledger, saved)
    _check_trays(ledger, saved)
    _check_strands(ledger, saved, joins)
    _check_joints(ledger, saved, joins, runs)
    _check_walks(ledger, saved, joins, runs)
    return ledger.close()


def read_joins(saved: SavedPlan) -> list[Join]:
    """Read the joins."""
    splices = saved.table("splices")
    columns = [texts(splices, name) for name in ("splice_id", "site_id", "kind")]
    ends = []
    for side in ("in", "out"):
        parts = zip(
            columns[1], texts(splices, f"{side}_cable"), numbers(splices, f"{side}_fiber"),
            texts(splices, f"{side}_port"), strict=True,
        )  # fmt: skip
        ends.append([(cable, int(fiber)) if cable else _port(site, port) for site, cable, fiber, port in parts])
    return [Join(*row) for row in zip(*columns, *ends, strict=True)]


def _port(site: str, text: str) -> End:
    """Read a port: of the site of its splice, unless another site stands before it."""
    found = _ELSEWHERE.fullmatch(text)
    return (found[1], found[2]) if found else (site, text)


def _check_kinds(ledger: Ledger, joins: list[Join]) -> None:
    """Check that the kind of a join says what it joins."""
    wrong = [join.splice_id for join in joins if join.kind != _kind(join)]
    ledger.nothing(wrong, "joins whose kind is not what they join", len(joins))


def _kind(join: Join) -> str:
    """Tell the kind from what is joined."""
    before, after = str(join.before[1]), str(join.after[1])
    into, out_of = _INPUT.fullmatch(after), _OUTPUT.fullmatch(before)
    if before.startswith("olt ") or (_PORT.fullmatch(before) and isinstance(join.after[1], int)):
        return "connector"
    if str(join.after[0]).endswith("-E") and isinstance(join.after[1], int):
        return "existing"
    if into:
        return "splitter in"
    return "splitter out" if out_of and isinstance(join.after[1], int) else "splice"


def _check_colors(ledger: Ledger, saved: SavedPlan) -> None:
    """Check the colors that a splicer reads."""
    splices = saved.table("splices")
    ids = texts(splices, "splice_id")
    for side in ("in", "out"):
        cells = [texts(splices, f"{side}_{name}") for name in ("cable", "tube_color", "fiber_color")]
        fibers = numbers(splices, f"{side}_fiber")
        wrong = [
            (tube, color) != (color_of(saved, cable, int(fiber)) if cable else ("", ""))
            for cable, tube, color, fiber in zip(*cells, fibers, strict=True)
        ]
        ledger.none(wrong, ids, f"{side}_tube_color or {side}_fiber_color is not that of the fiber")


def _check_trays(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that fusion splices of a site fill its trays one after the other, and that nothing else lies in them."""
    splices, size = saved.table("splices"), int(engineering(saved, "tray_splices"))
    columns = (texts(splices, "site_id"), texts(splices, "kind"), texts(splices, "splice_id"))
    places = (numbers(splices, "tray"), numbers(splices, "place"))
    lies: dict[str, list[tuple[int, float]]] = defaultdict(list)
    loose = []
    for site, kind, name, tray, place in zip(*columns, *places, strict=True):
        if kind in FUSED:
            lies[site].append((int(name.rpartition("/")[2]), (tray - 1) * size + place))
            loose += [name] * bool(not 1 <= place <= size)
        else:
            loose += [name] * bool(tray == tray or place == place)
    ledger.nothing(loose, "splices outside their tray, or plugs in one", len(splices))
    gaps = [s for s, mine in lies.items() if [at for _, at in sorted(mine)] != list(range(1, len(mine) + 1))]
    ledger.nothing(gaps, "trays are not filled in order", len(lies))


def _check_strands(ledger: Ledger, saved: SavedPlan, joins: list[Join]) -> None:
    """Check that each strand in use begins and ends at the joins that name it, and nothing else is joined."""
    strands = saved.table("strands")
    begins = {join.after: join for join in joins if not join.is_joint}
    ends = {join.before: join for join in joins if not join.is_joint}
    use, carries = texts(strands, "use"), texts(strands, "carries")
    columns = [texts(strands, name) for name in ("cable_id", "from_site", "from_port", "to_site", "to_port")]
    carried = dict(
        zip(texts(saved.table("splices"), "splice_id"), texts(saved.table("splices"), "carries"), strict=True)
    )
    lit, wrong = set(), []
    rows = zip(*columns, integers(strands, "fiber"), use, carries, strict=True)
    for cable, start, start_port, end, end_port, fiber, kind, load in rows:
        here: End = (cable, int(fiber))
        if kind != "in use":
            continue
        lit.add(here)
        first, last = begins.get(here), ends.get(here)
        good = first is not None and (first.site, _word(first.before), carried[first.splice_id]) == (
            start, start_port, load)  # fmt: skip
        if end_port.startswith("ont "):
            good = good and last is None
        else:
            good = good and last is not None and (last.site, _word(last.after)) == (end, end_port)
        wrong += [f"{cable}:{fiber}"] * bool(not good)
    ledger.nothing(wrong, "strands in use that do not begin or end where they are joined", len(use))
    fibers = {
        end for join in joins if not join.is_joint for end in (join.before, join.after) if isinstance(end[1], int)
    }
    ledger.nothing(sorted(f"{a}:{b}" for a, b in fibers - lit), "fibers that are joined and not in use", len(fibers))


def _word(end: End) -> str:
    """Name an end as strands do."""
    return f"{end[0]}:{end[1]}" if isinstance(end[1], int) else str(end[1])


def _check_joints(ledger: Ledger, saved: SavedPlan, joins: list[Join], runs: dict[str, Run]) -> None:
    """Check that at each joint of reels all fibers are spliced through but those that leave right there."""
    cables, reels, nodes = saved.table("cables"), saved.table("reels"), site_nodes(saved)
    size = dict(zip(texts(cables, "cable_id"), integers(cables, "fibers"), strict=True))
    spliced: dict[tuple[str, str], list[int]] = defaultdict(list)
    leaves: dict[str, dict[int, int]] = defaultdict(dict)
    for join in joins:
        cable, fiber = join.before
        if join.is_joint:
            spliced[str(cable), join.site].append(int(str(fiber)))
        elif isinstance(fiber, int) and join.site in nodes:
            leaves[str(cable)][fiber] = nodes[join.site]
    wrong, ends = [], defaultdict(list)
    columns = (texts(reels, "cable_id"), integers(reels, "sheath"), integers(reels, "piece"), texts(reels, "to_site"))
    for cable, sheath, piece, site in zip(*columns, strict=True):
        if sheath == 1:
            ends[cable].append((int(piece), site))
    expected: set[tuple[str, str]] = set()
    for cable, mine in ends.items():
        for _, site in sorted(mine)[:-1]:
            expected.add((cable, site))
            there = nodes.get(site, -1)
            stay = [f for f in range(1, int(size.get(cable, 0)) + 1) if there < 0 or leaves[cable].get(f) != there]
            wrong += [f"{cable} at {site}"] * bool(sorted(spliced[cable, site]) != stay)
    ledger.nothing(wrong, "joints of reels at which fibers are not spliced, or twice", len(ends))
    loose = sorted(f"{cable} at {site}" for cable, site in set(spliced) - expected if spliced[cable, site])
    ledger.nothing(loose, "splices where no reels join", len(spliced))
    astray = [j.splice_id for j in joins for cable, what in (j.before, j.after) if isinstance(what, int)
              and cable in runs and j.site in nodes and nodes[j.site] not in runs[str(cable)].nodes]  # fmt: skip
    ledger.nothing(astray, "splices at a site where their cable does not pass", len(joins))


def _check_walks(ledger: Ledger, saved: SavedPlan, joins: list[Join], runs: dict[str, Run]) -> None:
    """Walk from every ONT to its OLT port and compare what is met with the light path."""
    walker = Walker(saved, {join.after: join for join in joins if not join.is_joint}, runs)
    paths = saved.table("paths")
    names = ("location_id", "terminal_id", "hub_id", "office_id")
    ports = ("terminal_port", "splitter_output", "olt_port", "odf_port", "splices", "units")
    told = zip(*(texts(paths, n) for n in names), *(integers(paths, n) for n in ports), strict=True)
    dark, other, long = [], [], []
    second = split_stages(saved)[1] if len(split_stages(saved)) > 1 else 1
    for location, terminal, hub, office, port, output, olt, odf, splices, units in told:
        for unit in range(1, int(units) + 1):
            at = int(port) + unit - 1
            walk = walker.walk(location, unit, terminal, at, hub)
            if walk is None:
                dark.append(f"unit {unit} of {location}")
                continue
            fiber = int(output) + (at - 1) // second - (int(port) - 1) // second
            if unit == 1:
                other += [location] * bool((walk.office, walk.olt, walk.frame) != (office, f"olt {olt}", f"odf {odf}"))
                long += [location] * bool(walk.fused != int(splices))
            other += [location] * bool(walk.output != fiber)
    ledger.nothing(dark, "units whose light does not reach an OLT by splices and strands", len(paths))
    ledger.nothing(sorted(set(other)), "light paths that the splices lead elsewhere", len(paths))
    ledger.nothing(long, "light paths with other splices than lie on the way", len(paths))


class Walker:
    """Follows light from a drop toward the core."""

    def __init__(self, saved: SavedPlan, begins: dict[End, Join], runs: dict[str, Run]) -> None:
        self.begins, self.runs, self.nodes = begins, runs, site_nodes(saved)
        self.stages = split_stages(saved)
        self.known: dict[End, tuple[Join, int] | None] = {}

    def walk(self, location: str, unit: int, terminal: str, port: int, hub: str) -> Walk | None:
        """Walk from a unit's drop to its OLT port; None where it breaks off."""
        plug = self.begins.get((f"X-{location}", unit))
        if plug is None or plug.before != (terminal, f"port {port}"):
            return None
        second = (port - 1) // self.stages[1] + 1 if len(self.stages) > 1 else 0
        fed = self.up((terminal, f"splitter {second}" if second else f"port {port}"))
        found = _OUTPUT.fullmatch(str(fed[0].before[1])) if fed else None
        if fed is None or found is None or fed[0].before[0] != hub:
            return None
        splitter, output = int(found[1]), int(found[2])
        trunk = self.up((hub, f"splitter {splitter}"))
        patch = self.begins.get(trunk[0].before) if trunk else None
        if trunk is None or patch is None or patch.kind != "connector" or not 1 <= output <= self.stages[0]:
            return None
        number = (splitter - 1) * self.stages[0] + output
        frame = str(trunk[0].before[1])
        return Walk(patch.site, str(patch.before[1]), frame, number, fed[1] + trunk[1])

    def up(self, end: End) -> tuple[Join, int] | None:
        """Follow light from a port through cables to the port that it comes from; with the splices on the way."""
        if end not in self.known:
            self.known[end] = self._up(end)
        return self.known[end]

    def _up(self, end: End) -> tuple[Join, int] | None:
        join, count = self.begins.get(end), 0
        for _ in range(len(self.begins)):
            if join is None:
                return None
            count += 1
            if not isinstance(join.before[1], int):
                return join, count
            count += self._joints(join)
            join = self.begins.get(join.before)
        return None

    def _joints(self, join: Join) -> int:
        """Joints of reels in a cable before light leaves it for a join."""
        run = self.runs.get(str(join.before[0]))
        if run is None or self.nodes.get(join.site) not in run.nodes:
            return 0
        return run.joints_before(run.nodes.index(self.nodes[join.site]))

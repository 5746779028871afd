"""What scripts/soak runs: the parts of each soak, and the few figures that are kept of what a part prints."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.peers.promises import summarize

STUDIES = ("liechtenstein", "three-rivers")
Figures = dict[str, Any]
Row = dict[str, str]


@dataclass(frozen=True)
class Part:
    """One command of a soak, of at most ten minutes on a quiet machine.

    Attributes
    ----------
    name
        Of the part within its soak.
    words
        Arguments after ``python``; what the command prints is read as JSON, else as CSV, else its last line is taken.
    digest
        Makes the figures that are kept from what was printed.
    shown
        The command as docs/measured.md shows it, where `words` holds paths of this machine; "" shows `words`.
    """

    name: str
    words: tuple[str, ...]
    digest: Callable[[Any], Figures]
    shown: str = ""

    @property
    def command(self) -> str:
        """The command as a reader types it."""
        return self.shown or " ".join(("python", *self.words))


@dataclass(frozen=True)
class Soak:
    """A named set of parts and what it shows; `needs_instances` tells that published instances are read."""

    about: str
    parts: Callable[[Path], list[Part]]
    needs_instances: bool = False


def _demos(_: Path) -> list[Part]:
    return [Part(name, ("-m", "benchmarks.demos", name), _demo_figures) for name in STUDIES]


def _demo_figures(printed: Figures) -> Figures:
    kept = ("seconds", "peak_rss_mb", "route_gap", "certified_gap", "civil_gap", "unreachable_share")
    lists = {"checks": sum(printed["checks"].values()), "broken": ", ".join(printed["broken"]) or "none"}
    return {key: printed[key] for key in kept if key in printed} | lists


def _project_files(_: Path) -> list[Part]:
    return [Part(name, ("-m", "benchmarks.msproject", name), _project_file_figures) for name in STUDIES]


def _project_file_figures(printed: Figures) -> Figures:
    counts = {key: len(printed[key]) for key in ("unlike_plan", "differing", "floats_differing", "points_differing")}
    return {key: printed[key] for key in ("tasks", "links", "ignored_errors")} | counts


def _figures(_: Path) -> list[Part]:
    return [Part(name, ("-m", "benchmarks.figures", name), _shared_figures) for name in STUDIES]


def _shared_figures(printed: Figures) -> Figures:
    shared = printed["shared"]
    return {"places": printed["places"], "differing": len(printed["differing"]), "least_shared": min(shared.values())}


def _determinism(_: Path) -> list[Part]:
    return [Part(name, ("-m", "benchmarks.determinism", f"data/{name}"), _equality_figures) for name in STUDIES]


def _equality_figures(printed: Figures) -> Figures:
    return {"plans": printed["plans"], "differing": len(printed["differing"]), "seconds": printed["seconds"]}


def _anywhere(_: Path) -> list[Part]:
    words = ("-m", "benchmarks.any_extract", "--cases", "10", "--first")
    return [Part(f"cases-{first:03}", (*words, str(first)), _case_figures) for first in range(0, 200, 10)]


def _random(_: Path) -> list[Part]:
    words = ("-m", "benchmarks.random_studies", "--cases", "5", "--first")
    return [Part(f"cases-{first:02}", (*words, str(first)), _case_figures) for first in range(0, 50, 5)]


def _bad_inputs(_: Path) -> list[Part]:
    return [Part("all", ("-m", "benchmarks.bad_inputs"), _case_figures)]


def _case_figures(printed: Sequence[Row]) -> Figures:
    """Count cases, those that went wrong, and the slowest."""
    wrong = [row["case"] for row in printed if row["ok"].lower() not in ("true", "yes", "1", "ok")]
    slowest = max((float(row["seconds"]) for row in printed), default=0.0)
    return {"cases": len(printed), "wrong": ", ".join(wrong) or "none", "slowest_seconds": slowest}


def _draws(_: Path) -> list[Part]:
    words = ("-m", "benchmarks.draws", "--seed")
    return [Part(f"seed-{seed}", (*words, str(seed)), dict) for seed in range(1, 6)]


def _dates(_: Path) -> list[Part]:
    return [Part(name, ("-m", "benchmarks.dates", name), dict) for name in STUDIES]


def _county(_: Path) -> list[Part]:
    words = ("-m", "benchmarks.county", "--locations")
    return [Part(count, (*words, count), _county_figures) for count in ("3000", "10000", "30000")]


def _county_figures(printed: Figures) -> Figures:
    kept = ("locations", "road_nodes", "areas", "total", "peak_rss_mb", "route_gap", "findings_of_severity_error")
    return {key: printed[key] for key in kept}


def _steiner(instances: Path) -> list[Part]:
    """Street-level and GIS instances with a first tree, in 10 seconds; the small ones in 60; prize-collecting in 5."""
    streets, prized = instances / "steiner", instances / "prize_collecting"
    sizes = {row["file"]: int(row.get("n") or 0) for row in _index(streets)}
    small = sorted(name for name, size in sizes.items() if size <= 5_600)
    of = {letter: sorted(name for name in sizes if name.startswith(letter)) for letter in "IG"}
    groups = [
        *((f"first-tree-{letter}", streets, f"{letter}*.stp", of[letter], "0") for letter in "IG"),
        *((f"ten-seconds-{letter}", streets, f"{letter}*.stp", of[letter], "10") for letter in "IG"),
        *((f"small-{k + 1}", streets, " ".join(small[k::2]), small[k::2], "60") for k in range(2)),
        ("prizes", prized, "*.stp", sorted(row["file"] for row in _index(prized)), "5"),
    ]
    return [_instances_part(*group) for group in groups if group[3]]


def _instances_part(name: str, folder: Path, shown: str, files: list[str], seconds: str) -> Part:
    paths = tuple(str((folder / file).resolve()) for file in files)
    optima = {Path(row["file"]).stem: float(row["optimum"]) for row in _index(folder)}
    words = ("-m", "benchmarks.steiner", *paths, "--seconds", seconds)
    command = f"(in {folder.name}) python -m benchmarks.steiner {shown} --seconds {seconds}"
    return Part(name, words, lambda printed: _tree_figures(printed, optima), command)


def _index(folder: Path) -> list[Row]:
    """Read the INDEX.csv of a folder of instances: file and optimum, perhaps n; nothing where there is none."""
    path = folder / "INDEX.csv"
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _tree_figures(printed: Sequence[Row], optima: dict[str, float]) -> Figures:
    """Median and worst gap to the published optimum, proven and certified gap, in percent; how many are proven."""
    solved = [row for row in printed if row["cost"]]
    columns = {
        "gap_percent": [float(row["cost"]) / optima[row["instance"]] - 1 for row in solved],
        "proven_gap_percent": [float(row["gap"]) for row in solved],
        "certified_gap_percent": [
            1 - float(row["certified_lower_bound"]) / float(row["cost"])
            for row in solved
            if row["certified_lower_bound"]
        ],
    }
    figures: Figures = {"instances": len(printed), "failed": len(printed) - len(solved)}
    for name, values in columns.items():
        if values:
            figures[name] = f"{100 * median(values):.4f}, worst {100 * max(values):.4f}"
    open_ones = [row["instance"] for row in solved if float(row["gap"]) > 1e-6]
    slowest = max((float(row["seconds"]) for row in solved), default=0.0)
    proven = {"proven_optimal": len(solved) - len(open_ones), "not_proven": " ".join(open_ones) or "none"}
    return figures | proven | {"slowest_seconds": slowest}


def _peers(instances: Path) -> list[Part]:
    """Trees on made-up graphs and, where there are any, on published ones; all jobs on the demos."""
    words = ("-m", "benchmarks.peers", "--jobs", "trees", "--demos", "--sizes")
    parts = [
        Part("demos", ("-m", "benchmarks.peers", "--sizes"), summarize),
        Part("made-up", (*words, "2000", "8000", "16000"), summarize),
    ]
    for letter in "IG":
        paths = sorted((instances / "steiner").glob(f"{letter}*.stp"))
        shown = " ".join(("(in steiner) python", *words, "--steiner", f"{letter}*.stp"))
        found = tuple(str(path.resolve()) for path in paths)
        parts += [Part(f"published-{letter}", (*words, "--steiner", *found), summarize, shown)] if paths else []
    return parts


def _warm(_: Path) -> list[Part]:
    return [Part("all", ("-m", "benchmarks.warm"), dict)]


def _permits(_: Path) -> list[Part]:
    size = ("--spans", "10000", "--features", "100000")
    timed = [
        Part(f"mesh-{mesh}", ("-m", "benchmarks.permits", *size, "--mesh", mesh), _permit_figures)
        for mesh in ("1600", "200")
    ]
    return [
        *timed,
        *(Part(f"brute-{name}", ("-m", "benchmarks.brute_permits", name), _brute_figures) for name in STUDIES),
    ]


def _permit_figures(printed: Figures) -> Figures:
    kept = {key: printed[key] for key in ("spans", "features", "meetings", "permits")}
    return kept | {"cpu_seconds": printed["cpu_seconds"]["total"]}


def _brute_figures(printed: Sequence[Row]) -> Figures:
    """Permits of all parts, and those on which brute force and register disagree."""
    return {name: sum(int(row[name]) for row in printed) for name in ("permits", "disagreements")}


def _critical_paths(_: Path) -> list[Part]:
    return [Part("drawn", ("-m", "benchmarks.critical_paths", "--networks", "200"), _path_figures)]


def _path_figures(printed: Figures) -> Figures:
    return {name: printed[name] for name in ("networks", "tasks", "different")}


def _leveling(instances: Path) -> list[Part]:
    """Level published instances, 30 s each, and a made-up program of 20 areas twice."""
    program = ("-m", "benchmarks.leveling", "--realistic", "20")
    parts = [Part(f"program-{turn}", program, _program_figures) for turn in ("first", "again")]
    index = instances / "leveling" / "INDEX.csv"
    known: dict[str, int] = {}
    if index.is_file():
        with index.open(encoding="utf-8", newline="") as lines:
            known = {row["file"]: int(row["best_known_makespan"]) for row in csv.DictReader(lines)}
    for size in ("J30", "J60", "J120"):
        paths = sorted((instances / "leveling").glob(f"{size}_*.txt"))
        words = ("-m", "benchmarks.leveling", "--seconds", "30")
        shown = " ".join(("(in leveling) python", *words, f"{size}_*.txt"))
        found = tuple(str(path.resolve()) for path in paths)
        if paths:
            parts.append(Part(size, (*words, *found), lambda printed: _makespan_figures(printed, known), shown))
    return parts


def _program_figures(printed: Sequence[Row]) -> Figures:
    kept = ("activities", "makespan", "lower_bound", "objective", "below", "gap", "seconds", "cpu_seconds")
    return {name: printed[0][name] for name in kept}


def _makespan_figures(printed: Sequence[Row], known: dict[str, int]) -> Figures:
    """How many equal the best known, how many are proven, and the mean gap to the best known, percent."""
    gaps = [int(row["makespan"]) / known[row["instance"]] - 1 for row in printed]
    return {
        "instances": len(printed),
        "best_known": sum(gap <= 0 for gap in gaps),
        "proven": sum(row["status"] == "optimal" for row in printed),
        "mean_gap_percent": round(100 * sum(gaps) / len(gaps), 3),
    }


def _portfolio(_: Path) -> list[Part]:
    words = ("-m", "benchmarks.portfolio", "--areas", "500", "--years", "8")
    return [
        Part("everything", (*words, "--points", "0"), _portfolio_figures),
        Part("budgets-alone", (*words, "--points", "0", "--plain"), _portfolio_figures),
        Part("frontier", words, _portfolio_figures),
    ]


def _portfolio_figures(printed: Figures) -> Figures:
    kept = ("value", "bound", "gap", "seconds", "ranking_value", "keeps_all_limits", "frontier_seconds")
    return {key: printed[key] for key in (*kept, "frontier_monotone", "frontier_over_ranking", "frontier_worst_gap")}


def _tests(_: Path) -> list[Part]:
    words = ("-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "--hypothesis-seed")
    return [Part(f"seed-{seed}", (*words, str(seed)), lambda printed: {"result": printed}) for seed in range(3)]


SOAKS = {
    "demos": Soak("both embedded studies within their promises, verified", _demos),
    "project-files": Soak(
        "both demos as Microsoft Project XML: dates by MPXJ, floats and fourteen points by longpath", _project_files
    ),
    "figures": Soak("every figure that stands in two places, over eleven exports of both demos", _figures),
    "critical-paths": Soak("dates and floats of 200 drawn networks equal those of longpath", _critical_paths),
    "leveling": Soak("published scheduling instances, and a made-up program of 20 areas twice", _leveling, True),
    "portfolio": Soak("500 made-up areas on a shared feeder over 8 years, and their frontier", _portfolio),
    "determinism": Soak("both studies planned in eight ways, equal to the byte", _determinism),
    "anywhere": Soak("200 cut-outs of both extracts through init, plan and verify", _anywhere),
    "random": Soak("50 made-up studies under made-up rules: no rule broken unsaid, none that could be kept", _random),
    "bad-inputs": Soak("every bad input gets its code", _bad_inputs),
    "dates": Soak("P80 of finish and cost, and the pair that holds together, cover fresh draws as their own", _dates),
    "draws": Soak("P80 covers what it says, on draws of another seed and on projects by another law", _draws),
    "county": Soak("made-up counties of 3,000 to 30,000 locations", _county),
    "steiner": Soak("published instances against their optima", _steiner, needs_instances=True),
    "peers": Soak("the same jobs by other tools and by this project", _peers),
    "permits": Soak("10,000 spans against 100,000 features, and both demos against brute force", _permits),
    "warm": Soak("two processes that compile at once, and one that finds it done", _warm),
    "tests": Soak("the test suite under three random seeds", _tests),
}

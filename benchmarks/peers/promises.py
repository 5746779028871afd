"""What rows of `benchmarks.peers` say about the project's promises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

Row = Mapping[str, str]

OURS, FIRST, NETWORKX, NAIVE = "expansion", "expansion first tree", "networkx mehlhorn", "naive design"
MEHLHORN = "mehlhorn with tree split"


def summarize(rows: Iterable[Row]) -> dict[str, object]:
    """Return, per promise, the worst case: how long the first tree takes and how near it is, and what designs save.

    ``first_tree_seconds`` is this project's CPU time over networkx's (promised: at most 3), ``first_tree_gap`` its gap
    over networkx's (at most 0.05, where the gap is to a published optimum), ``below_naive`` and ``below_mehlhorn`` how
    much lower its total is (promised: 0.10 and 0.02).
    """
    by_case: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    other: list[str] = []
    for row in rows:
        if row["status"] == "ok":
            by_case[row["job"], row["case"]][row["doer"]] = row
        else:
            other.append(f"{row['doer']} {row['status']} on {row['case']}")
    figures: dict[str, object] = {"cases": len(by_case)}
    trees = {case: tools for (job, case), tools in by_case.items() if job == "trees" and FIRST in tools}
    designs = {case: tools for (job, case), tools in by_case.items() if job == "designs" and OURS in tools}
    pairs = {case: tools for case, tools in trees.items() if NETWORKX in tools}
    figures |= _worst("first_tree_seconds", {c: 1 / float(t[NETWORKX]["seconds_ratio"]) for c, t in pairs.items()})
    figures |= _worst("first_tree_gap", {c: _share(t) for c, t in pairs.items() if float(t[NETWORKX]["gap"]) > 0})
    for name, doer in (("below_naive", NAIVE), ("below_mehlhorn", MEHLHORN)):
        saved = {c: 1 - 1 / float(t[doer]["value_ratio"]) for c, t in designs.items() if doer in t}
        figures |= {f"{name}_{case}": round(share, 4) for case, share in saved.items()}
    return figures | ({"without_figures": "; ".join(other)} if other else {})


def _share(tools: Mapping[str, Row]) -> float:
    return float(tools[FIRST]["gap"]) / float(tools[NETWORKX]["gap"])


def _worst(name: str, values: Mapping[str, float]) -> dict[str, object]:
    if not values:
        return {}
    case = max(values, key=lambda key: (values[key], key))
    middle = sorted(values.values())[len(values) // 2]
    return {name: f"median {middle:.4f}, worst {values[case]:.4f} ({case})"}

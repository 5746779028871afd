"""Say what each edge is built in: the road's tagged surface, the ground of a layer, the verge of its class."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.plan.graph import FloatArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.rulebook import Rulebook, SurfaceRule

Names = NDArray[np.object_]


def ground_words(inputs: Inputs, graph: RoadGraph) -> Names:
    """Name the ground that a layer or the extract shows under each edge.

    Parameters
    ----------
    inputs
        Features of kind ``ground``; their subtype is a word of the rule book's surfaces, others are not used.
    graph
        Edges in the study CRS.

    Returns
    -------
    NDArray
        Per edge the word whose areas hold at least ``hard_ground_share`` of its length, of several the one that holds
        most; "" where none does.
    """
    table, book = inputs.features, inputs.rulebook
    found, most = np.full(len(graph.u), "", dtype=object), np.zeros(len(graph.u))
    is_ground = (table["kind"] == "ground").to_numpy(dtype=bool)
    words = table["subtype"].fillna("").astype(str).str.strip().str.lower().to_numpy(dtype=object)
    lines = np.asarray(graph.edges.geometry.to_numpy(), dtype=object)
    for word in sorted(set(words[is_ground])):
        if book.surface(word) is None:
            continue
        share = _share_inside(lines, np.asarray(table.geometry.to_numpy()[is_ground & (words == word)], dtype=object))
        better = (share >= book.engineering_value("hard_ground_share")) & (share > most)
        found[better], most[better] = word, share[better]
    return found


def _share_inside(lines: Names, shapes: Names) -> FloatArray:
    """Share of each line's length inside areas, whatever they overlap."""
    inside = np.zeros(len(lines))
    edge, shape = shapely.STRtree(shapes).query(lines, predicate="intersects")
    order = np.lexsort((shape, edge))
    edge, shape = edge[order], shape[order]
    starts = np.nonzero(np.r_[True, edge[1:] != edge[:-1]])[0] if len(edge) else np.zeros(0, dtype=np.int64)
    for first, last in zip(starts.tolist(), [*starts[1:].tolist(), len(edge)], strict=True):
        ground = shapely.union_all(shapes[shape[first:last]])
        inside[edge[first]] = shapely.length(shapely.intersection(lines[edge[first]], ground))
    length = shapely.length(lines)
    share: FloatArray = np.divide(inside, length, out=np.zeros(len(lines)), where=length > 0)
    return np.round(share, 6)


def surface_words(graph: RoadGraph, book: Rulebook, ground: Names) -> Names:
    """Word of the rule book's surfaces per edge: the ground, else the surface tagged, else paved, unpaved, unknown."""
    edges = graph.edges
    tag, plain = (edges[name].fillna("").to_numpy(dtype=object) for name in ("surface_tag", "surface"))
    known = {word for word in set(tag) if book.surface(str(word)) is not None}
    word = np.where(np.isin(tag, sorted(known)), tag, np.where(plain == "", "unknown", plain))
    word = np.where((edges["kind"] == "lateral").to_numpy(), "soft", word)
    named: Names = np.where(ground != "", ground, word).astype(object)
    return named


def rules_of(book: Rulebook, words: Names) -> dict[str, SurfaceRule]:
    """Rule per word; a word without a row is built as ``unknown``."""
    return {word: book.surface(word) or _unknown(book) for word in sorted(set(words.tolist()))}


def _unknown(book: Rulebook) -> SurfaceRule:
    rule = book.surface("unknown")
    return rule or SurfaceRule(
        surface="unknown", in_street="trench_paved", beside="plow", bore="bore", source="no row", status="GENERAL"
    )


def is_built_up(graph: RoadGraph, book: Rulebook) -> NDArray[np.bool_]:
    """Tell which edges lie in streets whose verge is built over."""
    highway = graph.edges["highway"].to_numpy(dtype=object)
    built = {name for name in sorted(set(highway)) if book.road_class(str(name)).verge == "built"}
    road = (graph.edges["kind"] != "lateral").to_numpy()
    result: NDArray[np.bool_] = np.isin(highway, sorted(built)) & road
    return result

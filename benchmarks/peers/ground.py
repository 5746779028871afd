"""An embedded study up to its priced road graph: the common ground of the jobs on demos."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium

from benchmarks.peers.cases import TreeCase
from expansion.demand import assume_plant, delineate_areas, find_eligible
from expansion.network import build_graph, price_edges
from expansion.network.supply import find_roots
from expansion.permits import find_triggers
from expansion.plan.graph import EdgePrices, RoadGraph, Triggers
from expansion.plan.inputs import Inputs
from expansion.plan.plan import Areas, Eligibility
from expansion.runs import find_embedded, load_inputs, read_study
from expansion.sources.osm_roads import USABLE
from expansion.study import Study


@dataclass(frozen=True, slots=True)
class StudyGround:
    """What the first stages of the pipeline give."""

    study: Study
    inputs: Inputs
    eligibility: Eligibility
    graph: RoadGraph
    triggers: Triggers
    prices: EdgePrices
    areas: Areas

    def save(self, path: Path) -> Path:
        """Write it for the processes of the tools; only this benchmark reads it."""
        path.write_bytes(pickle.dumps(self))
        return path

    @classmethod
    def load(cls, path: Path) -> StudyGround:
        """Read what `save` wrote."""
        ground: StudyGround = pickle.loads(path.read_bytes())
        return ground


def survey(name: str) -> StudyGround:
    """Run the stages of an embedded study up to its areas."""
    return survey_at(find_embedded(name))


def survey_at(path: Path, area_units: int = 0) -> StudyGround:
    """Run the stages of a study up to its areas, which hold `area_units` units at most if that is above 0."""
    study, folder = read_study(path)
    if area_units:
        study = study.model_copy(update={"areas": study.areas.model_copy(update={"max_locations": area_units})})
    inputs = load_inputs(study, folder)
    eligibility = find_eligible(study, inputs)
    inputs = assume_plant(study, inputs, eligibility)
    graph = build_graph(study, inputs, eligibility)
    triggers = find_triggers(study, inputs, graph)
    prices = price_edges(inputs, graph, triggers)
    areas = delineate_areas(study, inputs, eligibility, graph)
    return StudyGround(study, inputs, eligibility, graph, triggers, prices, areas)


def tree_case(ground: StudyGround) -> TreeCase:
    """Join all locations that a road reaches to the operator's network, whose nodes count as one."""
    graph = ground.graph
    roots = find_roots(ground.inputs, graph, ground.prices).nodes
    merged = np.arange(graph.node_count, dtype=np.int64)
    merged[roots] = roots.min()
    wanted = graph.location_node[graph.location_node >= 0]
    terminals = np.unique(np.r_[roots.min(), merged[wanted]])
    cost = ground.prices.build_cost.astype(np.int64)
    none = np.zeros(0, dtype=np.int64)
    return TreeCase(graph.node_count, merged[graph.u], merged[graph.v], cost, terminals, none, 0)


def write_roads(name: str, path: Path) -> Path:
    """Write the roads of an embedded study's extract, and their nodes, as OSM XML: what every reader can read."""
    study, folder = read_study(find_embedded(name))
    source = str(folder / study.inputs.osm.file)
    ways = [
        (way.id, [node.ref for node in way.nodes], dict(way.tags))
        for way in osmium.FileProcessor(source, osmium.osm.WAY)
        if way.tags.get("highway") in USABLE
    ]
    needed = {ref for _, refs, _ in ways for ref in refs}
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for node in osmium.FileProcessor(source, osmium.osm.NODE):
            if node.id in needed:
                writer.add_node(osmium.osm.mutable.Node(id=node.id, version=1, location=node.location))
        for number, refs, tags in ways:
            writer.add_way(osmium.osm.mutable.Way(id=number, version=1, nodes=refs, tags=tags))
    return path

"""A place comes as OSM XML that reads like any extract; without a network the error names the other way."""

import sys

import networkx as nx
import pytest

from expansion.errors import SourceError
from expansion.sources import download_place
from expansion.sources.place import _chains, _road_ways


def test_without_osmnx_the_error_names_the_extract(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "osmnx", None)
    with pytest.raises(SourceError, match="use --osm FILE") as caught:
        download_place("Nowhere", tmp_path / "place.osm")
    assert caught.value.code == "E_PLACE"


def test_steps_are_walked_once_from_an_end():
    """1 - 2 - 3 - 4, and a closed way 5 - 6 - 7."""
    assert _chains({1: {2}, 2: {1, 3}, 3: {2, 4}, 4: {3}}) == [[1, 2, 3, 4]]
    assert _chains({5: {6, 7}, 6: {5, 7}, 7: {5, 6}}) == [[5, 6, 7, 5]]


def test_ways_keep_their_ids_and_parts_get_new_ones():
    graph = nx.MultiDiGraph()
    graph.add_edges_from([(1, 2), (2, 1), (2, 3), (8, 9)], osmid=7, highway="service")
    assert [(number, refs) for number, refs, _ in _road_ways(graph)] == [(7, [1, 2, 3]), (8, [8, 9])]

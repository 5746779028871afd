"""Early points, late points and floats equal those of longpath, and a difference would be seen."""

from dataclasses import replace

import numpy as np

from benchmarks import critical_paths
from benchmarks.critical_paths import differences, drawn_networks


def test_drawn_networks_with_all_kinds_of_links_lags_and_calendars_agree():
    networks = list(drawn_networks(8, 7))
    kinds = np.unique(np.concatenate([graph.kind for graph in networks]))
    assert kinds.tolist() == [0, 1, 2, 3]
    assert [differences(graph) for graph in networks] == [[]] * 8


def test_a_lag_that_only_one_of_both_knows_is_seen(monkeypatch):
    graph = next(drawn_networks(1, 3))
    written = critical_paths._written
    short = replace(graph, lag=np.zeros_like(graph.lag))
    monkeypatch.setattr(critical_paths, "_written", lambda _, end: written(short, end))
    assert differences(graph)

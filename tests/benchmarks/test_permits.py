"""The benchmark of permits runs, small."""

import json

from benchmarks import permits


def test_a_small_county_is_timed_and_every_edge_asks_for_something(capsys):
    assert permits.main(["--spans", "60", "--features", "400", "--mesh", "400", "--profile", "generic"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["spans"], printed["features"]) == (60, 400)
    assert printed["permits"] > 10
    assert printed["meetings"] > printed["spans"]

"""Cables measured out: slack where they are opened, joints where reels end, pieces packed on reels."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.errors import StudyError
from expansion.network.cables import Slack
from expansion.network.ground import Ground
from expansion.network.joints import fewest_reels, pack, reel_tables
from expansion.network.layout import lay_out
from expansion.network.light import lay_bundle
from tests.villages import BOOK, SIZES, prices, road_graph, supply


def slack(reel_m=1000.0, end_m=10.0, through_m=5.0):
    return Slack(0.0, 0.0, end_m, through_m, 5.0, reel_m)


#   start ──300── terminal ──200── end        10 m at both ends, 5 m where the terminal opens the cable
def test_light_that_leaves_on_the_way_runs_the_coil_there_and_light_at_the_end_the_whole_cable():
    made = lay_out([300.0, 200.0], [True, True, True], slack())
    assert made.at_mm == (0, 315_000, 525_000)
    assert (made.pieces_mm, made.joints) == ((525_000,), ())


def test_a_closed_node_takes_no_slack():
    assert lay_out([300.0, 200.0], [True, False, True], slack()).length_mm == 520_000


#   700 m, then 900 m on reels of 1000 m: two pieces, joined at the node where the cable is opened
def test_pieces_join_where_the_cable_is_opened():
    made = lay_out([700.0, 900.0], [True, True, True], slack())
    assert [joint.place for joint in made.joints] == [1]
    assert made.pieces_mm == (700_000 + 5_000 + 20_000, 900_000 + 20_000)
    assert made.at_mm == (0, 715_000, sum(made.pieces_mm))
    assert made.passed == (0, 0, 1)  # light that leaves at the joint's place does not pass it


def test_pieces_join_at_a_node_where_none_is_open_and_else_where_the_reel_ends():
    assert [joint.place for joint in lay_out([700.0, 900.0], [True, False, True], slack()).joints] == [1]
    (joint,) = lay_out([1600.0], [True, True], slack()).joints
    assert (joint.place, joint.step, joint.share) == (-1, 0, pytest.approx(980 / 1600))


def test_an_open_node_too_near_for_the_fewest_pieces_is_passed_by():
    made = lay_out([100.0, 1800.0], [True, True, True], slack())
    assert len(made.pieces_mm) == 2
    assert made.joints[0].place == -1


@given(
    st.lists(st.tuples(st.floats(0.5, 900), st.booleans()), min_size=1, max_size=9),
    st.sampled_from([50.0, 333.3, 4000.0]), st.sampled_from([0.0, 10.0]),
)  # fmt: skip
def test_pieces_are_as_few_as_reels_allow_and_add_to_the_cable(steps, reel_m, end_m):
    rule = slack(reel_m, end_m)
    made = lay_out([step for step, _ in steps], [True, *(is_open for _, is_open in steps)], rule)
    most = round(reel_m * 1000)
    assert sum(made.pieces_mm) == made.length_mm == made.at_mm[-1]
    assert max(made.pieces_mm) <= most
    bare = made.length_mm - 2 * round(end_m * 1000) * len(made.pieces_mm)
    assert bare > (len(made.pieces_mm) - 1) * (most - 2 * round(end_m * 1000)) or len(made.pieces_mm) == 1
    assert list(made.at_mm) == sorted(made.at_mm)


def test_a_reel_that_holds_nothing_but_slack_is_refused():
    rows = tuple(r.model_copy(update={"value": 20.0}) if r.parameter == "reel_m" else r for r in BOOK.engineering)
    with pytest.raises(StudyError, match="reel"):
        Slack.from_book(type(BOOK)(**{f: getattr(BOOK, f) for f in BOOK.__slots__} | {"engineering": rows}))


#   reels of 10: 7 + 3, 6 + 4, 5       a sixth piece of 1 would still fit the last
def test_pieces_are_packed_longest_first_on_the_first_reel_that_holds_them():
    reel, before = pack(np.array([5, 3, 7, 4, 6]), 10)
    assert reel.tolist() == [2, 0, 0, 1, 1]
    assert before.tolist() == [0, 7, 0, 6, 0]


@given(st.lists(st.integers(1, 100), min_size=1, max_size=40))
def test_no_reel_holds_more_than_it_can_and_none_fewer_than_the_bound_would_do(lengths):
    pieces = np.array(lengths, dtype=np.int64)
    reel, before = pack(pieces, 100)
    assert np.bincount(reel, weights=pieces).max() <= 100
    assert fewest_reels(pieces, 100) <= reel.max() + 1 <= 11 / 9 * fewest_reels(pieces, 100) * 2
    ends = sorted(zip(reel.tolist(), before.tolist(), (before + pieces).tolist(), strict=True))
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(ends))


#   co ──────── 1600 m ──────── hub, 800 fibers: two sheaths of 864 side by side, each in two pieces of 16 m to 1 km
def test_a_cable_beyond_the_catalog_is_cut_twice_and_its_joint_closed_once():
    graph = road_graph((0, 1, 1600), homes=[1])
    land = Ground(supply(graph, 0), graph, prices(graph), slack(), graph.edges.geometry.to_numpy())
    bundle = lay_bundle(land, "feeder", 0, "co", {1: [("H", 800)]}, SIZES, "F")
    reels, sizes = reel_tables(land, [bundle], [["A"]], SIZES.fibers[-1])
    assert reels["piece_id"].tolist() == ["F-K1-P1-S1", "F-K1-P1-S2", "F-K1-P2-S1", "F-K1-P2-S2"]
    assert reels["closures"].tolist() == [1, 0, 0, 0]
    assert reels["to_site"].tolist() == ["F-K1-J1", "F-K1-J1", "H", "H"]
    assert sizes.loc[0, ["fibers", "pieces", "reels", "least_reels"]].tolist() == [864, 4, 4, 4]

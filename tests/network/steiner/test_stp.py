"""SteinLib and PACE files are read exactly, whatever their spelling, and written back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.errors import SourceError
from expansion.network.steiner.stp import read_stp, write_stp

PLAIN = """SECTION Graph
Nodes 3
Edges 2
E 1 2 5
E 2 3 7
END
SECTION Terminals
Terminals 2
T 1
T 3
END
EOF
"""


@pytest.fixture
def read(tmp_path):
    """Return a function that reads text as an instance."""

    def from_text(text):
        path = tmp_path / "case.stp"
        path.write_text(text, encoding="utf-8")
        return read_stp(path)

    return from_text


def test_a_file_without_the_magic_line_is_read(read):
    instance = read(PLAIN)
    assert (instance.node_count, instance.cost.tolist()) == (3, [5, 7])
    assert (instance.u.tolist(), instance.v.tolist()) == ([0, 1], [1, 2])
    assert instance.terminals.tolist() == [0, 2]


def test_magic_line_tabs_case_and_comments_change_nothing(read):
    comment = '33D32945 STP File, STP Format Version 1.0\n\nSECTION Comment\nName "E 1 2 3"\nEND\n\n'
    other = read(comment + PLAIN.replace(" ", "\t").replace("SECTION", "Section").replace("END", "End"))
    assert other.cost.tolist() == [5, 7]
    assert other.terminals.tolist() == [0, 2]


def test_real_costs_become_whole_ones_exactly(read):
    instance = read(PLAIN.replace("2 5", "2 0.1000").replace("3 7", "3 12.345678"))
    assert (instance.decimals, instance.cost.tolist()) == (6, [100_000, 12_345_678])
    assert instance.amount(12_445_678) == "12.445678"


def test_prizes_and_a_root_are_read(read):
    text = PLAIN.replace("T 1", "RootP 1").replace("T 3", "TP 3\t2.5")
    instance = read(text)
    assert instance.collects_prizes
    assert (instance.root, instance.terminals.tolist()) == (0, [0])
    assert (instance.prize_nodes.tolist(), instance.prizes.tolist()) == ([2], [25])
    assert instance.cost.tolist() == [50, 70]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("E 2 3 7", "E 2 3"),
        ("E 2 3 7", "E 2 3 many"),
        ("E 2 3 7", "E 2 9 7"),
        ("E 2 3 7", "E 2 3 -7"),
        ("E 2 3 7", "E 2 3 1e40"),
        ("E 2 3 7", "E 2 3 nan"),
        ("Nodes 3", ""),
        ("T 1\nT 3", ""),
        ("T 1", "T 0"),
    ],
)
def test_what_is_no_instance_is_refused(read, old, new):
    with pytest.raises(SourceError):
        read(PLAIN.replace(old, new))


def test_a_missing_file_is_a_source_error(tmp_path):
    with pytest.raises(SourceError, match="cannot read nowhere"):
        read_stp(tmp_path / "nowhere.stp")


edges = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(0, 10**9)), max_size=12)


@given(edges, st.sets(st.integers(0, 8), min_size=1))
def test_what_is_written_is_read_back(tmp_path_factory, rows, terminals):
    u, v, cost = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    path = tmp_path_factory.mktemp("stp") / "case.stp"
    instance = read_stp(write_stp(path, 9, u, v, cost, np.array(sorted(terminals)), name='valley "A"\n'))
    for written, read in ((u, instance.u), (v, instance.v), (cost, instance.cost)):
        assert np.array_equal(written, read)
    assert instance.terminals.tolist() == sorted(terminals)


def test_more_digits_than_fit_are_rounded(tmp_path):
    path = tmp_path / "long.stp"
    path.write_text(
        "SECTION Graph\nNodes 2\nEdges 1\nE 1 2 123456.12345678901234567890\nEND\n"
        "SECTION Terminals\nRootP 1\nTP 2 0.5\nEND\nEOF\n"
    )
    instance = read_stp(path)
    assert (instance.decimals, instance.cost.tolist(), instance.prizes.tolist()) == (9, [123456123456789], [500000000])

"""Streets for tests: drawn as edges, and drawn at random."""

from hypothesis import strategies as st

from expansion.network.cables import CableSizes, Slack
from expansion.network.hubs import Hub
from expansion.network.terminals import TerminalRules, make_street
from tests.villages import ground, road_graph

RULES = TerminalRules((4, 8), (100.0, 150.0), 150.0, 1.0)
"""Terminals and drop cable cost money, and nothing else."""
BILLED = TerminalRules(
    (4, 8), (100.0, 150.0), 150.0, 0.5, closure=80.0, handhole=120.0, splice=7.0, per_m={12: 2.0, 24: 2.5, 48: 3.0},
    slack=Slack(0.0, 0.0, 10.0, 5.0, 5.0, 4000.0), sizes=CableSizes((12, 24, 48), 0.0),
)  # fmt: skip
"""Everything costs money."""


def street_of(graph, units=None, hub_node=0, existing=None, rules=RULES, on_poles=(), placement="buried"):
    """Street of one hub that serves every house of a graph."""
    rows = tuple(range(len(graph.location_node)))
    units = units or [1] * len(rows)
    hub = Hub("A1-H1", 0, hub_node, rows, sum(units), 288, 1)
    land = ground(graph, 0, existing=existing, placement=placement)
    return make_street(land, hub, units, rules.drop_max_m, frozenset(on_poles))


@st.composite
def drawn_streets(draw, most_nodes=10, most_homes=9, most_units=11):
    """Draw a random tree with houses of a few units at random setbacks."""
    count = draw(st.integers(2, most_nodes))
    edges = [(draw(st.integers(0, n - 1)), n, draw(st.integers(1, 120))) for n in range(1, count)]
    homes = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=most_homes))
    drops = draw(st.lists(st.integers(0, 150), min_size=len(homes), max_size=len(homes)))
    units = draw(st.lists(st.integers(1, most_units), min_size=len(homes), max_size=len(homes)))
    return road_graph(*edges, homes=homes, drops=drops), units

"""Join terminals in a graph at least cost, with a proven lower bound and a certificate."""

from expansion.network.steiner.certificate import Certificate
from expansion.network.steiner.prizes import PrizeTree, solve_prizes
from expansion.network.steiner.solve import SteinerTree, solve_steiner

__all__ = ["Certificate", "PrizeTree", "SteinerTree", "solve_prizes", "solve_steiner"]

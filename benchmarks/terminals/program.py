"""The placement of a hub's terminals as a mixed-integer program.

One variable says per location and place within its drop whether it is served from there; others follow: whether
terminals stand at a place, how many of each size, whether cable lies in a stretch, where it branches, and how many
fibers a branch takes. The program is exact up to two things: cable is priced at the size it would have if every
location were a terminal, and units that fit a place's ports in sum are taken to fit them one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, milp

from benchmarks.terminals.cabling import Cabling, plan_cabling
from expansion.network.terminals.street import Reach, Street, TerminalRules, reach_of
from expansion.programs import Rows, silenced

GAP = 1e-5
NODES = 200
"""Branch-and-bound nodes at which the search for one hub stops; most hubs need one."""


@dataclass(frozen=True, slots=True)
class Solved:
    """Place per row of a location (None where none was found), what the program says it costs, and a lower bound.

    Both sums leave out what no placement changes.
    """

    place_of: dict[int, int] | None
    cost: float
    lower_bound: float


class Program:
    """Columns with their prices, and the rows that tie them together."""

    def __init__(self, street: Street, rules: TerminalRules, reach: Reach, cabling: Cabling) -> None:
        self.street, self.rules, self.reach, self.cabling = street, rules, reach, cabling
        self.price: list[float] = []
        self.whole: list[int] = []
        self.most: list[float] = []
        self.terms: list[tuple[dict[int, float], float]] = []
        self.served: dict[tuple[int, int], int] = {}
        self.stands: dict[int, int] = {}
        self.cable: dict[int, int] = {}
        self.beyond: dict[int, dict[int, list[int]]] = {}

    def column(self, price: float, *, whole: bool = False, most: float = 1.0) -> int:
        """Add a variable between 0 and `most`."""
        self.price.append(price)
        self.whole.append(int(whole))
        self.most.append(most)
        return len(self.price) - 1

    def at_least(self, terms: dict[int, float], least: float = 0.0) -> None:
        """Ask that a sum be no less than something."""
        self.terms.append((terms, least))

    def build(self) -> Program:
        """Write the whole program."""
        self._serve()
        self._stand()
        self._lay()
        self._branch()
        return self

    def _is_block(self, row: int) -> bool:
        """Tell whether a location fills terminals of its own."""
        return self.street.units[row] > self.rules.ports[-1]

    def _serve(self) -> None:
        """Serve each location once; a block brings its stack, a drop its cable along the road."""
        for row, nodes in self.reach.items():
            units = self.street.units[row]
            own = self.rules.fit(units)[1] if self._is_block(row) else 0.0
            for node, along in nodes.items():
                self.served[row, node] = self.column(own + self.rules.drop_cable * along, whole=True)
                if node == self.street.source:
                    self.price[-1] -= self.rules.splice * units
            self.at_least({self.served[row, node]: 1.0 for node in nodes}, 1.0)

    def _stand(self) -> None:
        """Stand terminals where locations are served, with the ports for them."""
        at: dict[int, list[int]] = {}
        for row, node in self.served:
            at.setdefault(node, []).append(row)
        for node in sorted(at):
            handhole = self.rules.handhole if node in self.street.in_ground else 0.0
            here = self.stands[node] = self.column(handhole, whole=True)
            for row in at[node]:
                self.at_least({here: 1.0, self.served[row, node]: -1.0})
            self._ports(node, here, [row for row in at[node] if not self._is_block(row)], len(at[node]))

    def _ports(self, node: int, here: int, rows: list[int], served: int) -> None:
        """Buy the terminals at a place."""
        ports, price, units = self.rules.ports, self.rules.price, self.street.units
        total = sum(units[row] for row in rows)
        if total <= ports[0] and len(rows) == served:
            self.price[here] += price[0]
            return
        if not rows:
            return
        sizes = [self.column(cost, whole=True, most=-(-total // size)) for size, cost in zip(ports, price, strict=True)]
        room = {column: float(size) for column, size in zip(sizes, ports, strict=True)}
        self.at_least(room | {self.served[row, node]: -float(units[row]) for row in rows})
        for row in rows:
            self.at_least(dict.fromkeys(sizes, 1.0) | {self.served[row, node]: -1.0})

    def _lay(self) -> None:
        """Lay cable in the stretches that may do without, where a terminal beyond asks for it."""
        for row, nodes in self.reach.items():
            for node in nodes:
                up = node
                while up != self.street.source:
                    self.beyond.setdefault(up, {}).setdefault(row, []).append(self.served[row, node])
                    up = self.street.above[up]
        for node in self.street.above:
            if node in self.cabling.is_sure or node not in self.beyond:
                continue
            here = self.cable[node] = self.column(self.cabling.price[node])
            for row in sorted(self.beyond[node]):
                self.at_least({here: 1.0} | dict.fromkeys(self.beyond[node][row], -1.0))
            above = self.cable.get(self.street.above[node])
            if above is not None:
                self.at_least({above: 1.0, here: -1.0})

    def _branch(self) -> None:
        """Open closures where cable branches or terminals stand, start cables there and splice their fibers."""
        for node, children in self.cabling.children.items():
            if node == self.street.source:
                self._start(node, children)
                continue
            if len(children) > 1:
                self._part(children)
            self._open(node, children)

    def _start(self, node: int, children: list[int]) -> None:
        """Start a cable at the hub for each way that leaves it."""
        for child in children:
            if child in self.cable:
                self.price[self.cable[child]] += self.cabling.end_price[child]
        if node in self.stands:
            self.price[self.stands[node]] += self.rules.closure

    def _part(self, children: list[int]) -> None:
        """Start a cable for each way but the one that takes most fibers, which stays in its cable."""
        sure = [child for child in children if child in self.cabling.is_sure]
        free = [child for child in children if child in self.cable]
        if sure:
            for child in free:
                self.price[self.cable[child]] += self.cabling.end_price[child]
        else:
            many = self.column(min(self.cabling.end_price[child] for child in free), most=len(free))
            self.at_least({many: 1.0} | {self.cable[child]: -1.0 for child in free}, -1.0)
        self._splice(children)

    def _splice(self, children: list[int]) -> None:
        """Pay the splices of all ways but the greatest."""
        least, most, splice = self.cabling.least, self.cabling.most, self.rules.splice
        floor = max(least[child] for child in children)
        great = [child for child in children if most[child] > floor]
        heavy = next((child for child in children if least[child] == floor and child not in great), None)
        for child in children:
            if child in great or child == heavy:
                continue
            self._add_fibers(child, splice)
        if heavy is not None:
            great.append(heavy)
        if len(great) < 2:
            return
        total = sum(most[child] for child in great)
        paid = self.column(splice, most=float(total))
        is_greatest = [self.column(0.0, whole=True) for _ in great]
        self.at_least(dict.fromkeys(is_greatest, -1.0), -1.0)
        for child, chosen in zip(great, is_greatest, strict=True):
            others = [other for other in great if other != child]
            room = float(sum(most[other] for other in others))
            terms = {paid: 1.0, chosen: -room}
            for other in others:
                for row, columns in self.beyond[other].items():
                    for column in columns:
                        terms[column] = terms.get(column, 0.0) - float(self.street.units[row])
            self.at_least(terms, -room)

    def _add_fibers(self, child: int, splice: float) -> None:
        """Pay a splice for each fiber that comes through a stretch."""
        for row, columns in self.beyond[child].items():
            for column in columns:
                self.price[column] += splice * self.street.units[row]

    def _open(self, node: int, children: list[int]) -> None:
        """Pay a closure at a terminal or a branch, and the slack of a cable that passes it."""
        sure = [child for child in children if child in self.cabling.is_sure]
        free = [child for child in children if child in self.cable]
        slack = self.rules.slack.through_m * min(self.rules.per_m.values(), default=0.0)
        if len(sure) > 1:
            return
        if len(children) < 2 and node not in self.stands:
            return
        price = self.rules.closure + (slack if sure else 0.0)
        opened = self.column(price)
        if node in self.stands:
            self.at_least({opened: 1.0, self.stands[node]: -1.0})
        if sure:
            for child in free:
                self.at_least({opened: 1.0, self.cable[child]: -1.0})
            return
        for one, other in combinations(free, 2):
            self.at_least({opened: 1.0, self.cable[one]: -1.0, self.cable[other]: -1.0}, -1.0)
        if free and slack:
            passed = self.column(slack)
            for child in free:
                self.at_least({passed: 1.0, opened: -1.0, self.cable[child]: -1.0}, -1.0)

    def solve(self, *, nodes: int = NODES, at: dict[int, int] | None = None) -> Solved:
        """Hand the program to the solver; `at` asks what one placement costs, `nodes` 0 for the relaxation alone."""
        rows = Rows(len(self.price))
        for terms, least in self.terms:
            rows.add(terms, np.inf, least)
        least_of = np.zeros(len(self.price))
        if at is not None:
            least_of[[self.served[row, node] for row, node in at.items()]] = 1.0
        with silenced():
            found = milp(
                np.array(self.price),
                integrality=np.array(self.whole) if nodes else np.zeros(len(self.price)),
                bounds=Bounds(least_of, np.array(self.most)),
                constraints=rows.constraint(),
                options={"mip_rel_gap": GAP, "node_limit": max(nodes, 1), "disp": False},
            )
        if found.x is None:
            return Solved(None, np.inf, -np.inf)
        bound = found.fun if getattr(found, "mip_dual_bound", None) is None else found.mip_dual_bound
        place_of = {
            row: max(reached, key=lambda node: (found.x[self.served[row, node]], -node))
            for row, reached in self.reach.items()
        }
        return Solved(place_of, float(found.fun), float(bound))


def write_program(street: Street, rules: TerminalRules) -> Program:
    """Write the program that places the terminals of a hub at least cost."""
    reach = reach_of(street, rules)
    return Program(street, rules, reach, plan_cabling(street, rules, reach)).build()

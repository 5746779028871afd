"""Optical budget: largest and least loss of a light path, how far light may go, and which limit binds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from expansion.passive import NetworkRules
from expansion.rulebook import Rulebook
from expansion.study import Study

LightRow = dict[str, object]


@dataclass(frozen=True, slots=True)
class Losses:
    """Loss of a path's parts in dB, all at their low or all at their high values; fiber per km and direction."""

    up_km: float
    down_km: float
    splice: float
    fixed: float

    @classmethod
    def of_study(cls, study: Study, book: Rulebook, *, high: bool) -> Losses:
        """Read the losses at the wavelengths of the study's class."""
        chosen = book.optical_class(study.network.pon_class)
        loss = book.optical_loss if high else book.optical_low
        fixed = loss("connector") * book.engineering_value("connectors")
        fixed += sum(loss(f"splitter_{ratio}") for ratio in stages(study.network))
        fixed += loss("coexistence") if study.network.coexistence else 0.0
        return cls(loss(f"fiber_{chosen.up_nm}"), loss(f"fiber_{chosen.down_nm}"), loss("splice"), fixed)

    def both(self, reach_m: float, splices: int) -> tuple[float, float]:
        """Loss upstream and downstream of a path, in dB."""
        points = self.splice * splices + self.fixed
        return self.up_km * reach_m / 1000 + points, self.down_km * reach_m / 1000 + points


def stages(network: NetworkRules) -> tuple[int, ...]:
    """Ratios of the splitters that light passes one after the other."""
    return network.stages


@dataclass(frozen=True, slots=True)
class Budget:
    """High and low losses of the parts and the limits of the class, in dB and cable meters.

    A path's loss in a direction is ``fiber_db_km * reach_km + splice * splices + connectors + splitters``, with the
    coexistence element where the study has one; at high values it must not exceed `budget_db`, the class's largest loss
    less the margin for aging and repair, and at low values not fall below `least_db`, else receivers are overloaded.
    """

    high: Losses
    low: Losses
    budget_db: float
    least_db: float
    step_db: float
    study_reach_m: float
    class_reach_m: float
    differential_m: float
    office_splices: int

    @classmethod
    def from_rules(cls, study: Study, book: Rulebook) -> Budget:
        """Read the budget of the study's class and split."""
        chosen = book.optical_class(study.network.pon_class)
        return cls(
            high=Losses.of_study(study, book, high=True),
            low=Losses.of_study(study, book, high=False),
            budget_db=round(chosen.max_loss_db - book.optical_loss("margin"), 3),
            least_db=chosen.min_loss_db,
            step_db=book.optical_loss("attenuator_step"),
            study_reach_m=study.network.reach_max_m,
            class_reach_m=chosen.reach_max_m,
            differential_m=chosen.differential_max_m,
            office_splices=int(book.engineering_value("office_splices")),
        )

    @property
    def fiber_db_km(self) -> float:
        """Loss per km of fiber in the worse direction."""
        return max(self.high.up_km, self.high.down_km)

    @property
    def reach_max_m(self) -> float:
        """Longest path that study and class allow, in cable meters."""
        return min(self.study_reach_m, self.class_reach_m)

    def loss_db(self, reach_m: float, splices: int) -> float:
        """Largest loss of a path of `reach_m` cable meters with `splices` splices, in dB."""
        return round(max(self.high.both(reach_m, splices)), 3)

    def loss_min_db(self, reach_m: float, splices: int) -> float:
        """Least loss of such a path, in dB."""
        return round(min(self.low.both(reach_m, splices)), 3)

    def attenuator_db(self, loss_min_db: float) -> float:
        """Attenuator that lifts a least loss to what receivers stand, in whole steps; 0 where none is needed."""
        lacking = round(self.least_db - loss_min_db, 3)
        return round(ceil(round(lacking / self.step_db, 6)) * self.step_db, 3) if lacking > 0 else 0.0

    def route_reach_m(self, splices: int, stretch: float, slack_m: float) -> float:
        """Route meters that a path may have when the budget or the reach binds, with an allowance for slack."""
        points = self.high.fixed + self.high.splice * splices
        by_loss = max(self.budget_db - points, 0.0) / self.fiber_db_km * 1000
        return max((min(by_loss, self.reach_max_m) - slack_m) / stretch, 0.0)

    def figures(self, reach_m: float, splices: int) -> LightRow:
        """Losses of a path both ways, the least one, the attenuator and the margin left, by column of `paths`."""
        up, down = (round(loss, 3) for loss in self.high.both(reach_m, splices))
        least = self.loss_min_db(reach_m, splices)
        pad = self.attenuator_db(least)
        return {
            "loss_db": max(up, down), "loss_up_db": up, "loss_down_db": down, "loss_min_db": least,
            "attenuator_db": pad, "margin_db": round(self.budget_db - max(up, down) - pad, 3),
        }  # fmt: skip


def judge(rows: Sequence[LightRow], budget: Budget) -> list[LightRow]:
    """Add to the rows of `paths` their losses, and the limit that would be met first were the fiber longer.

    Parameters
    ----------
    rows
        With reach_m, splices, office_id and olt_port.
    budget
        What study and class allow.

    Returns
    -------
    list of dict
        The rows with the columns of `Budget.figures`, `headroom_m` and `binds`.
    """
    nearest: dict[tuple[object, object], float] = {}
    for row in rows:
        port, reach = (row["office_id"], row["olt_port"]), float(str(row["reach_m"]))
        nearest[port] = min(nearest.get(port, reach), reach)
    return [row | _judge(row, budget, nearest[row["office_id"], row["olt_port"]]) for row in rows]


def _judge(row: LightRow, budget: Budget, nearest_m: float) -> LightRow:
    """Losses, headroom and binding limit of one path; `nearest_m` is the shortest on its OLT port."""
    reach = float(str(row["reach_m"]))
    found = budget.figures(reach, int(str(row["splices"])))
    pad = float(str(found["attenuator_db"]))
    rooms = [
        ((budget.budget_db - pad - float(str(found["loss_up_db"]))) / budget.high.up_km * 1000, "loss up"),
        ((budget.budget_db - pad - float(str(found["loss_down_db"]))) / budget.high.down_km * 1000, "loss down"),
        (budget.study_reach_m - reach, "reach of the study"),
        (budget.class_reach_m - reach, "reach of the class"),
        (nearest_m + budget.differential_m - reach, "differential reach"),
    ]
    room, word = min(rooms, key=lambda pair: pair[0])
    return found | {"headroom_m": round(room, 3), "binds": word}

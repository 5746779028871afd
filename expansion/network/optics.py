"""Optical budget: loss of a light path, and how far light may go."""

from __future__ import annotations

from dataclasses import dataclass

from expansion.rulebook import Rulebook
from expansion.study import Study


@dataclass(frozen=True, slots=True)
class Budget:
    """Losses of the parts in dB and the class's limits.

    A path's loss is ``fiber_db_km * reach_km + splice_db * splices + connector_db * connectors + splitter_db``; it must
    not exceed ``budget_db``, the class's largest loss less the margin for aging and repair.
    """

    fiber_db_km: float
    splice_db: float
    connectors_db: float
    splitter_db: float
    budget_db: float
    reach_max_m: float
    office_splices: int

    @classmethod
    def from_rules(cls, study: Study, book: Rulebook) -> Budget:
        """Read the budget of the study's class and split."""
        network = study.network
        chosen = book.optical_class(network.pon_class)
        loss = book.optical_loss
        return cls(
            fiber_db_km=loss("fiber_worst"),
            splice_db=loss("splice"),
            connectors_db=loss("connector") * book.engineering_value("connectors"),
            splitter_db=loss(f"splitter_{network.split_ratio}"),
            budget_db=chosen.max_loss_db - loss("margin"),
            reach_max_m=min(network.reach_max_m, chosen.reach_max_m),
            office_splices=int(book.engineering_value("office_splices")),
        )

    def loss_db(self, reach_m: float, splices: int) -> float:
        """Largest loss of a path of `reach_m` cable meters with `splices` splices, in dB."""
        line = self.fiber_db_km * reach_m / 1000 + self.splice_db * splices
        return round(line + self.connectors_db + self.splitter_db, 3)

    def route_reach_m(self, splices: int, stretch: float, slack_m: float) -> float:
        """Route meters that a path may have when the budget or the reach binds, with an allowance for slack."""
        fixed = self.connectors_db + self.splitter_db + self.splice_db * splices
        by_loss = max(self.budget_db - fixed, 0.0) / self.fiber_db_km * 1000
        return max((min(by_loss, self.reach_max_m) - slack_m) / stretch, 0.0)

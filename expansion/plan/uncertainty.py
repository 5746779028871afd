"""What is drawn together: which risks happen, when areas end, what they cost; and the tables made of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.tables import Column, TableSpec

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

MOST_DRAWS = 1_000
SCOPES = ("program", "phase", "area")
PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class Events:
    """Which risks happen in which draw.

    Attributes
    ----------
    draws
        Rows of the cost draws that are used, ascending; at most `MOST_DRAWS`, evenly taken.
    risk_ids
        Risks in the order of the register.
    fired
        Whether each happens, shape ``(risks, draws)``.
    """

    draws: IntArray
    risk_ids: tuple[str, ...]
    fired: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class DrawnDates:
    """Dates per draw, days from the study's start.

    Attributes
    ----------
    area_ids
        Areas with tasks, ascending.
    areas
        Last day of each area's work, shape ``(areas, draws)``.
    program
        Day of the program's finish milestone, shape ``(draws,)``.
    without
        The same with one risk taken out at a time, shape ``(risks, draws)``.
    delayed
        Per risk the ids of the tasks that it delays where it happens.
    """

    area_ids: tuple[str, ...]
    areas: IntArray
    program: IntArray
    without: IntArray
    delayed: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class DrawnCosts:
    """Money per draw, in prices of the price year.

    Attributes
    ----------
    area_ids
        Areas with a bill, ascending.
    areas
        Cost of each area with the risks that happen, shape ``(areas, draws)``. What concerns the whole program is
        shared among areas by base cost, so that areas add to the program.
    risks
        What each risk adds to the program, shape ``(risks, draws)``.
    """

    area_ids: tuple[str, ...]
    areas: FloatArray
    risks: FloatArray

    @property
    def program(self) -> FloatArray:
        """Cost of the program, shape ``(draws,)``."""
        return np.asarray(self.areas.sum(axis=0), dtype=np.float64)


def rank_of(share: float, count: int) -> int:
    """Place, from 0, of the smallest of so many sorted values that at least `share` of all do not exceed."""
    return max(int(np.ceil(round(share * count, 6))) - 1, 0)


FORECASTS = TableSpec(
    name="forecasts",
    key="",
    geometry="",
    about="When program, phases and areas end and what they cost, drawn together with permits, weather and risks.",
    columns=(
        Column("scope", "text", "What is forecast", among=frozenset(SCOPES)),
        Column("id", "text", "Area, number of the phase, or program"),
        Column("planned_finish", "date", "Last day of work as scheduled; of the program its finish milestone"),
        Column("finish_p50", "date", "Day that half of the draws do not exceed"),
        Column("finish_p80", "date", "Day that 80 of 100 draws do not exceed"),
        Column("finish_p90", "date", "Day that 90 of 100 draws do not exceed"),
        Column("budget", "number", "Base cost and contingency, in prices of the price year", least=0),
        Column("cost_p50", "number", "Median cost with the risks that happen, prices of the price year", least=0),
        Column("cost_p80", "number", "The same at P80", least=0),
        Column("cost_p90", "number", "The same at P90", least=0),
        Column("finish_confidence", "number", "Share of draws that end by the planned finish", least=0, most=1),
        Column("cost_confidence", "number", "Share of draws within the budget", least=0, most=1),
        Column("joint_confidence", "number", "Share of draws within planned finish and budget", least=0, most=1),
        Column("joint_finish", "date", "Day that holds together with joint_cost in 80 of 100 draws"),
        Column("joint_cost", "number", "Money that holds together with joint_finish in 80 of 100 draws", least=0),
    ),
)

FORECAST_DRAWS = TableSpec(
    name="forecast_draws",
    key="draw",
    geometry="",
    about="The draws behind the forecast of the program: each a finish and a cost that belong together.",
    columns=(
        Column("draw", "integer", "Running number, from 1", least=1),
        Column("finish", "date", "Day of the program's finish milestone"),
        Column("cost", "number", "Cost of the program with the risks that happen, to the cent", least=0),
        Column("risks", "integer", "Risks that happen", least=0),
    ),
)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Tables `forecasts` and `forecast_draws`."""

    table: pd.DataFrame
    draws: pd.DataFrame

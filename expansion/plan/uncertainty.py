"""What is drawn together: which risks happen, when areas end, what they cost; and the tables made of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from expansion.tables import Column, TableSpec

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
ShareArray = NDArray[np.float32]

MOST_DRAWS = 1_000
SCOPES = ("program", "phase", "area")
PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class Events:
    """Which risks happen in which draw.

    Attributes
    ----------
    draws
        Rows of the cost draws that are used, ascending; at most `MOST_DRAWS`, evenly taken by what the bill costs.
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
    months
        Last day of each month from the first to the one in which the last draw ends, ISO.
    earned
        Share of each area's cost that is worked off by the end of the month, shape ``(areas, months, draws)``: each
        task is worth its base cost, spread evenly over its working days in the draw. 0 throughout where its tasks cost
        nothing.
    """

    area_ids: tuple[str, ...]
    areas: IntArray
    program: IntArray
    without: IntArray
    delayed: tuple[tuple[str, ...], ...]
    months: tuple[str, ...]
    earned: ShareArray


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


def stratified_scores(seed: int, key: tuple[int, ...], count: int) -> FloatArray:
    """Draw standard normal scores, one per stratum of equal probability, in random order.

    Parameters
    ----------
    seed
        Of the study.
    key
        Names the stream: what has a key of its own varies by itself.
    count
        Number of draws.
    """
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
    places = random.permutation(count) + random.random(count)
    return np.asarray(ndtri(places / max(count, 1)), dtype=np.float64)


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
        Column("cost_base", "number", "Base cost, in prices of the price year", least=0),
        Column(
            "cost_p50",
            "number",
            "Money that half of the draws do not exceed, risks included; prices of the price year",
            least=0,
        ),
        Column("cost_p80", "number", "Money that 80 of 100 draws do not exceed", least=0),
        Column("cost_p90", "number", "Money that 90 of 100 draws do not exceed", least=0),
        Column("finish_confidence", "number", "Share of draws that end by the planned finish", least=0, most=1),
        Column("cost_confidence", "number", "Share of draws that cost no more than the base", least=0, most=1),
        Column("joint_confidence", "number", "Share of draws within finish_p80 and cost_p80 at once", least=0, most=1),
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
class ForecastCurve:
    """What is spent by the end of each month over the draws: work as far as it is done, priced as drawn, with risks.

    Attributes
    ----------
    months
        Last day of each month, ISO, from the study's first to the one in which the last draw ends.
    scopes
        Scope and id of each row of `forecasts`, in its order.
    p50, p80
        Money that half, and that 80 of 100 draws do not exceed by then, shape ``(scopes, months)``, prices of the price
        year. Each month is a percentile of its own; rows never fall, and end with `cost_p50` and `cost_p80`.
    """

    months: tuple[str, ...] = ()
    scopes: tuple[tuple[str, str], ...] = ()
    p50: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    p80: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))


@dataclass(frozen=True, slots=True)
class Forecast:
    """Tables `forecasts` and `forecast_draws`, and the curve behind the S-curve."""

    table: pd.DataFrame
    draws: pd.DataFrame
    curve: ForecastCurve = field(default_factory=ForecastCurve)

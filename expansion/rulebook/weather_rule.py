"""Rows on the weather: working days that it takes from crews, by month."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from expansion.rulebook.rows import Row

MOST_LOST = 0.45  # of three days one, of five two: half and more stay, so that all work ends


class WeatherRule(Row):
    """Share of a month's working days that the weather takes from a kind of crew, beyond what production rates hold.

    `months` are numbers from 1, joined by semicolons, as the northern half of the earth has its seasons.
    """

    weather_id: str = Field(min_length=1, max_length=40, description="Identifier")
    crew_kind: str = Field(min_length=1, description="Crew that then stands still")
    months: str = Field(min_length=1, description="Months, 1 to 12, joined by semicolons")
    lost_low: float = Field(ge=0, le=MOST_LOST, description="Least share of the month's working days lost")
    lost_likely: float = Field(ge=0, le=MOST_LOST, description="Most likely share")
    lost_high: float = Field(ge=0, le=MOST_LOST, description="Largest share")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.lost_low <= self.lost_likely <= self.lost_high:
            raise ValueError("lost_low <= lost_likely <= lost_high must hold")
        if not set(self.month_numbers) <= set(range(1, 13)):
            raise ValueError("months must hold numbers from 1 to 12, joined by semicolons")
        return self

    @property
    def month_numbers(self) -> tuple[int, ...]:
        """Months as numbers; 0 for what is no number."""
        words = [word.strip() for word in self.months.split(";")]
        return tuple(int(word) if word.isdecimal() else 0 for word in words)

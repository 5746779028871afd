"""Read how far permits are: state and dates per permit, as the register was exported and people filled it in."""

from __future__ import annotations

import datetime as dt
import re

import pyarrow as pa

from expansion.sources.exchange import Reading
from expansion.sources.rawtable import RawTable, identifiers
from expansion.sources.vocabulary import PERMIT_STATES
from expansion.wording import meant

_SERIAL = re.compile(r"\d{5}")  # the day number of a spreadsheet, from 1900
_FIRST = dt.date(1899, 12, 30)
_FORMULA = re.compile(r"^'(\s*[=+@-])")  # an export puts an apostrophe before what a spreadsheet would run
_FREE = ("contact", "reference", "note")


def permit_states_table(raw: RawTable, reading: Reading) -> pa.Table:
    """Make the table of states: permit_id, state, filed, decided, contact, reference, note.

    Parameters
    ----------
    raw
        Column permit_id is required. state is empty (to file) or one of to_file, filed, approved, refused; filed and
        decided are dates as 2027-03-01, or the day numbers of a spreadsheet. Other columns are left alone.
    reading
        Takes errors: ``E_MISSING_ID``, ``E_DUP_ID``, ``E_PERMIT_STATE`` for an unknown state, ``E_PERMIT_DATE`` for
        what is no date or does not fit the state; each with its row.
    """
    ids = identifiers(raw, "permit_id", reading)
    states = [re.sub(r"[\s-]+", "_", (text or "to_file").lower()) for text in raw.texts("state")]
    strange = {row: text for row, text in enumerate(states) if text not in PERMIT_STATES}
    if strange:
        first = next(iter(strange.values()))
        hint = meant(first, PERMIT_STATES) or f"use one of {', '.join(PERMIT_STATES)}"
        places = [f"{raw.place(row)} {text}" for row, text in strange.items()]
        reading.fail("E_PERMIT_STATE", "no such state of a permit", places, hint=hint)
    dates = {name: _dates(raw, name, reading) for name in ("filed", "decided")}
    for row, state in enumerate(states):
        wrong = _misfit(state, dates["filed"][row], dates["decided"][row])
        if wrong:
            where = [f"{raw.place(row)} {ids[row]}"]
            reading.fail("E_PERMIT_DATE", wrong, where, hint="correct state or dates in this row")
    free = {name: [text and _FORMULA.sub(r"\1", text) for text in raw.texts(name)] for name in _FREE}
    columns = {"permit_id": ids, "state": states, **dates, **free}
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _dates(raw: RawTable, name: str, reading: Reading) -> list[str | None]:
    """Read a column of dates as ISO text."""
    found: list[str | None] = []
    wrong = []
    for row, text in enumerate(raw.texts(name)):
        try:
            found.append(text and _day(text))
        except (ValueError, OverflowError):
            found.append(None)
            wrong.append(f"{raw.place(row)} {text}")
    if wrong:
        reading.fail("E_PERMIT_DATE", f"{name} is no date", wrong, hint="write dates as 2027-03-01")
    return found


def _day(text: str) -> str:
    """Read one date; midnight may follow it.

    Examples
    --------
    >>> _day("2027-03-01 00:00:00"), _day("46447")
    ('2027-03-01', '2027-03-01')
    """
    if _SERIAL.fullmatch(text):
        return (_FIRST + dt.timedelta(days=int(text))).isoformat()
    return dt.date.fromisoformat(re.sub(r"[T ]00:00(:00(\.0+)?)?$", "", text)).isoformat()


def _misfit(state: str, filed: str | None, decided: str | None) -> str:
    """Say how dates do not fit a state, "" where they do."""
    if state not in PERMIT_STATES:
        return ""
    if state == "to_file" and (filed or decided):
        return "a permit that is still to file has no dates"
    if state == "filed" and (not filed or decided):
        return "a filed permit has the day on which it was filed, and no decision"
    if state in ("approved", "refused") and not decided:
        return "a decision has its day in column decided"
    return "decided before it was filed" if filed and decided and decided < filed else ""

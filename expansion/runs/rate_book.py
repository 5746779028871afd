"""The rate book of a study: read what is in force, and write a rate of one's own into it."""

from __future__ import annotations

import csv
import difflib
import io
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from expansion.errors import OutputError, SourceError, StudyError
from expansion.rulebook import Rate, Rulebook, load_rulebook
from expansion.rulebook.book import PROFILES
from expansion.rulebook.own_rates import SIZED, misfits
from expansion.rulebook.values import Value, values_of
from expansion.runs.atomic import disk_errors
from expansion.runs.loading import load_rules, read_rates
from expansion.runs.studies import STUDY_FILE, parse_toml, read_study
from expansion.study import Study, parse_study
from expansion.wording import breach_words

_OWN_FILE = "rates.csv"
_ORIGIN = ("source", "status")
_COLUMNS = (*(name for name in Rate.model_fields if name not in _ORIGIN), *_ORIGIN)


@dataclass(frozen=True, slots=True)
class RateWish:
    """A rate as a user wants it; None keeps what is in force.

    Where `likely` alone is given, low and high keep their proportion to it.
    """

    rate_id: str
    source: str
    low: float | None = None
    likely: float | None = None
    high: float | None = None
    status: str = "USER"
    price_year: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class RateSet:
    """What was written: the rate before (None where it is a new size) and after, where, and whether the study file."""

    before: Rate | None
    after: Rate
    file: Path
    is_wired: bool


def read_values(place: str) -> tuple[Value, ...]:
    """List the values of a study, of a shipped profile by its name, or the rates of a CSV file.

    Raises
    ------
    PlanningError
        As `read_study` and `load_rules`; ``E_NO_FILE`` where there is no such file.
    """
    path = Path(place)
    if place in PROFILES and not path.exists():
        return values_of(load_rulebook(place))
    if path.suffix.lower() == ".csv":
        rates = read_rates(path.resolve().parent, path.name)
        return tuple(value for value in values_of(_only(rates)) if value.kind == "rates")
    study, folder = read_study(path)
    return study_values(study, load_rules(study, folder))


def study_values(study: Study, book: Rulebook) -> tuple[Value, ...]:
    """List the values in force for a study."""
    return values_of(book, study.business.model_dump())


def _only(rates: Sequence[Rate]) -> Rulebook:
    """Make a rule book of these rates alone."""
    empty = {name: () for name in Rulebook.__dataclass_fields__ if name not in ("profile", "currency", "price_year")}
    return Rulebook(**({"profile": "", "currency": "", "price_year": 0} | empty | {"rates": tuple(rates)}))  # type: ignore[arg-type]


def set_rate(place: Path, wish: RateWish, *, file: str = "") -> RateSet:
    """Write a rate of the user's own into the study's rates file, and name that file in study.toml if it does not.

    Everything is checked before anything is written, and each file is exchanged in one step. Other rows, and all of
    study.toml, stay as they are to the byte.

    Parameters
    ----------
    place
        A study.toml or its folder.
    wish
        The rate.
    file
        Name of the rates file to begin, inside the study's folder, where the study names none; "" is rates.csv.

    Raises
    ------
    StudyError
        ``E_RATE_UNKNOWN`` with the nearest ids, ``E_RULE_ROW`` for a value out of range or out of order,
        ``E_RATE_CURRENCY`` for another currency than the study's, ``E_RATE_FILE`` where study.toml cannot be extended.
    OutputError
        ``E_OUT_EXISTS`` where a file to begin stands there already.
    """
    study, folder = read_study(place)
    toml = place / STUDY_FILE if place.is_dir() else place
    book = load_rules(study, folder)
    shipped = {row.rate_id: row for row in load_rulebook(study.study.profile).rates}
    before = next((row for row in book.rates if row.rate_id == wish.rate_id), None)
    rate = _checked(wish, before or _like(wish.rate_id, book.rates), study)
    for breach in misfits(shipped, [rate]):
        raise breach
    named = study.inputs.rates
    require_inside(folder, named.file if named else file or _OWN_FILE)
    target = folder / (named.file if named else file or _OWN_FILE)
    wired = None if named else _wired(toml, file or _OWN_FILE)
    if named is None and target.exists():
        raise OutputError(
            "a file of that name stands there, and the study does not use it",
            code="E_OUT_EXISTS", where=[target], hint="name another with --file, or name it in [inputs.rates]",
        )  # fmt: skip
    text = target.read_bytes().decode("utf-8-sig") if named else ""
    _exchange(target, with_rate(text, rate, target.name))
    if wired is not None:
        _exchange(toml, wired)
    return RateSet(before, rate, target, wired is not None)


def _like(rate_id: str, rates: Sequence[Rate]) -> Rate:
    """Take the nearest size of a family as pattern for a new one; any other new id is an error with near names."""
    match = SIZED.fullmatch(rate_id)
    family = [
        (abs(int(found.group(2)) - int(match.group(2))), row)
        for row in rates
        if match and (found := SIZED.fullmatch(row.rate_id)) and found.group(1) == match.group(1)
    ]
    if family:
        nearest = min(family, key=lambda pair: (pair[0], pair[1].rate_id))[1]
        return nearest.model_copy(update={"item": f"{nearest.item} ({rate_id})"})
    near = difflib.get_close_matches(rate_id, sorted(row.rate_id for row in rates), n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(near)}?" if near else "expansion rates show lists the ids"
    raise StudyError("no part of a plan is priced by this rate", code="E_RATE_UNKNOWN", where=[rate_id], hint=hint)


def _checked(wish: RateWish, old: Rate, study: Study) -> Rate:
    """Lay the wish over the rate in force and check it."""
    currency = old.currency if wish.currency is None else wish.currency
    if bool(currency) != bool(old.currency) or currency not in ("", study.study.currency):
        raise StudyError(
            f"the study counts in {study.study.currency}", code="E_RATE_CURRENCY", where=[f"{wish.rate_id} {currency}"],
            hint="convert the price" if old.currency else "the rate is a share and has no currency",
        )  # fmt: skip
    low, likely, high = _numbers(wish, old)
    row = old.model_dump() | {
        "rate_id": wish.rate_id, "low": low, "likely": likely, "high": high, "currency": currency,
        "price_year": wish.price_year or study.study.price_year, "source": wish.source.strip(), "status": wish.status,
    }  # fmt: skip
    try:
        return Rate.model_validate(row)
    except ValidationError as error:
        detail = error.errors()[0]
        name = ".".join(str(part) for part in detail["loc"]) or f"{low:g} {likely:g} {high:g}"
        raise StudyError(
            breach_words(detail), code="E_RULE_ROW", where=[f"{wish.rate_id} {name}"], hint="correct the value"
        ) from error


def _numbers(wish: RateWish, old: Rate) -> tuple[float, float, float]:
    """Low, likely and high; what is not given keeps its proportion to the likely value."""
    likely = old.likely if wish.likely is None else wish.likely
    scale = likely / old.likely if old.likely else 1.0
    low = round(old.low * scale, 4) if wish.low is None else wish.low
    high = round(old.high * scale, 4) if wish.high is None else wish.high
    return low, likely, high


def with_rate(text: str, rate: Rate, name: str) -> str:
    """Return the text of a rates file with one row set; all other rows stay as they are.

    Parameters
    ----------
    text
        The file, "" for none. Where it lacks the columns source and status, they are added: the other rows get the
        name of the file and USER, as they are read without them.
    rate
        The row.
    name
        Name of the file.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    rows = list(csv.reader(io.StringIO(text))) if text.strip() else [list(_COLUMNS)]
    header = rows[0]
    lacking = [column for column in ("source", "status") if column not in header]
    values = {field: _cell(value) for field, value in rate.model_dump().items()}
    own = [values.get(column, "") for column in [*header, *lacking]]
    place = header.index("rate_id")
    if lacking:
        filled = {"source": name, "status": "USER"}
        rows = [header + lacking] + [row + [filled[c] for c in lacking] if row else row for row in rows[1:]]
        lines = [_line(row) for row in rows]
    else:
        lines = text.splitlines() if text.strip() else [_line(header)]
    keyed = [row for row in rows[1:] if row]
    found = next((k for k, row in enumerate(keyed) if row[place].strip() == rate.rate_id), None)
    if found is None:
        lines.append(_line(own))
    elif len(lines) == len(rows):
        lines[[k for k, row in enumerate(rows) if row][found + 1]] = _line(own)
    else:  # a cell holds a line break: the file is written anew, cell by cell
        rows[[k for k, row in enumerate(rows) if row][found + 1]] = own
        lines = [_line(row) for row in rows]
    return newline.join(lines) + newline


def _cell(value: object) -> str:
    """Write a number without needless digits."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _line(row: Sequence[str]) -> str:
    """Write one row of CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(row)
    return out.getvalue()


def _wired(toml: Path, name: str) -> str:
    """Return study.toml with ``[inputs.rates]`` at its end, everything else untouched."""
    text = toml.read_bytes().decode("utf-8")
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = newline if re.search(r"\n\s*\Z", text) or not text else newline * 2
    longer = f'{text}{gap}[inputs.rates]{newline}file = "{name}"{newline}'
    try:
        document = parse_toml(longer.removeprefix("\ufeff"), toml.name)
        parse_study(document)
    except StudyError as error:
        raise StudyError(
            "[inputs.rates] cannot be put at the end of the study file", code="E_RATE_FILE", where=[toml.name],
            hint=f'add rates = {{ file = "{name}" }} to its inputs by hand',
        ) from error  # fmt: skip
    return longer


def _exchange(path: Path, text: str) -> None:
    """Write a file beside its place, flush it to disk and put it there in one step."""
    fresh = path.parent / f".{path.name}.{secrets.token_hex(6)}.part"
    with disk_errors(path):
        try:
            with fresh.open("wb") as stream:
                stream.write(text.encode("utf-8"))
                stream.flush()
                os.fsync(stream.fileno())
            if path.exists():
                fresh.chmod(path.stat().st_mode & 0o777)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)


def require_inside(folder: Path, name: str) -> None:
    """Refuse a rates file outside the study's folder."""
    if not (folder / name).resolve().is_relative_to(folder.resolve()):
        raise SourceError("the file lies outside the study's folder", code="E_PATH", where=[name])

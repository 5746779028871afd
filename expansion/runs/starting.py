"""Make a study: copy the inputs into a folder under plain names and write the study.toml that names them."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from expansion.errors import OutputError, SourceError, StudyError
from expansion.rulebook import load_rulebook
from expansion.runs.atomic import replaced_folder, require_replaceable
from expansion.runs.headers import has_column, is_bdc
from expansion.runs.loading import read_rates
from expansion.runs.studies import STUDY_FILE
from expansion.sources import download_place
from expansion.study import LayerKind

_SUFFIX = re.compile(r"(\.(osm|geo|shp))?\.[a-z0-9]{1,8}$")
_WORDS = {kind.removesuffix("_land"): kind for kind in get_args(LayerKind)} | {"river": "water", "lake": "water"}
NO_MARK = ""  # nothing shows a folder to be replaceable: a study holds a person's work


@dataclass(frozen=True, slots=True)
class StudyParts:
    """The files that a new study starts from. Exactly one of `osm` and `place` is given.

    Attributes
    ----------
    osm, place
        An OpenStreetMap extract, or the name of a place to download.
    locations, plant, rates
        One file each, or None.
    coverage
        Coverage files, all in one form.
    layers
        Land layers: a path, or ``kind=path`` where the file's name does not say which kind it is.
    poles, awards, dem
        Layers whose kind is known.
    """

    osm: Path | None = None
    place: str = ""
    locations: Path | None = None
    coverage: tuple[Path, ...] = ()
    plant: Path | None = None
    poles: Path | None = None
    layers: tuple[str, ...] = ()
    awards: Path | None = None
    dem: Path | None = None
    rates: Path | None = None


def init_study(directory: Path, parts: StudyParts, *, profile: str = "generic") -> Path:
    """Make a study in `directory` and return its study.toml.

    Parameters
    ----------
    directory
        A folder that is missing or empty; its name becomes the study's name.
    parts
        Where the inputs are now; they are copied, and a downloaded place is kept.
    profile
        Shipped rule book to start from.

    Raises
    ------
    SourceError
        ``E_NO_FILE`` for a file that is not there, ``E_FORMAT`` for a name without a usable ending, ``E_PLACE…`` where
        a place cannot be downloaded.
    StudyError
        ``E_LAYER_KIND`` where a layer's kind cannot be told.
    OutputError
        ``E_OUT_NOT_EMPTY`` where the folder holds anything.
    """
    require_replaceable(directory, NO_MARK)
    layers = _layer_files(parts)
    _require_files([path for path in _single_files(parts) if path] + [path for _, path in layers])
    currency = _currency(profile, parts.rates)
    with replaced_folder(directory, NO_MARK) as folder:
        text = _header(directory.resolve().name, profile, currency) + _inputs(folder, parts, layers)
        (folder / STUDY_FILE).write_text(text, encoding="utf-8")
    return directory / STUDY_FILE


def _single_files(parts: StudyParts) -> list[Path | None]:
    return [parts.osm, parts.locations, parts.plant, parts.rates, *parts.coverage]


def _require_files(paths: list[Path]) -> None:
    """Refuse names that lead to no file, all at once."""
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise SourceError("no such file", code="E_NO_FILE", where=missing, hint="correct the path")


def _layer_files(parts: StudyParts) -> list[tuple[str, Path]]:
    """Kind and path of every layer, those whose option says the kind first."""
    known = [("pole", parts.poles), ("award", parts.awards), ("dem", parts.dem)]
    return [(kind, path) for kind, path in known if path] + [_layer_kind(text) for text in parts.layers]


def _layer_kind(text: str) -> tuple[str, Path]:
    """Tell a layer's kind from ``kind=path``, else from a word in the file's name."""
    kind, sign, rest = text.partition("=")
    if sign and kind in get_args(LayerKind):
        return kind, Path(rest)
    words = re.findall(r"[a-z]+", Path(text).name.lower())
    for word in words:
        for candidate in (word, word.removesuffix("s"), word.removesuffix("es")):
            if candidate in _WORDS:
                return _WORDS[candidate], Path(text)
    raise StudyError(
        "cannot tell what kind of layer this is",
        code="E_LAYER_KIND",
        where=[text],
        hint=f"write kind=file, with a kind of {', '.join(get_args(LayerKind))}",
    )


def _currency(profile: str, rates: Path | None) -> str:
    """Currency in which all rates are, the study's own laid over the shipped ones."""
    book = load_rulebook(profile)
    if rates is None:
        return book.currency
    rows = book.with_rates(read_rates(rates.parent, rates.name)).rates
    found = sorted({row.currency for row in rows} - {""})
    return found[0] if len(found) == 1 else book.currency


def _header(name: str, profile: str, currency: str) -> str:
    """Write the part of study.toml that says what the study is."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64] or "study"
    return (
        "# A study of expansion. Every key that may stand here, with its default: docs/reference/study.md\n"
        f'schema = 1\n\n[study]\nname = "{slug}"\nprofile = "{profile}"\ncurrency = "{currency}"\n'
    )


def _inputs(folder: Path, parts: StudyParts, layers: list[tuple[str, Path]]) -> str:
    """Copy the inputs into `folder` and write the part of study.toml that names them."""
    osm = download_place(parts.place, folder / "region.osm") if parts.place else _copy(parts.osm, folder, "region")
    text = _section("inputs.osm", file=osm.name)
    if parts.locations:
        text += _section("inputs.locations", file=_copy(parts.locations, folder, "locations").name)
    if parts.coverage:
        text += _coverage(folder, parts)
    if parts.plant:
        text += _section("inputs.plant", file=_copy(parts.plant, folder, "plant").name)
    if parts.rates:
        text += _section("inputs.rates", file=_copy(parts.rates, folder, "rates").name)
    for number, (kind, path) in enumerate(layers, start=1):
        copied = _copy(path, folder, f"layer-{number}-{kind.replace('_', '-')}")
        text += _section("[inputs.layers]", kind=kind, file=copied.name)
    return text


def _section(title: str, **values: object) -> str:
    """Write a TOML table of text and lists of text."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join(["", f"[{title}]", *lines, ""])


def _coverage(folder: Path, parts: StudyParts) -> str:
    """Copy coverage and say its form, and how its rows meet the locations."""
    several = len(parts.coverage) > 1
    names = [
        _copy(path, folder, f"coverage-{number}" if several else "coverage").name
        for number, path in enumerate(parts.coverage, start=1)
    ]
    if not is_bdc(parts.coverage[0]):
        return _section("inputs.coverage", kind="generic", files=names)
    by_id = parts.locations is not None and has_column(parts.locations, "location_id")
    return _section("inputs.coverage", kind="bdc", files=names, join="location_id" if by_id else "h3")


def _copy(path: Path | None, folder: Path, stem: str) -> Path:
    """Copy a file into the study under a plain name that keeps its ending."""
    found = _SUFFIX.search(path.name.lower()) if path else None
    if path is None or found is None:
        raise SourceError("the file's name has no ending that says its format", code="E_FORMAT", where=[path])
    if found.group(0) == ".shp":
        raise SourceError(
            "a Shapefile is several files", code="E_SHP_PARTS", where=[path], hint="zip its parts and name the .zip"
        )
    copied = folder / f"{stem}{found.group(0)}"
    if copied.exists():
        raise OutputError("two inputs have one name", where=[copied.name])
    shutil.copyfile(path, copied)
    return copied

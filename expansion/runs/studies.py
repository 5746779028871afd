"""Read a study file, with changes from the command line laid over it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from expansion.errors import SourceError, StudyError
from expansion.study import Study, parse_study

STUDY_FILE = "study.toml"
_LARGEST = 1_000_000
_PLAIN = re.compile(r"""^[^\s"'\[\]{}=,#][^"'\[\]{}\n]*$""")


def read_study(path: Path, changes: Sequence[str] = ()) -> tuple[Study, Path]:
    """Read a study and say in which folder its inputs lie.

    Parameters
    ----------
    path
        A study.toml, or the folder that holds one.
    changes
        ``key=value`` each, the key dotted as in ``network.drop_max_m=200``; the value is TOML, or a plain word. A key
        without a value, ``portfolio.total_budget=``, is left out of the study.

    Raises
    ------
    SourceError
        ``E_NO_FILE`` where there is no such file, ``E_ENCODING`` where it is not UTF-8.
    StudyError
        ``E_TOML`` with the line, ``E_SET`` for a change that cannot be read, else as `parse_study`.
    """
    file = path / STUDY_FILE if path.is_dir() else path
    document = parse_toml(_text(file), file.name)
    for change in changes:
        _lay_over(document, change)
    return parse_study(document, changes), file.resolve().parent


def _text(file: Path) -> str:
    """Read the study file, which is small."""
    try:
        if file.stat().st_size > _LARGEST:
            raise StudyError("a study file over 1 MB is not a study", code="E_TOO_BIG", where=[file.name])
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise SourceError(
            "no such study", code="E_NO_FILE", where=[file], hint="name a study.toml or its folder; init makes one"
        ) from error
    except UnicodeDecodeError as error:
        place = f"{file.name}: byte {error.start}"
        raise SourceError(
            "the study is not UTF-8 text", code="E_ENCODING", where=[place], hint="save it as UTF-8"
        ) from error
    except OSError as error:
        raise SourceError(f"cannot read the study ({error.strerror})", code="E_NO_FILE", where=[file]) from error


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """Parse TOML; an error names file and line."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "nested too deep"
        found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", message)
        line = found.group(1) if found and found.group(1) else text.count("\n") + 1
        plain = message.replace(found.group(0), "") if found else message
        raise StudyError(
            f"not valid TOML: {plain[:1].lower()}{plain[1:]}", code="E_TOML", where=[f"{name}: line {line}"]
        ) from error


def _lay_over(document: dict[str, Any], change: str) -> None:
    """Set one key of the document; tables on the way are made where they are missing."""
    key, sign, text = change.partition("=")
    parts = key.strip().split(".")
    if not sign or not all(parts):
        raise StudyError(
            "expected key=value", code="E_SET", where=[change], hint="write it without spaces: network.drop_max_m=200"
        )
    table: Any = document
    for part in parts[:-1]:
        table = _enter(table, part, change)
    last = parts[-1]
    if isinstance(table, list) and last.isdecimal() and int(last) < len(table):
        table[int(last)] = _value(text.strip(), change)
    elif isinstance(table, dict) and not text.strip():
        table.pop(last, None)
    elif isinstance(table, dict):
        table[last] = _value(text.strip(), change)
    else:
        raise StudyError("the key does not lead to a table", code="E_SET", where=[change])


def _enter(table: Any, part: str, change: str) -> Any:
    """Step into a table, or into a row of an array."""
    if isinstance(table, dict):
        return table.setdefault(part, {})
    if isinstance(table, list) and part.isdecimal() and int(part) < len(table):
        return table[int(part)]
    raise StudyError("the key does not lead to a table", code="E_SET", where=[change])


def _value(text: str, change: str) -> Any:
    """Read a value as TOML; a plain word stands for itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        if _PLAIN.match(text):
            return text
        raise StudyError(
            "the value is not TOML", code="E_SET", where=[change], hint='quote text as in study.name="valley"'
        ) from error

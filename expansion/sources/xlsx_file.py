"""Read one sheet of an Excel workbook as text, cell by cell, from an archive that was checked before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import numpy as np

from expansion.errors import SourceError
from expansion.sources.archive import Archive
from expansion.sources.rawtable import Named, RawTable
from expansion.sources.xml_guard import guard_xml

MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 500
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def read_xlsx(path: Path, named: Named, scratch: Path) -> RawTable:
    """Read the sheet that `named.layer` names, else the first; the first row that holds anything is the header.

    Formulas count by the value that the workbook last saved. Numbers are read as they are stored: a date is the number
    of its day.

    Raises
    ------
    SourceError
        ``E_XLSX`` for a workbook that holds no such sheet, ``E_TOO_BIG`` for over 200,000 rows, what `Archive` and
        `guard_xml` raise, ``E_NO_FEATURES`` where no row follows the header, ``E_COLUMN`` for a heading that stands
        twice.

    References
    ----------
    ECMA-376, Office Open XML, part 1, 18.3 (worksheets) and 18.4 (shared strings).
    """
    parts = _Parts(path, named.name, scratch)
    strings = [_said(item) for item in parts.elements("xl/sharedStrings.xml", "si")] if parts.has_strings else []
    rows = [row for row in _rows(parts, parts.sheet(named.layer), strings) if any(row[1].values())]
    if not rows:
        raise SourceError("the sheet is empty", code="E_NO_FEATURES", where=[named.name])
    header = {column: text for column, text in rows[0][1].items() if text}
    twice = sorted({text for text in header.values() if list(header.values()).count(text) > 1})
    if twice:
        raise SourceError("a heading stands twice", code="E_COLUMN", where=[f"{named.name} {text}" for text in twice])
    if len(rows) == 1:
        raise SourceError("the file has a header and no rows", code="E_NO_FEATURES", where=[named.name])
    columns = {text: [cells.get(column) or None for _, cells in rows[1:]] for column, text in header.items()}
    return RawTable(named.name, columns, named.columns, np.array([number for number, _ in rows[1:]], dtype=np.int64))


class _Parts:
    """The members of a workbook."""

    def __init__(self, path: Path, name: str, scratch: Path) -> None:
        self.name, self._scratch, self._archive = name, scratch, Archive(path, name)
        self._members = {member.filename: member for member in self._archive.members}
        self.has_strings = "xl/sharedStrings.xml" in self._members

    def elements(self, member: str, tag: str) -> Iterator[ET.Element]:
        """Yield the elements of a kind; each is forgotten once the next is asked for."""
        found = self._members.get(member)
        if found is None:
            raise SourceError(
                f"the workbook holds no {member}", code="E_XLSX", where=[self.name], hint="save it again, or as CSV"
            )
        path = self._archive.extract(found, self._scratch / "part.xml")
        with path.open("rb") as file:
            guard_xml(file, self.name, whole=True)
        for _, element in ET.iterparse(path):  # guarded: no DOCTYPE, bounded depth
            if _plain(element.tag) == tag:
                yield element
                element.clear()

    def sheet(self, wanted: str) -> str:
        """Return the member that holds a sheet by its name, the first where none is named."""
        targets = {
            one.get("Id", ""): one.get("Target", "")
            for one in self.elements("xl/_rels/workbook.xml.rels", "Relationship")
        }
        sheets = {}
        for one in self.elements("xl/workbook.xml", "sheet"):
            link = next((value for key, value in one.attrib.items() if _plain(key) == "id"), "")
            sheets[one.get("name", "")] = targets.get(link, "")
        if not sheets or (wanted and wanted not in sheets):
            text = f"no sheet {wanted!r}; there are {', '.join(sorted(sheets)) or 'none'}"
            raise SourceError(text, code="E_XLSX", where=[self.name], hint="name a sheet of the workbook")
        target = sheets[wanted] if wanted else next(iter(sheets.values()))
        return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]


def _said(element: ET.Element) -> str:
    """Text of a string item, without readings of it in another script."""
    aside = {id(text) for run in element.iter() if _plain(run.tag) == "rPh" for text in run.iter()}
    return "".join(text.text or "" for text in element.iter() if _plain(text.tag) == "t" and id(text) not in aside)


def _rows(parts: _Parts, member: str, strings: list[str]) -> Iterator[tuple[int, dict[int, str]]]:
    """Yield rows as number and text by column."""
    for count, row in enumerate(parts.elements(member, "row"), start=1):
        if count > MOST_ROWS:
            raise SourceError(f"the sheet has over {MOST_ROWS:,} rows", code="E_TOO_BIG", where=[parts.name])
        cells: dict[int, str] = {}
        for cell in row:
            found = _ADDRESS.fullmatch(cell.get("r", ""))
            column = _column(found[1]) if found else len(cells)
            if column < MOST_COLUMNS:
                cells[column] = _text(cell, strings, parts.name).strip()
        yield int(row.get("r") or count), cells


def _column(letters: str) -> int:
    """Return the number of a column, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _text(cell: ET.Element, strings: list[str], name: str) -> str:
    """Text of a cell by its type; a number without its needless fraction."""
    kind: str = cell.get("t", "n")
    if kind == "inlineStr":
        return _said(cell)
    value: str = next((child.text for child in cell if _plain(child.tag) == "v"), None) or ""
    if kind == "s":
        if not value.isdecimal() or int(value) >= len(strings):
            raise SourceError("a cell names a text that is not there", code="E_XLSX", where=[f"{name} {cell.get('r')}"])
        return strings[int(value)]
    return value.removesuffix(".0") if kind == "n" else value

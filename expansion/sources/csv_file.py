"""Read CSV: one delimiter, one encoding, rows as long as the header, no cell that fills the memory."""

from __future__ import annotations

import codecs
import csv
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from expansion.errors import SourceError
from expansion.sources.rawtable import Named, RawTable

MOST_COLUMNS: Final = 2_000
_WINDOW = 1 << 22
_BLOCK = 1 << 22
_ARROW_BLOCK = 1 << 24
_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_csv(path: Path, named: Named, scratch: Path) -> RawTable:
    """Read a CSV whole, every cell as text."""
    table = open_csv(path, named, scratch).read_all()
    columns = {label: table.column(at) for at, label in enumerate(table.column_names)}
    return RawTable(named.name, columns, named.columns, np.arange(table.num_rows, dtype=np.int64) + 2)


class CsvStream:
    """A checked CSV, read block by block, every cell as text.

    Parameters
    ----------
    path
        The file in UTF-8, already examined by `examine_csv`.
    name
        Name to show in errors.
    header
        Column names.
    delimiter
        One of comma, semicolon, tab.
    """

    def __init__(self, path: Path, name: str, header: list[str], delimiter: str) -> None:
        self.name, self.header = name, header
        self._path, self._delimiter = path, delimiter

    def batches(self, columns: list[str] | None = None) -> pa_csv.CSVStreamingReader:
        """Open a reader of record batches with these columns, in this order; all where None."""
        wanted = columns or self.header
        return pa_csv.open_csv(
            self._path,
            read_options=pa_csv.ReadOptions(
                use_threads=False, block_size=_ARROW_BLOCK, column_names=self.header, skip_rows=1
            ),
            parse_options=pa_csv.ParseOptions(delimiter=self._delimiter, newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types={label: pa.string() for label in wanted},
                include_columns=wanted,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )

    def read_all(self) -> pa.Table:
        """Read every row and column."""
        try:
            return self.batches().read_all()
        except pa.ArrowInvalid as error:
            raise self.explain(error) from error

    def explain(self, error: Exception) -> SourceError:
        """Turn Arrow's complaint into ours."""
        text = str(error).split("\n")[0]
        if "Empty CSV" in text or "no data" in text.lower():
            return SourceError("the file has a header and no rows", code="E_NO_FEATURES", where=[self.name])
        number = text.partition("Row #")[2].partition(":")[0]
        place = f"{self.name}:{number}" if number.isdigit() else self.name
        if "Expected" in text and "columns" in text:
            return SourceError(
                f"a row does not have the header's {len(self.header)} cells",
                code="E_CSV_RAGGED",
                where=[place],
                hint="repair the row, or quote cells that hold the delimiter",
            )
        return SourceError(f"the file is no readable CSV: {text[:100]}", code="E_CSV", where=[place])


def open_csv(path: Path, named: Named, scratch: Path) -> CsvStream:
    """Examine a CSV and open it for streaming; UTF-16 is rewritten as UTF-8 into `scratch` first."""
    path = _as_utf8(path, named.name, scratch)
    examine_csv(path, named.name)
    header, delimiter = _header(path, named.name)
    return CsvStream(path, named.name, header, delimiter)


def _as_utf8(path: Path, name: str, scratch: Path) -> Path:
    with path.open("rb") as file:
        head = file.read(4)
    encoding = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)
    if encoding is None:
        return path
    out = scratch / "utf8.csv"
    try:
        with path.open(encoding=encoding, newline="") as source, out.open("w", encoding="utf-8", newline="") as sink:
            while text := source.read(_BLOCK):
                sink.write(text)
    except UnicodeError as error:
        raise SourceError(f"the file is no valid {encoding.upper()}", code="E_ENCODING", where=[name]) from error
    return out


def examine_csv(path: Path, name: str) -> None:
    """Look at every byte once: valid UTF-8, no NUL, a delimiter or line end in every 4 MiB."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            _examine_block(block, decoder, offset, name)
            offset += len(block)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _not_utf8(name, offset) from error


def _examine_block(block: bytes, decoder: codecs.IncrementalDecoder, offset: int, name: str) -> None:
    if b"\0" in block:
        place = f"{name} byte {offset + block.index(0)}"
        raise SourceError("the file holds NUL bytes", code="E_ENCODING", where=[place], hint="save it as UTF-8 text")
    for start in range(0, len(block), _WINDOW):
        window = block[start : start + _WINDOW]
        if len(window) == _WINDOW and not any(mark in window for mark in (b",", b";", b"\t", b"\n")):
            raise SourceError(
                "a cell is longer than 4 MiB", code="E_CSV_FIELD", where=[f"{name} byte {offset + start}"]
            )
    held = len(decoder.getstate()[0])
    try:
        decoder.decode(block)
    except UnicodeDecodeError as error:
        raise _not_utf8(name, offset - held + error.start) from error


def _not_utf8(name: str, offset: int) -> SourceError:
    return SourceError(
        "the file is not UTF-8", code="E_ENCODING", where=[f"{name} byte {offset}"], hint="save it as UTF-8"
    )


def _header(path: Path, name: str) -> tuple[list[str], str]:
    """Read the header line; the delimiter is whichever of comma, semicolon and tab it holds most."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        line = file.readline(1 << 24).rstrip("\r\n")
    if not line.strip():
        raise SourceError("the file is empty", code="E_NO_FEATURES", where=[name])
    delimiter = max((",", ";", "\t"), key=line.count)
    if line.count(delimiter) >= MOST_COLUMNS:
        found = line.count(delimiter) + 1
        raise SourceError(f"{found} columns, more than {MOST_COLUMNS}", code="E_TOO_MANY_COLUMNS", where=[name])
    header = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
    twice = sorted({cell for cell in header if header.count(cell) > 1})
    if twice:
        raise SourceError(
            "columns stand twice in the header", code="E_COLUMN", where=[f"{name} {cell}" for cell in twice]
        )
    return header, delimiter

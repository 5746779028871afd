"""Read the figures of plan.json back from each export, by programs that share no code with the writers."""

import csv
import io
import re
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing

import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pypdf

KML = {"k": "http://www.opengis.net/kml/2.2"}


def from_gpkg(path):
    with closing(sqlite3.connect(path)) as base:
        return dict(base.execute("SELECT key, number FROM plan WHERE number IS NOT NULL"))


def from_xlsx(path):
    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        rows = list(book["summary"].iter_rows(min_row=2, max_col=2, values_only=True))
    return {key: value for key, value in rows if isinstance(value, (int, float)) and not isinstance(value, bool)}


def from_kmz(path):
    with zipfile.ZipFile(path) as archive:
        root = ET.parse(io.BytesIO(archive.read("doc.kml"))).getroot()
    rows = root.findall("k:Document/k:ExtendedData/k:Data", KML)
    return numbers((row.get("name"), row.findtext("k:value", "", KML)) for row in rows)


def from_shp(path):
    table = pyogrio.read_dataframe(path / "plan.dbf")
    return {key: number for key, number in zip(table["key"], table["number"], strict=True) if number == number}


def from_csv(path):
    with (path / "plan.csv").open(newline="", encoding="utf-8") as stream:
        return numbers((row["key"], row["number"]) for row in csv.DictReader(stream))


def from_geoparquet(path):
    rows = pq.read_table(path / "plan.parquet", columns=["key", "number"]).to_pylist()
    return {row["key"]: row["number"] for row in rows if row["number"] is not None}


def from_html(path):
    cells = ET.parse(path).getroot().iter("{http://www.w3.org/1999/xhtml}data")
    return numbers((cell.get("data-key"), cell.get("value")) for cell in cells)


def from_pdf(path):
    """Rows of the appendix that the outline names last: a line with the key, then one with the number."""
    reader = pypdf.PdfReader(path)
    *_, last = reader.outline[-1]
    pages = reader.pages[reader.get_destination_page_number(last) :]
    rows = re.findall(r"^(\S+)\n ?(-?[\d,]+(?:\.\d+)?)$", "\n".join(one.extract_text() for one in pages), re.MULTILINE)
    return numbers((key, value.replace(",", "")) for key, value in rows)


def numbers(rows):
    """Keep what reads as a number."""
    found = {}
    for key, text in rows:
        try:
            found[key] = float(text)
        except ValueError:
            continue
    return found


READERS = {
    "gpkg": from_gpkg, "xlsx": from_xlsx, "kmz": from_kmz, "shp": from_shp, "csv": from_csv,
    "geoparquet": from_geoparquet, "html": from_html, "pdf": from_pdf,
}  # fmt: skip

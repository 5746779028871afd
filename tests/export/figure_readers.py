"""Read the figures of a plan back from each export, by place: (table, row, column), with readers of other hands.

Figures of plan.json stand under ("plan", key, ""). Rows go by the key of their table, else by number. What an export
does not hold is left out. A reader takes the path of its export; `KEYS` says which column tells rows apart.
"""

import csv
import io
import json
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing

import icalendar
import openpyxl
import pyarrow.parquet as pq

from tests.export.pdf_tables import pdf_rows
from tests.export.readers import READERS as OF_PLAN

KEYS = {
    "areas": "area_id", "hub_areas": "hub_id", "phase_areas": "phase", "sites": "site_id", "spans": "span_id",
    "cables": "cable_id", "drops": "location_id", "locations": "location_id", "permits": "permit_id",
    "tasks": "task_id", "gates": "gate_row_id", "waves": "wave_id", "procurement": "lot_id", "risks": "risk_id",
    "milestones": "milestone_id", "forecasts": "id", "initiatives": "initiative_id", "frontier": "point",
    "schedule_checks": "check_id", "review_targets": "review_id", "lessons": "lesson_id",
    "gate_artifacts": "artifact_id",
}  # fmt: skip
XHTML = "{http://www.w3.org/1999/xhtml}"
REWORDED = ("where", "chance")  # columns of the page alone
MSPDI = "{http://schemas.microsoft.com/project}"
KML = {"k": "http://www.opengis.net/kml/2.2"}
OF_KML = {  # a column that only one layer of a globe has
    "setback_m": "drops", "bore_m": "spans", "crossings": "permits", "eligible": "locations", "cost_base": "areas",
    "parent_site_id": "sites",
}  # fmt: skip


def plain(value):
    """Return one form for equal values of different programs: numbers and flags as floats, else text."""
    if value is None or value != value or value == "":
        return None
    text = str(value).removeprefix("'")
    try:
        return float(text)
    except ValueError:
        return {"true": 1.0, "false": 0.0}.get(text.lower(), text)


def of_rows(table, rows):
    """Place the cells of a table."""
    found = {}
    for number, row in enumerate(rows):
        key = str(row[KEYS[table]]) if table in KEYS else number
        for column, value in row.items():
            if column not in ("geometry", "fid", "geom", "longitude", "latitude") and plain(value) is not None:
                found[table, key, column] = plain(value)
    return found


def of_plan(name, path):
    """Figures of plan.json, by the readers that another test holds against plan.json itself."""
    return {("plan", key, ""): float(value) for key, value in OF_PLAN[name](path).items()}


def from_csv(path):
    found = of_plan("csv", path)
    for one in sorted(path.glob("*.csv")):
        if one.stem != "plan":
            with one.open(newline="", encoding="utf-8") as stream:
                found |= of_rows(one.stem, csv.DictReader(stream))
    return found


def from_geojson(path):
    found = {}
    for one in sorted(path.glob("*.geojson")):
        features = json.loads(one.read_text("utf-8"))["features"]
        found |= of_rows(one.stem, [feature["properties"] for feature in features])
    return found


def from_geoparquet(path):
    found = of_plan("geoparquet", path)
    for one in sorted(path.glob("*.parquet")):
        if one.stem != "plan":
            names = [name for name in pq.read_schema(one).names if name != "geometry"]
            found |= of_rows(one.stem, pq.read_table(one, columns=names).to_pylist())
    return found


def from_gpkg(path):
    found = of_plan("gpkg", path)
    with closing(sqlite3.connect(path)) as base:
        base.row_factory = sqlite3.Row
        names = [row[0] for row in base.execute("SELECT table_name FROM gpkg_contents ORDER BY 1")]
        for name in set(names) - {"plan", "layer_styles"}:
            found |= of_rows(name, map(dict, base.execute(f'SELECT * FROM "{name}" ORDER BY fid')))
    return found


def from_xlsx(path):
    found = of_plan("xlsx", path)
    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        for sheet in book.worksheets:
            heads, *rows = sheet.iter_rows(values_only=True)
            if len(set(heads)) == len(heads):
                table = [dict(zip(heads, row, strict=False)) for row in rows]
                found |= of_sheet({"BOM": "bom"}.get(sheet.title, sheet.title), table)
    return found


def of_sheet(name, rows):
    """Place the cells of a sheet: of a table, a list of plan.json, sums per area or phase, or the permits to file."""
    if name in ("phases", "findings", "inputs"):
        key = "portfolio.phases" if name == "phases" else name
        cells = [(f"{key}[{n}].{column}", value) for n, row in enumerate(rows) for column, value in row.items()]
        return {("plan", place, ""): float(value) for place, value in cells if isinstance(value, (int, float))}
    if name == "by_area":
        return {("areas", row["area_id"], "cost_base"): row["total"] for row in rows if row["area_id"] != "total"}
    if name == "by_phase":
        last = {"total": "cost.base"}
        keys = {f"phase {n}": f"portfolio.phases[{n - 1}].cost" for n in range(1, len(rows))} | last
        return {("plan", keys[row["phase"]], ""): row["total"] for row in rows}
    if name == "applications":
        dates = {"file_on": "start", "expected_on": "finish", "is_critical": "is_critical"}
        tasks = [
            {"task_id": f"permit-{row['permit_id']}"} | {new: row[old] for old, new in dates.items()} for row in rows
        ]
        same = ("permit_id", "fee", "rent_year", "lead_time_calendar_days", "lead_time_max", "lots", "length_m")
        return of_rows("tasks", tasks) | of_rows("permits", [{column: row[column] for column in same} for row in rows])
    return of_rows(name, rows)


def from_kmz(path):
    found = of_plan("kmz", path)
    with zipfile.ZipFile(path) as archive:
        root = ET.parse(io.BytesIO(archive.read("doc.kml"))).getroot()
    for mark in root.iter("{http://www.opengis.net/kml/2.2}Placemark"):
        row = {one.get("name"): one.findtext("k:value", "", KML) for one in mark.findall("k:ExtendedData/k:Data", KML)}
        table = next((name for column, name in OF_KML.items() if column in row), None)
        found |= of_rows(table, [row]) if table else {}
    return found


def from_mspdi(path):
    root = ET.parse(path).getroot()
    found = {}
    for task in root.iter(f"{MSPDI}Task"):
        fields = {
            one.findtext(f"{MSPDI}FieldID"): one.findtext(f"{MSPDI}Value")
            for one in task.findall(f"{MSPDI}ExtendedAttribute")
        }
        cost = int(task.findtext(f"{MSPDI}Cost")) / 100
        if task.findtext(f"{MSPDI}UID") == "0":
            whole = cost
        elif task.findtext(f"{MSPDI}Summary") == "1" and task.findtext(f"{MSPDI}OutlineLevel") == "1":
            words = task.findtext(f"{MSPDI}Name").split()
            if words[0] == "Area":
                found["areas", words[1], "cost_base"] = cost
            else:  # initiatives, which the plan does not count to its base
                found["plan", "portfolio.initiatives_cost", ""] = cost
                found["plan", "cost.base", ""] = round(whole - cost, 2)
        if "188743731" in fields:
            hours = int(task.findtext(f"{MSPDI}Duration").removeprefix("PT").split("H")[0])
            row = {
                "task_id": fields["188743731"], "wbs": task.findtext(f"{MSPDI}WBS"), "cost": cost,
                "name": task.findtext(f"{MSPDI}Name"), "start": task.findtext(f"{MSPDI}Start")[:10],
                "finish": task.findtext(f"{MSPDI}Finish")[:10], "duration_days": hours / 8,
                "is_critical": task.findtext(f"{MSPDI}Critical"), "role": task.findtext(f"{MSPDI}Contact"),
                "total_float_days": int(task.findtext(f"{MSPDI}TotalSlack")) / 4800,
                "free_float_days": int(task.findtext(f"{MSPDI}FreeSlack")) / 4800,
                "area_id": fields.get("188743734"), "gate": fields.get("188743737"),
                "permit_id": fields.get("188743740"), "crews": fields.get("188743743"),
            }  # fmt: skip
            found |= of_rows("tasks", [row])
    return found


def from_ics(path):
    """Days of events; the day of a permit is that of its task, the application and its decision."""
    places = {
        "GATE": ("gates", "date", None), "ORDER": ("procurement", "order_by", None),
        "MARKETING": ("waves", "marketing_start", None), "WAVE": ("waves", "start", "finish"),
        "MILESTONE": ("tasks", "start", "finish"), "GRANT": ("milestones", "date", None),
    }  # fmt: skip
    found = {}
    for event in icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
        category, key = event["CATEGORIES"].to_ical().decode(), str(event["X-PLAN-ID"])
        first, last = event.decoded("DTSTART"), event.decoded("DTEND")
        if category in ("FILE", "DECISION"):
            found["tasks", f"permit-{key}", {"FILE": "start", "DECISION": "finish"}[category]] = str(first)
        elif category in places:
            table, start, finish = places[category]
            found[table, key, start] = str(first)
            if finish:
                found[table, key, finish] = str(last.fromordinal(last.toordinal() - 1))
    return found


def from_ofds(path):
    network = json.loads((path / "network-package.json").read_text("utf-8"))["networks"][0]
    found = {}
    for span in network["spans"]:
        row = {"span_id": span["id"], "is_existing": span["status"] == "operational", "reason": span["name"]}
        row |= {"method": span["supportingInfrastructure"]["description"]}
        found |= of_rows("spans", [row])
    for phase in network["phases"]:
        number, (areas, locations, cost) = int(phase["id"]) - 1, phase["description"].split(", ")
        place = f"portfolio.phases[{number}]"
        found["plan", f"{place}.areas", ""] = float(areas.split()[0])
        found["plan", f"{place}.locations", ""] = float(locations.split()[0])
        found["plan", f"{place}.cost", ""] = float(cost.split()[-1])
    return found


def from_html(path):
    """Cells that name their table, row and column; what is shown must be the value, rounded as it is shown."""
    found = of_plan("html", path)
    for table in ET.parse(path).getroot().iter(f"{XHTML}table"):
        for row in table.iter(f"{XHTML}tr") if table.get("data-table") else ():
            for cell in row:
                if (value := plain(cell.get("data-value"))) is not None and cell.get("data-column") not in REWORDED:
                    assert as_shown(value, cell.text) == cell.text
                    found[table.get("data-table"), row.get("data-row"), cell.get("data-column")] = value
    return found


def as_shown(value, shown):
    """Write a value with as many decimals as are shown."""
    if isinstance(value, str) or shown in ("yes", "no"):
        return {1.0: "yes", 0.0: "no"}.get(value, value)
    decimals = len(shown.partition(".")[2])
    return f"{value:z,.{decimals}f}" if "," in shown or abs(value) < 1000 else f"{value:z.{decimals}f}"


def from_pdf(path):
    """Figures of plan.json, and the cells of tables that print whole."""
    found = of_plan("pdf", path)
    for table, row in pdf_rows(path):
        found |= of_rows(table, [row])
    return found


FIGURE_READERS = {
    "csv": from_csv, "geojson": from_geojson, "geoparquet": from_geoparquet, "gpkg": from_gpkg, "xlsx": from_xlsx,
    "kmz": from_kmz, "mspdi": from_mspdi, "ics": from_ics, "ofds": from_ofds, "html": from_html, "pdf": from_pdf,
}  # fmt: skip


def apart(carriers):
    """Places at which carriers differ, with what each says; and how many places of each carrier another holds too."""
    places = {}
    for name, figures in carriers.items():
        for place, value in figures.items():
            places.setdefault(place, {})[name] = value
    shared = {place: said for place, said in places.items() if len(said) > 1}
    counts = {name: sum(name in said for said in shared.values()) for name in carriers}
    return {place: said for place, said in shared.items() if len(set(said.values())) > 1}, counts

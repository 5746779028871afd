"""Read tables of the printed proposal back: cells stand one a line, a row is known by the kinds of its cells.

Only cells are taken that print whole: dates, counts, words; money is rounded to the unit and left out.
"""

import re

import pypdf

DATE, COUNT, WORD, MONEY = r"(\d{4}-\d\d-\d\d)", r"([\d,]+)", r"(\S+)", r"[\d,]+"
TABLES = (  # heading, table, cells of a row, column of each group; the first is the key
    ("Areas, and why they were chosen", "areas", (WORD, COUNT, r"(\d{4})", COUNT, COUNT, MONEY),
     ("area_id", "phase", "year", "locations", "units")),
    ("Not chosen, and why", "areas", (WORD, COUNT, COUNT, MONEY), ("area_id", "locations", "units")),
    ("Lots to buy", "procurement", (r"(\S+-P\d+)", WORD, COUNT, MONEY, r"\S+", MONEY, COUNT, DATE, DATE),
     ("lot_id", "item", "phase", "lead_time_calendar_days", "need_by", "order_by")),
    ("Onboarding waves", "waves", (r"(\S+-W\d+)", WORD, COUNT, DATE, DATE, DATE, COUNT),
     ("wave_id", "area_id", "phase", "marketing_start", "start", "finish", "locations")),
    ("Finish and cost|How sure finish and cost are", "forecasts",
     (r"(whole\nprogram|phase \d+)", DATE, DATE, DATE), ("id", "planned_finish", "finish_p50", "finish_p80")),
    ("Milestones", "milestones", (r"()(\d\.\d\d)", DATE, COUNT, COUNT, COUNT, "(yes|no)"),
     ("milestone_id", "share", "date", "needed", "locations", "accepted", "met")),
    ("Value by ranking", "frontier", (rf"(){MONEY}", COUNT, COUNT, MONEY, r"[\d.,]+"),
     ("point", "areas", "locations")),
    ("Gates by area", "gates", (r"(G\d)", r"[^\n]+", WORD, DATE), ("gate", "area_id", "date")),
)  # fmt: skip


def pdf_rows(path):
    """List the rows of each table that is read: pairs of table and row."""
    reader = pypdf.PdfReader(path)
    text = "\n".join(page.extract_text() for page in reader.pages)
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", text)
    titles = sorted(set(titles_of(reader.outline)), key=len)
    rows = []
    for heading, table, cells, columns in TABLES:
        pattern = re.compile("^" + "\n".join(cells) + "$", re.MULTILINE)
        for part in sections(text, heading, titles):
            for number, found in enumerate(pattern.findall(part), 1):
                row = dict(zip(columns, (value.replace(",", "") for value in found), strict=True))
                rows.append((table, keyed(table, row, number)))
    return rows


def titles_of(outline):
    """Yield the titles of an outline and of what is below."""
    for one in outline:
        yield from titles_of(one) if isinstance(one, list) else [one.title]


def sections(text, heading, titles):
    """Cut out what stands between a heading and the next one."""
    ends = "|".join(re.escape(title) for title in [*titles, "Not chosen, and why", "Milestones"])
    return re.findall(rf"^(?:{heading})$\n(.*?)(?=^(?:{ends})$|\Z)", text, re.MULTILINE | re.DOTALL)


def keyed(table, row, number):
    """Name a row as its table does: numbered rows by their place, scopes by their id."""
    if table == "milestones":
        row |= {"milestone_id": f"M{number:02d}", "met": row["met"] == "yes"}
    elif table == "frontier":
        row |= {"point": number}
    elif table == "forecasts":
        row |= {"id": row["id"].removeprefix("whole\n").removeprefix("phase ")}
    elif table == "gates":
        row |= {"gate_row_id": f"{row['gate']}-{row['area_id']}"}
    return row

import io
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import fastkml
import pytest
from lxml import etree

from expansion.export.kml_text import text
from expansion.export.kmz import FOLDERS, kml_lines, write_kmz

KML = {"k": "http://www.opengis.net/kml/2.2"}
SCHEMA = Path(fastkml.__file__).parent / "schema" / "ogckml22.xsd"


@pytest.fixture(scope="module")
def archive(planned, tmp_path_factory):
    return zipfile.ZipFile(write_kmz(planned, tmp_path_factory.mktemp("kmz") / "plan.kmz"))


@pytest.fixture(scope="module")
def root(archive):
    return etree.parse(io.BytesIO(archive.read("doc.kml"))).getroot()


def name_of(element):
    return element.findtext("k:name", "", KML)


def test_it_is_valid_under_the_schema(root):
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(root)


def test_folders_are_phase_then_area_then_kind(root, planned):
    chosen = planned.tables["areas"].query("chosen")
    phases = [one for one in root.findall("k:Document/k:Folder", KML) if name_of(one).startswith("Phase")]
    assert [name_of(one) for one in phases] == [
        f"Phase {phase} ({year})" for phase, year in sorted(set(zip(chosen["phase"], chosen["year"], strict=True)))
    ]
    areas = [area for one in phases for area in one.findall("k:Folder", KML)]
    assert sorted(map(name_of, areas)) == sorted(chosen["area_id"])
    for area in areas:
        kinds = [name_of(one) for one in area.findall("k:Folder", KML)]
        assert kinds == [name for name in FOLDERS if name in kinds]
        assert {"Drops", "Terminals", "Locations"} <= set(kinds)


def test_everything_stands_exactly_once(root, planned):
    shown = Counter(name_of(one) for one in root.iterfind(".//k:Placemark", KML))
    keys = {"areas": "area_id", "spans": "span_id", "drops": "location_id", "sites": "site_id",
            "locations": "location_id", "permits": "permit_id", "hub_areas": "hub_id",
            "phase_areas": "phase"}  # fmt: skip
    wanted = Counter(str(one) for table, key in keys.items() for one in planned.tables[table][key])
    assert shown == wanted


def test_every_style_that_is_named_is_there(root):
    there = {one.get("id") for one in root.iterfind(".//k:Style", KML)}
    assert {one.text.removeprefix("#") for one in root.iterfind(".//k:styleUrl", KML)} <= there


def test_pictures_lie_inside(root, archive):
    wanted = {one.text for one in root.iterfind(".//k:href", KML)}
    assert wanted <= set(archive.namelist())
    assert all(archive.read(name).startswith(b"\x89PNG") for name in wanted)


def test_members_carry_a_fixed_date(archive):
    assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_plan_of_nothing_is_valid_too(planned):
    empty = {name: table.iloc[:0] for name, table in planned.tables.items()}
    root = etree.fromstring("\n".join(kml_lines(replace(planned, tables=empty))).encode())
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(root)
    assert root.find(".//k:Placemark", KML) is None


def test_a_globe_that_undoes_the_escape_finds_no_tag():
    assert text("<b>A & B</b>") == "‹b›A &amp; B‹/b›"

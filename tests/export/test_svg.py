import csv
import re
import xml.etree.ElementTree as ET

import pytest

from expansion.export.file_names import file_name
from expansion.export.svg import write_svg
from expansion.figures.cable_runs import read_plant
from tests.export.hostile import PAYLOADS, hostile

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def folder(planned, tmp_path_factory):
    return write_svg(planned, tmp_path_factory.mktemp("drawn") / "svg")


def texts(path):
    return [one.text or "" for one in ET.parse(path).getroot().iter(f"{SVG}text")]


def test_every_hub_has_its_schematic_and_the_contents_name_every_sheet(folder, planned):
    sites = planned.tables["sites"]
    hubs = sites.loc[sites["kind"] == "hub", "site_id"]
    with (folder / "contents.csv").open(newline="", encoding="utf-8") as stream:
        listed = {row["file"] for row in csv.DictReader(stream)}
    assert {f"hub-{name}.svg" for name in hubs} | {"network.svg"} <= listed
    assert listed == {path.name for path in folder.glob("*.svg")}


def test_every_connected_location_stands_on_the_sheet_of_its_hub(folder, planned):
    for hub_id, rows in planned.tables["paths"].groupby("hub_id"):
        hints = {one.text for one in ET.parse(folder / f"hub-{hub_id}.svg").getroot().iter(f"{SVG}title")}
        assert set(rows["location_id"]) <= hints


def test_every_terminal_and_closure_stands_on_a_line(folder, planned):
    sites = planned.tables["sites"]
    plant = read_plant(planned.tables)
    beside = {name for hub in plant.sites for name in plant.beside(hub)}
    along = sites["kind"].isin(["terminal", "closure"]) & ~sites["site_id"].isin(list(beside))
    for row in sites[along].itertuples():
        words = " ".join(
            word
            for path in folder.glob(f"{file_name('line-' + row.parent_site_id, set())}-*.svg")
            for word in texts(path)
        )
        assert row.site_id.removeprefix(f"{row.parent_site_id}-") in re.split(r"[ ,]+", words)


def test_names_of_strangers_are_words_on_a_sheet_and_nothing_more(planned, tmp_path):
    folder = write_svg(hostile(planned), tmp_path / "svg")
    seen = 0
    for path in folder.glob("*.svg"):
        assert re.fullmatch(r"[A-Za-z0-9._-]+\.svg", path.name)
        root = ET.parse(path).getroot()
        tags = {one.tag for one in root.iter()}
        assert tags <= {f"{SVG}{name}" for name in ("svg", "g", "path", "rect", "circle", "text", "title")}
        assert not {name for one in root.iter() for name in one.attrib if name.startswith("on") or "href" in name}
        seen += sum(payload[:9] in word for word in texts(path) for payload in PAYLOADS)
    assert seen


def test_files_are_named_apart_whatever_ids_hold():
    taken = set()
    names = [file_name(text, taken) for text in ("A/1", "a-1", "", "..", "é", "x" * 99)]
    assert names == ["A-1", "a-1-2", "unnamed", "unnamed-2", "unnamed-3", "x" * 60]

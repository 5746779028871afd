"""The splice report: every splice of a plan once, with its place, in files that a splicer takes along."""

import csv

import pandas as pd
import pytest

from expansion.export import export_plan
from expansion.export.splice_report import COLUMNS, write_splice
from expansion.plan.specs_network import FUSED


def read(path):
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def report(planned, tmp_path_factory):
    (folder,) = export_plan(planned, ["splice"], tmp_path_factory.mktemp("splice"))
    return folder


def test_every_splice_stands_in_one_file_with_colors_and_place(report, planned):
    files = sorted(set(report.glob("*.csv")) - {report / "sites.csv", report / "cut_list.csv"})
    rows = [row for path in files for row in read(path)]
    assert tuple(rows[0]) == COLUMNS
    assert sorted(row["splice_id"] for row in rows) == sorted(planned.tables["splices"]["splice_id"])
    assert all(row["longitude"] and row["latitude"] for row in rows)
    spliced = [row for row in rows if row["kind"] == "splitter in"]
    assert spliced
    assert all(row["in_tube_color"] and row["in_fiber_color"] for row in spliced)


def test_a_hub_comes_first_in_its_file_and_its_terminals_follow_in_the_order_of_their_trays(report):
    rows = read(report / "A001-H1.csv")
    sites = list(dict.fromkeys(row["site_id"] for row in rows))
    assert sites[0] == "A001-H1"
    assert sites[1:] == sorted(sites[1:])
    numbers = [int(row["splice_id"].rpartition("/")[2]) for row in rows if row["site_id"] == sites[0]]
    assert numbers == list(range(1, len(numbers) + 1))


def test_sites_and_cut_list_add_up(report, planned):
    sites, cuts = pd.read_csv(report / "sites.csv"), pd.read_csv(report / "cut_list.csv")
    assert sites["fusion_splices"].sum() == planned.tables["splices"]["kind"].isin(FUSED).sum()
    assert sites["file"].map(lambda name: (report / name).exists()).all()
    trunks = planned.tables["cables"].query("tier != 'drop'")
    assert cuts["length_m"].sum() == pytest.approx(trunks["length_m"].sum())


def test_text_that_a_spreadsheet_would_run_is_harmless(planned, tmp_path):
    splices = planned.tables["splices"].assign(carries="=1+1")
    hostile = type(planned)(
        planned.document, planned.study_document, planned.tables | {"splices": splices}, planned.certificates
    )
    rows = read(write_splice(hostile, tmp_path / "splice") / "A001-H1.csv")
    assert {row["carries"] for row in rows} == {"'=1+1"}

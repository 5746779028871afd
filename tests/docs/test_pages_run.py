"""Every bash block of the tutorial and of the how-to pages runs, in order, in a folder that looks like a checkout.

There `data/three-rivers` is the south of the town alone, a quarter of the study, and its budgets are a tenth.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest

from expansion.runs import PlanOptions, plan_study
from tests.extracts import DATA, ROOT, SOUTH, cut_study

# What a page promises of its demo: here that a route which weighs permits is better in total.
PROMISED = {"file-your-permits": "better in total by 3,189 USD"}
PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
FAST = ("cost.draws=200", "network.route.curve=false")
# Shortened: plans that were made before (scripts/demo sets up as scripts/test does), budgets, draws, the budget curve.
REDUCED = (
    (r"^\./scripts/demo --study three-rivers --out (\S+)$", r'cp -r "$FIRST" \1'),
    (r"^expansion plan data/three-rivers --out out/changed .*$", "rm -r out/changed && cp -r out/first out/changed"),
    (r"(total_budget=\d)0", r"\1"),
    (r"--areas A001,A002", "--areas A001"),  # under the settings of a new study the south is one area
    (r"^(expansion plan .*)$", rf"\1 --set {' '.join(FAST)}"),
)


def commands(page):
    """All bash blocks of a page as one script; lines that a test shortens are shortened."""
    script = "\n".join(re.findall(r"^```bash\n(.*?)^```$", page.read_text("utf-8"), re.S | re.M))
    for pattern, shorter in REDUCED:
        script = re.sub(pattern, shorter, script, flags=re.M)
    return script


def checkout(folder, study):
    """Lay out `folder` so that `expansion`, `python`, `.venv` and `data` are where the pages say."""
    (folder / "data").mkdir()
    (folder / "data" / "liechtenstein").symlink_to(DATA / "liechtenstein")
    (folder / "data" / "three-rivers").symlink_to(study)
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "activate").touch()
    (folder / "bin").mkdir()
    for name, words in (("expansion", "-m expansion"), ("python", "")):
        (folder / "bin" / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n', encoding="utf-8")
        (folder / "bin" / name).chmod(0o755)
    (folder / "out").mkdir()
    return folder


def run(page, folder, first):
    settings = os.environ | {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "FIRST": str(first),
    }
    command = ["bash", "-euo", "pipefail", "-c", commands(page)]
    return subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return cut_study("three-rivers", SOUTH, tmp_path_factory.mktemp("south") / "three-rivers")


@pytest.fixture(scope="module")
def first(study, tmp_path_factory):
    """The plan that the tutorial makes first and that other pages speak of."""
    out = tmp_path_factory.mktemp("first") / "plan"
    plan_study(study, out, PlanOptions(changes=FAST))
    return out


def test_the_tutorial_runs_to_a_layer_in_a_gis(study, first, tmp_path):
    page = ROOT / "docs" / "tutorial.md"
    ended = run(page, checkout(tmp_path, study), first)
    assert ended.returncode == 0, ended.stderr
    assert "every check holds" in ended.stdout
    assert "EPSG:32616" in ended.stdout
    assert (tmp_path / "out" / "township-gis" / "plan.gpkg").stat().st_size > 100_000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_how_to_page_runs(page, study, first, tmp_path):
    folder = checkout(tmp_path, study)
    shutil.copytree(first, folder / "out" / "first")
    ended = run(page, folder, first)
    assert ended.returncode == 0, ended.stderr
    assert "E_BUG" not in ended.stderr
    assert PROMISED.get(page.stem, "") in ended.stdout


def test_pages_are_linked_from_the_tutorial_and_short():
    tutorial = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    assert [page.name for page in PAGES if f"how-to/{page.name}" not in tutorial] == []
    assert all(len(page.read_text("utf-8").splitlines()) <= 120 for page in PAGES)


def test_codes_that_the_pages_name_exist():
    known = "\n".join(path.read_text("utf-8") for path in (ROOT / "expansion").rglob("*.py"))
    pages = [ROOT / "docs" / "tutorial.md", *PAGES]
    named = {code for page in pages for code in re.findall(r"\b[EW]_[A-Z_]{3,}\b", page.read_text("utf-8"))}
    assert {code for code in named if f'"{code}"' not in known} == set()

"""A wheel built from the tree carries all that the demo needs."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.extracts import ROOT


def run(*command, cwd, **environment):
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | environment
    ended = subprocess.run(command, cwd=cwd, env=settings, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def carry_compiled(site):
    """Give the installed loops what this tree has compiled: numba asks for sources of the same size and age."""
    for source in sorted((ROOT / "expansion").rglob("*.py")):
        installed = site / source.relative_to(ROOT)
        if installed.is_file() and installed.read_bytes() == source.read_bytes():
            os.utime(installed, ns=(source.stat().st_atime_ns, source.stat().st_mtime_ns))
    for kept in sorted((ROOT / "expansion").rglob("__pycache__/*.nb[ci]")):
        folder = site / kept.parent.relative_to(ROOT)
        folder.mkdir(exist_ok=True)
        shutil.copy2(kept, folder)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from a copy of what is tracked, so that nothing left in the tree can slip in."""
    folder = tmp_path_factory.mktemp("wheel")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "tree" / name).write_bytes((ROOT / name).read_bytes())
    run(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(folder / "tree"),
        cwd=folder,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_a_wheel_carries_the_studies_the_rules_and_the_license(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "expansion/embedded/liechtenstein/region.osm.pbf",
        "expansion/embedded/three-rivers/study.toml",
        "expansion/notebooks/planner.ipynb",
        "expansion/rulebook/profiles/us_bead/permit_rules.csv",
        "expansion/network/steiner/solve.py",
        "expansion/py.typed",
    ):
        assert wanted in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "benchmarks/", "data/")) for name in names)


def test_the_demo_runs_from_a_wheel_in_an_empty_folder(wheel, tmp_path):
    run(sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv"), cwd=tmp_path)
    python = str(tmp_path / "venv" / "bin" / "python")
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip()
    zipfile.ZipFile(wheel).extractall(site)
    carry_compiled(Path(site))
    libraries = run(sys.executable, "-c", "import numpy; print(numpy.__path__[0])", cwd=tmp_path).strip()
    with open(f"{site}/libraries.pth", "w", encoding="utf-8") as stream:  # the locked libraries, without this project
        stream.write(os.path.dirname(libraries) + "\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    where = run(python, "-c", "import expansion; print(expansion.__file__)", cwd=empty)
    assert where.startswith(site)
    run(python, "-m", "expansion", "demo", "--study", "three-rivers", "--quiet", cwd=empty)
    document = json.loads((empty / "out" / "demo" / "plan.json").read_text("utf-8"))
    assert document["study"]["name"] == "three-rivers"
    assert document["outcomes"]["fiber"] > 0

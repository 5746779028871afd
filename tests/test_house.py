"""The house itself: layout, documents, locks. What is said about the project is true of the tree."""

import re
import runpy
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def texts():
    for path in tracked():
        try:
            yield path, path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def test_every_package_is_named_for_the_wheel():
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "expansion").rglob("__init__.py")}
    assert found | {"expansion.embedded", "expansion.notebooks"} == set(PROJECT["tool"]["setuptools"]["packages"])


def test_no_registry_and_no_machine_is_named():
    hosts = ["py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "deb." + "debian.org", "/wo" + "rk/"]
    hosts += ["/ro" + "ot/", "/tmp/" + "team"]
    found = [(path.relative_to(ROOT), host) for path, text in texts() for host in hosts if host in text]
    assert found == []


def test_locks_pin_every_package_with_a_hash():
    for name in ("requirements.lock", "requirements-test.lock"):
        text = (ROOT / name).read_text("utf-8")
        entries = [entry for entry in re.split(r"\n(?=\S)", text) if entry.strip()]
        assert all(re.match(r"^[a-z0-9._-]+==\S+", entry) and "--hash=sha256:" in entry for entry in entries)
        assert "://" not in text


def test_locks_hold_every_direct_dependency():
    locked = {
        line.split("==")[0] for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines() if "==" in line
    }
    wanted = {re.split(r"[>=\[]", line)[0] for line in PROJECT["project"]["dependencies"]}
    assert wanted <= locked


def test_links_of_the_documents_lead_somewhere():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8"))]
    assert [(p.name, link) for p, link in links if "://" not in link and not (p.parent / link).exists()] == []


@pytest.mark.parametrize("page", ["measured.md", "data-dictionary.md", "reference/study.md", "reference/commands.md"])
def test_generated_pages_are_current(page):
    made = runpy.run_path(str(ROOT / "scripts" / "document"))["PAGES"][page]()
    assert (ROOT / "docs" / page).read_text("utf-8") == made, "run scripts/document"


def test_the_pipeline_and_the_rooms_write_nothing_and_ask_no_date():
    rooms = ("pipeline", "demand", "network", "permits", "cost", "portfolio", "schedule", "delivery", "plan")
    calls = re.compile(
        r"(?<!os\.)\bopen\(|\b(read|write)_(text|bytes)\(|time\.time\(|datetime\.now|date\.today|import socket"
    )
    inside = [path for path in tracked() if path.suffix == ".py" and path.is_relative_to(ROOT / "expansion")]
    inside = [path for path in inside if path.relative_to(ROOT / "expansion").parts[0] in rooms]
    found = [path.name for path in inside if calls.search(path.read_text("utf-8"))]
    assert found == ["stp.py"], "only the reader of published instances opens a file"


def test_files_stay_small():
    size = {path: path.read_text("utf-8").count("\n") for path in (ROOT / "expansion").rglob("*.py")}
    assert {path.name: lines for path, lines in size.items() if lines > 420} == {}

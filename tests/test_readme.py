"""What the README says to type works."""

import re
import shlex
from pathlib import Path

import pytest

from expansion.cli import main
from expansion.cli.main import build_parser
from tests.extracts import SOUTH, cut_study

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.S)


def commands(language):
    return [shlex.split(line)[1:] for block in blocks(language) for line in re.findall(r"^expansion .+$", block, re.M)]


def test_it_has_at_most_100_lines():
    assert len(README.splitlines()) <= 100


def test_its_scripts_can_be_run():
    named = [line for block in blocks("sh") for line in re.findall(r"^\./(\S+)$", block, re.M)]
    assert named == ["scripts/demo", "scripts/test"]
    assert all((ROOT / name).stat().st_mode & 0o111 for name in named)


def test_its_examples_can_be_typed():
    assert [build_parser().parse_args(words).run.__name__ for words in commands("text")] == [
        "init_command",
        "check_command",
        "plan_command",
    ]


def test_its_commands_and_its_python_run(tmp_path, monkeypatch, capsys):
    """On a quarter of the demo; the whole of it is planned from the wheel (tests/test_wheel.py)."""
    study = cut_study("three-rivers", SOUTH, tmp_path / "three-rivers")
    monkeypatch.setattr("expansion.cli.demo.find_embedded", lambda _: study)
    monkeypatch.chdir(tmp_path)
    for words in commands("sh"):
        assert main(words) == 0, capsys.readouterr()
    assert (tmp_path / "out" / "three-rivers-export" / "plan.gpkg").is_file()
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), {})
    assert "buried" in capsys.readouterr().out


@pytest.mark.parametrize("page", ["reference/plan", "dependencies", "security", "design"])
def test_its_pages_are_there(page):
    assert f"docs/{page}.md" in README
    assert (ROOT / "docs" / f"{page}.md").is_file()

import json
import subprocess
import sys

import pytest

from expansion.cli import main
from expansion.cli import main as run
from expansion.cli.changes import describe_changes
from expansion.cli.main import build_parser
from expansion.plan.diff import diff_documents
from expansion.runs.saving import save_plan
from tests.plans import document, tiny_plan


@pytest.fixture
def plan_folder(tmp_path):
    return save_plan(tiny_plan(), tmp_path / "plan", manifest={})


def test_help_names_every_command_that_is_built():
    text = build_parser().format_help()
    for command in (
        "demo",
        "init",
        "check",
        "plan",
        "route",
        "verify",
        "show",
        "diff",
        "export",
        "rates",
        "warm",
        "serve",
    ):
        assert f"    {command} " in text
    for later in ("track", "store", "plan-many"):
        assert f"    {later} " not in text


@pytest.mark.parametrize("words", [[], ["fly"], ["plan"], ["plan", "x"], ["show", "x", "--progress", "loud"]])
def test_wrong_usage_is_one_line_and_exit_2(words, capsys):
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.err.startswith("error[E_USAGE]: ")
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_version_is_told(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("expansion 0.")


def test_an_error_says_what_where_and_what_to_do(tmp_path, capsys):
    assert main(["plan", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("error[E_NO_FILE]: no such study, ")
    assert "Traceback" not in said.err
    assert not (tmp_path / "out").exists()


def test_debug_adds_the_traceback(tmp_path, capsys):
    assert main(["show", str(tmp_path), "--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_show_prints_the_plan_in_words(plan_folder, capsys):
    assert main(["show", str(plan_folder)]) == 0
    said = capsys.readouterr().out
    assert "1 location eligible" not in said
    assert "0.1 km of new build" in said or "0.2 km of new build" in said
    assert "P50 1,600 USD, P80 1,800 USD" in said
    assert "phase 1, 2027: 1 area, 1 location, 1,501 USD" in said
    assert "warning W_FAR: far away [a]; leave it out" in said


def test_show_json_is_plan_json(plan_folder, capsys):
    assert main(["show", str(plan_folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((plan_folder / "plan.json").read_text())


def test_equal_plans_have_no_difference(plan_folder, capsys):
    assert main(["diff", str(plan_folder), str(plan_folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "equal": True, "study": [], "rules": [], "rule_rows": [], "figures": [], "outcomes": [], "findings": [],
        "effects": [], "same": [],
    }  # fmt: skip


def difference(plan_folder, tmp_path, capsys, **changes):
    other = save_plan(tiny_plan(**changes), tmp_path / "other", manifest={})
    assert main(["diff", str(plan_folder), str(other)]) == 0
    return capsys.readouterr().out


def test_plans_of_equal_figures_differ_in_their_fingerprint(plan_folder, tmp_path, capsys):
    assert difference(plan_folder, tmp_path, capsys, fingerprint="sha256:11").startswith("only the fingerprints differ")


def test_a_difference_is_told_in_words_with_its_unit_and_share(plan_folder, tmp_path, capsys):
    cost = tiny_plan().document["cost"] | {"p50": 800.0, "by_category": {"civil": 1500.75}}
    said = difference(plan_folder, tmp_path, capsys, cost=cost, fingerprint="sha256:11")
    assert "P50: 1,600 -> 800 USD (-800, -50.0 %)" in said
    assert "->" not in said.replace("P50: 1,600 -> 800", "").replace("by category", "")


def test_what_was_asked_otherwise_comes_first_under_its_key(tmp_path):
    before, after = {"network": {"drop_max_m": 150.0}}, {"network": {"drop_max_m": 200.0}}
    changes = {"study": diff_documents(before, after), "figures": [], "outcomes": [], "findings": []}
    assert describe_changes(changes, document()) == ["Asked       network.drop_max_m: 150 -> 200 (+50, +33.3 %)"]


def test_export_writes_beside_the_plan(plan_folder, capsys):
    assert main(["export", str(plan_folder), "--format", "csv,stp"]) == 0
    written = capsys.readouterr().out.split()
    assert written == [str(plan_folder.with_name("plan-export") / name) for name in ("csv", "stp")]
    assert (plan_folder.with_name("plan-export") / "stp" / "nodes.csv").is_file()


def test_an_unknown_format_names_the_known_ones(plan_folder, capsys):
    assert main(["export", str(plan_folder), "--format", "dwg"]) == 2
    assert "error[E_EXPORT_FORMAT]" in capsys.readouterr().err


def test_export_never_replaces_foreign_files(plan_folder, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").touch()
    assert main(["export", str(plan_folder), "--format", "csv", "--out", str(tmp_path / "out")]) == 2
    assert "E_OUT_NOT_EMPTY" in capsys.readouterr().err


def test_the_notebooks_are_handed_out_and_never_written_over(tmp_path, capsys):
    assert main(["demo", "--notebooks", str(tmp_path / "nb")]) == 0
    assert sorted(path.name for path in (tmp_path / "nb").iterdir()) == ["analyst.ipynb", "planner.ipynb"]
    assert "jupyter lab" in capsys.readouterr().out
    (tmp_path / "nb" / "planner.ipynb").write_text("mine")
    assert main(["demo", "--notebooks", str(tmp_path / "nb")]) == 2
    assert "E_OUT_NOT_EMPTY" in capsys.readouterr().err
    assert (tmp_path / "nb" / "planner.ipynb").read_text() == "mine"


def test_check_prints_errors_as_json_too(tmp_path, capsys):
    assert main(["check", str(tmp_path), "--json"]) == 2
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    assert said["findings"][0]["code"] == "E_NO_FILE"


def test_a_bug_is_told_as_one(monkeypatch, plan_folder, capsys):
    from expansion.cli import show

    monkeypatch.setattr(show, "load_document", lambda _: 1 // 0)
    assert run(["show", str(plan_folder)]) == 1
    assert "error[E_BUG]: ZeroDivisionError" in capsys.readouterr().err


def test_an_interruption_ends_in_130(monkeypatch, plan_folder, capsys):
    from expansion.cli import show

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(show, "load_document", interrupted)
    assert run(["show", str(plan_folder)]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_the_module_runs_as_a_program(plan_folder):
    ended = subprocess.run(
        [sys.executable, "-m", "expansion", "show", str(plan_folder)], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")

"""The notebooks run as a user runs them: in order, in an empty folder, with nothing of the tree but the package."""

import ast

import nbformat
import pytest
from nbclient import NotebookClient

from tests.extracts import ROOT

NAMES = ("analyst", "planner")


def read(name):
    return nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code(notebook) for output in cell.outputs]


def run(name, folder):
    notebook = read(name)
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    return client.execute()


def texts(notebook):
    return "\n".join(
        output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in outputs(notebook)
    )


def test_the_folder_holds_these_notebooks():
    assert sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_committed_clean(name):
    notebook = read(name)
    nbformat.validate(notebook)
    assert outputs(notebook) == []
    assert {cell.execution_count for cell in code(notebook)} == {None}
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_short_and_told_about(name):
    notebook = read(name)
    for cell in code(notebook):
        ast.parse(cell.source)
        assert cell.source.count("\n") < 30
    assert notebook.cells[0].source.startswith("# ")
    assert len(notebook.cells) > len(code(notebook)) * 1.5


# One test a notebook, for each run takes half a minute: split, they would run again in every worker.
@pytest.mark.parametrize("name, maps", [("analyst", 1), ("planner", 2)])
def test_a_notebook_runs_in_an_empty_folder(name, maps, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("MPLBACKEND", raising=False)  # Streamlit's tests in the same worker set it, and maps then vanish
    notebook = run(name, tmp_path)
    assert [output.text for output in outputs(notebook) if output.get("name") == "stderr"] == []
    assert sum("image/png" in output.get("data", {}) for output in outputs(notebook)) == maps
    assert "False" not in texts(notebook)
    if name == "planner":
        assert "proven: no such network costs less than" in texts(notebook)
    assert list(tmp_path.iterdir()) == []

"""Compiled code on disk holds what a loop calls: it counts only while those sources are as they were."""

import importlib
import sys
from pathlib import Path

import pytest

from expansion import compiled
from expansion.compiled import is_kept

LOOP = """
from expansion.compiled import compile_loop
from stride import STEP

@compile_loop
def climb(count):
    return count * STEP
"""


@pytest.fixture
def climbing(tmp_path, monkeypatch):
    """Import the loop anew, as a later process would, with a stride written into the file beside it."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "climbing.py").write_text(LOOP)

    def load(step):
        (tmp_path / "stride.py").write_text(f"STEP = {step}\n")
        compiled._digest.cache_clear()
        for name in ("climbing", "stride"):
            sys.modules.pop(name, None)
        return importlib.import_module("climbing").climb

    yield load
    compiled._digest.cache_clear()
    for name in ("climbing", "stride"):
        sys.modules.pop(name, None)


def test_what_was_compiled_serves_a_later_process_with_the_same_sources(climbing):
    assert climbing(2)(10) == 20
    later = climbing(2)
    assert is_kept(later)
    assert later(10) == 20
    assert sum(later.stats.cache_hits.values()) == 1


def test_a_change_in_the_file_beside_makes_it_compile_anew(climbing):
    assert climbing(2)(10) == 20
    later = climbing(5)
    assert not is_kept(later)
    assert later(10) == 50
    assert is_kept(climbing(5))


def test_a_damaged_index_is_written_anew(climbing):
    assert climbing(2)(10) == 20
    (index,) = Path(climbing(2).stats.cache_path).glob("climbing.climb-*.nbi")
    index.write_bytes(b"half written")
    assert climbing(2)(10) == 20
    assert is_kept(climbing(2))

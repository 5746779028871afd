"""Values inside Streamlit's Markdown stay plain text; the app's looks are the same however it is started."""

from pathlib import Path

import pytest

from expansion.cli.serve import app_file, server_command
from expansion.errors import OutputError
from expansion.views.tiles import map_files, tile_source
from expansion.views.words import money, plain
from tests.figures.test_layers import PAYLOADS

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("payload", [*PAYLOADS, "![x](http://a.b/c.png)", "[x](javascript:alert(1))", ":red[x]", "$x$"])
def test_markdown_in_a_value_is_escaped(payload):
    escaped = plain(payload)
    for mark in "<>[]()`$!*_:":
        assert escaped.count(mark) == escaped.count("\\" + mark)


@pytest.mark.parametrize(
    "value, text", [(None, "–"), (950, "950 USD"), (81_200, "81 k USD"), (6_390_000, "6.39 M USD")]
)
def test_money_is_short(value, text):
    assert money(value, "USD") == text


def test_the_looks_are_the_same_however_the_app_is_started():
    link = ROOT / ".streamlit" / "config.toml"
    assert link.resolve() == (ROOT / "expansion" / "views" / "config.toml").resolve()
    assert "--theme.primaryColor=#0f6b5c" in server_command("127.0.0.1", 8501)
    assert app_file() == ROOT / "app.py"


@pytest.mark.parametrize("source", ["https://a.b/{z}/{x}/{y}.png", "http://localhost:8080/t/{z}/{y}/{x}"])
def test_tiles_widen_the_maps_policy_by_their_own_place_only(source, monkeypatch):
    monkeypatch.setenv("EXPANSION_TILES", source)
    origin = source.split("/{z}")[0].removesuffix("/t")
    assert f"img-src 'self' data: {origin};" in (map_files() / "index.html").read_text("utf-8")


@pytest.mark.parametrize("source", ["", "https://a.b/{z}/{x}.png", "javascript:{z}{x}{y}", "https://a;b/{z}/{x}/{y}"])
def test_without_tiles_the_map_asks_nobody(source, monkeypatch):
    monkeypatch.setenv("EXPANSION_TILES", source)
    assert map_files().name == "map"
    assert tile_source() is None


def test_what_is_no_address_of_tiles_is_refused(tmp_path):
    from expansion.cli.main import main

    assert main(["serve", "--tiles", "https://a.b/tiles", "--data", str(tmp_path)]) == OutputError("").exit_code


def test_a_taken_port_is_refused_in_words(tmp_path):
    import socket

    from expansion.cli.main import main

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--port", port, "--data", str(tmp_path)]) == OutputError("").exit_code

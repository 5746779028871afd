"""``expansion serve``: the map app, in the foreground."""

from __future__ import annotations

import argparse
import os
import re
import socket
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import expansion
from expansion.cli.console import add_command
from expansion.errors import OutputError

DATA_VARIABLE, TILES_VARIABLE, CREDIT_VARIABLE = "EXPANSION_DATA", "EXPANSION_TILES", "EXPANSION_TILES_CREDIT"
_TILES = re.compile(r"(?=.*\{z\})(?=.*\{x\})(?=.*\{y\})https?://[A-Za-z0-9.-]+(:\d{1,5})?/[^\s\"'<>;,]*")


def add_serve(commands: Any) -> None:
    """Add the command."""
    parser = add_command(commands, "serve", serve_command, "serve the map app, in the foreground", is_json=False)
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST", help="default: 127.0.0.1, this machine alone")
    parser.add_argument("--port", type=int, default=8501, metavar="PORT", help="default: 8501")
    parser.add_argument(
        "--data", type=Path, default=Path("out/app"), metavar="DIR",
        help="folder with studies, in which runs and uploads are kept (default: out/app)",
    )  # fmt: skip
    parser.add_argument(
        "--tiles", default="", metavar="URL",
        help="background tiles, such as https://tiles.example.org/{z}/{x}/{y}.png (default: none, the map is offline)",
    )  # fmt: skip
    parser.add_argument("--tiles-credit", default="", metavar="TEXT", help="credit that the tiles ask for")


def serve_command(options: argparse.Namespace) -> int:
    """Become the app's server; it answers ``/_stcore/health`` and ends with the signal that it gets."""
    _require_app()
    _require_tiles(options.tiles)
    _require_port(options.host, options.port)
    data = options.data.resolve()
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"the data folder cannot be made ({error.strerror})", where=[data], hint="name another folder"
        ) from error
    if not options.quiet:
        print(f"the app is at http://{options.host}:{options.port}, its data in {data}; Ctrl-C ends it", flush=True)
    command = server_command(options.host, options.port)
    tiles = {TILES_VARIABLE: options.tiles, CREDIT_VARIABLE: options.tiles_credit} if options.tiles else {}
    os.execve(command[0], command, os.environ | {DATA_VARIABLE: str(data)} | tiles)


def server_command(host: str, port: int) -> list[str]:
    """Return the command that serves the app, with the project's looks whatever folder it is run from."""
    flags = [f"--{key}={value}" for key, value in _settings()]
    place = [f"--server.address={host}", f"--server.port={port}"]
    return [sys.executable, "-m", "streamlit", "run", str(app_file()), *place, *flags]


def app_file() -> Path:
    """Entry of the app: beside the package, in a checkout as in an installation."""
    return Path(expansion.__file__).resolve().parent.parent / "app.py"


def _settings() -> list[tuple[str, str]]:
    """Every setting of the app's config.toml as Streamlit's flags want it."""
    config = Path(expansion.__file__).resolve().parent / "views" / "config.toml"
    sections = tomllib.loads(config.read_text("utf-8"))
    return [
        (f"{section}.{key}", str(value).lower() if isinstance(value, bool) else str(value))
        for section, values in sections.items()
        for key, value in values.items()
        if not isinstance(value, list)
    ]


def _require_app() -> None:
    """Refuse to begin where Streamlit is not installed."""
    if find_spec("streamlit") is None or not app_file().is_file():
        raise OutputError("the app is not installed", code="E_NO_APP", hint="pip install 'expansion[app]'")


def _require_tiles(source: str) -> None:
    """Refuse tiles that the map could not ask for."""
    if source and not _TILES.fullmatch(source):
        hint = "write it as https://tiles.example.org/{z}/{x}/{y}.png"
        raise OutputError("not an address of tiles", code="E_TILES", where=[source[:200]], hint=hint)


def _require_port(host: str, port: int) -> None:
    """Refuse a place where nothing can listen, before the server starts."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return
    except (OSError, OverflowError) as error:
        raise OutputError(
            "cannot listen there", code="E_PORT", where=[f"{host}:{port}"], hint="name another --port or --host"
        ) from error

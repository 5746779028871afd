"""The command line: one file per command."""

from expansion.cli.main import main

__all__ = ["main"]

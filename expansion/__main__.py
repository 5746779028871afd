"""Run the command line as ``python -m expansion``."""

from __future__ import annotations

import sys

from expansion.cli import main

if __name__ == "__main__":
    sys.exit(main())

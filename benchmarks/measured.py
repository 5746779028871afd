"""Keep what was measured in docs/measured.json, one row per command, and write docs/measured.md from it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).resolve().parent.parent / "docs" / "measured.json"
QUIET_CORES = 0.2
"""Cores that other processes may use while a part runs before its times count as taken under load."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one command gave.

    Attributes
    ----------
    soak, part
        Name it.
    command
        Gives the figures again, from the root of the repository.
    figures
        Name to number or words.
    held
        The command ended with exit code 0.
    date, commit
        When, and of which state of the code; "+changes" marks one that was not committed.
    wall_seconds, cpu_seconds
        Of the command and the processes that it started.
    others_cores
        Cores that the rest of the machine kept busy meanwhile; None where that cannot be told.
    """

    soak: str
    part: str
    command: str
    figures: dict[str, Any]
    held: bool
    date: str
    commit: str
    wall_seconds: float
    cpu_seconds: float
    others_cores: float | None

    @property
    def under_load(self) -> bool:
        """True unless the machine is known to have been quiet."""
        return self.others_cores is None or self.others_cores > QUIET_CORES


def read_measured(path: Path = MEASURED) -> list[Measurement]:
    """Read every row; none where the file is missing."""
    if not path.is_file():
        return []
    return [Measurement(**row) for row in json.loads(path.read_text("utf-8"))["rows"]]


def record(rows: Iterable[Measurement], path: Path = MEASURED) -> None:
    """Put rows into the file, in place of earlier ones of the same soak and part; one line each, sorted."""
    kept = {(row.soak, row.part): row for row in (*read_measured(path), *rows)}
    lines = [json.dumps(asdict(kept[key]), sort_keys=True, ensure_ascii=False) for key in sorted(kept)]
    path.write_text('{"rows": [\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def measured_page(rows: Sequence[Measurement]) -> str:
    """Write the table of all measurements, in Markdown."""
    parts = [
        "# Measured", "",
        "What `scripts/soak` last gave, one row per command; `docs/measured.json` holds the same. Seconds are wall",
        "seconds of the whole command, in brackets CPU seconds of all its processes. *Load* tells how many cores other",
        f"work kept busy meanwhile: above {QUIET_CORES:g} the times say little, and results under a time limit are",
        "worse than on a quiet machine. Instances are read from the folder that `--instances` names.", "",
    ]  # fmt: skip
    for soak in dict.fromkeys(row.soak for row in rows):
        parts += [f"## {soak}", "", "| part | figures | seconds | load | date, commit |", "|---|---|---|---|---|"]
        parts += [_line(row) for row in rows if row.soak == soak]
        commands = dict.fromkeys(row.command for row in rows if row.soak == soak)
        parts += ["", *(f"    {command}" for command in commands), ""]
    return "\n".join(parts)


def _line(row: Measurement) -> str:
    figures = "; ".join(f"{name.replace('_', ' ')} {value}" for name, value in row.figures.items())
    failed = "" if row.held else "**did not hold** "
    load = "unknown" if row.others_cores is None else f"{row.others_cores:.1f}" + (" busy" if row.under_load else "")
    seconds = f"{row.wall_seconds:.0f} ({row.cpu_seconds:.0f})"
    cells = (row.part, failed + figures.replace("|", "/"), seconds, load, f"{row.date}, {row.commit}")
    return "| " + " | ".join(cells) + " |"

"""PDF: the proposal of a plan, the same words and figures as its page, with outline and page numbers."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from expansion.errors import OutputError
from expansion.plan.saved import SavedPlan


def write_pdf(plan: SavedPlan, path: Path) -> Path:
    """Write the proposal on A4, or on Letter for studies of the profile us-bead; equal plans give equal bytes.

    Raises
    ------
    OutputError
        ``E_EXPORT_EXTRA`` where reportlab is not installed.

    References
    ----------
    ISO 32000-1:2008, Portable Document Format 1.7.
    """
    if importlib.util.find_spec("reportlab") is None:
        hint = "pip install 'expansion[reports]'"
        raise OutputError("pdf needs the package reportlab", code="E_EXPORT_EXTRA", hint=hint)
    from expansion.export.pdf_pages import pdf_bytes

    path.write_bytes(pdf_bytes(plan))
    return path

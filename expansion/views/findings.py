"""Findings as a list, worst first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

_MARKS = {"error": "🟥 error", "warning": "🟧 warning", "info": "🟦 info"}


def show_findings(rows: Sequence[Mapping[str, Any]]) -> None:
    """Show findings; each row has severity, code, message, where, count and repair."""
    if not rows:
        st.caption("Nothing was found that needs a look.")
        return
    table = pd.DataFrame(
        {
            "": [_MARKS[row["severity"]] for row in rows],
            "what": [row["message"] for row in rows],
            "where": [", ".join(row["where"]) + (" …" if row["count"] > len(row["where"]) else "") for row in rows],
            "what to do": [row["repair"] or "" for row in rows],
            "code": [row["code"] for row in rows],
        }
    )
    st.dataframe(table, hide_index=True, column_config={"what": st.column_config.TextColumn(width="large")})

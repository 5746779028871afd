"""A plan as it stands in its folder: what show, diff, export and verify read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """The content of a plan's folder.

    Attributes
    ----------
    document
        plan.json.
    study_document
        study.json: the resolved study with the rules in force.
    tables
        By name, what stands in ``tables/<name>.parquet``; those with geometry in the study CRS.
    certificates
        By name, the arrays of ``certificate/<name>.npz``.
    """

    document: dict[str, Any]
    study_document: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    certificates: dict[str, dict[str, NDArray[np.int64]]]

"""Words that input files may use; `expansion.plan.specs_inputs` says the same and a test holds them equal.

They stand here too because the specs bring GeoPandas along, which the reader's process does without.
"""

from __future__ import annotations

from typing import Final

ORIGINS: Final = frozenset({"osm", "real", "synthetic", "user", "assumed"})
PERMIT_STATES: Final = ("to_file", "filed", "approved", "refused")
PLANT_KINDS: Final = frozenset({"co", "hub", "cabinet", "exchange", "fiber", "duct", "pole", "tower"})

"""Columns that say where a value comes from, as tables of every subject carry them."""

from __future__ import annotations

from expansion.tables import Column

SOURCE_STATUSES = frozenset({"READ", "PARTLY_READ", "DERIVED", "GENERAL", "USER"})
SOURCE = Column("source", "text", "Where the value comes from")
STATUS = Column("status", "text", "How far it was seen in the source", among=SOURCE_STATUSES)

"""Who gets fiber and what the others get: copper, radio or satellite."""

from expansion.network.technology.stage import choose_technology

__all__ = ["choose_technology"]

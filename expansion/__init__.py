"""Plan rural fiber networks, from unserved locations to a funded, scheduled build."""

__version__ = "0.1.0"

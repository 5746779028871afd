"""The frozen types through which the rooms meet."""

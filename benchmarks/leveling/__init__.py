"""Leveling on published instances and on made-up build programs."""

"""How near the placement of terminals comes to the least cost; see `benchmarks.terminals.__main__`."""

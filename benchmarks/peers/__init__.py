"""The same jobs by other tools and by this project, each in a process of its own; see `benchmarks.peers.__main__`."""

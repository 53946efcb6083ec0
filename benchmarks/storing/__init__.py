"""How fast events are stored and queries answered: ``python -m benchmarks.storing``."""

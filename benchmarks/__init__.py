"""How fast it is, and against what: run with ``python -m benchmarks``."""

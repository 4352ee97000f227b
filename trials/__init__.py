"""Long reliability trials: `make trials` runs them all, `python -m trials.kills --help` one."""

"""Runs every trial at full length; exit status 1 if one fails.

python -m trials              about half an hour
python -m trials --tenth      the same in a tenth of the time
"""

import argparse
import subprocess
import sys

TRIALS = (
    ("kills", "--kills", 1_000),
    ("concurrency", "--seconds", 300),
    ("soak", "--seconds", 600),
)


def main() -> None:
    """Run one trial after the other, each in a process of its own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tenth", action="store_true", help="a tenth of every count")
    tenth = options.parse_args().tenth
    failed = [
        name
        for name, option, count in TRIALS
        if _run(name, option, count // 10 if tenth else count)
    ]
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


def _run(name: str, option: str, count: int) -> int:
    return subprocess.run([sys.executable, "-m", f"trials.{name}", option, str(count)]).returncode


if __name__ == "__main__":
    main()

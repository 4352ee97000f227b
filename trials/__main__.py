"""Runs every trial at full length; exit status 1 if one fails.

python -m trials              about an hour and a half
python -m trials --tenth      the same in a tenth of the time
"""

import argparse
import subprocess
import sys
from typing import NamedTuple

from trials.installed import INSTALL_HINT, programs_folder

ON_POSTGRESQL = "--postgresql"


class Trial(NamedTuple):
    """A module, the option that says how much, and how much."""

    name: str
    option: str
    amount: int
    further: tuple[str, ...] = ()

    def run(self, share: int) -> int:
        """Run a `share`-th of it in a process of its own; its exit status."""
        count = str(max(1, self.amount // share))
        command = [sys.executable, "-m", f"trials.{self.name}", self.option, count, *self.further]
        return subprocess.run(command).returncode


TRIALS = (
    Trial("kills", "--kills", 1_000),
    Trial("concurrency", "--seconds", 300),
    Trial("full_disk", "--rounds", 50),
    Trial("soak", "--seconds", 600),
    Trial("described", "--cases", 20_000),
    Trial("gateway", "--calls", 5_000),
)
TRIALS_ON_POSTGRESQL = (
    Trial("kills", "--kills", 1_000, (ON_POSTGRESQL,)),
    Trial("concurrency", "--seconds", 300, (ON_POSTGRESQL,)),
    Trial("storms", "--seconds", 60),
)


def main() -> None:
    """Run one trial after the other."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tenth", action="store_true", help="a tenth of every count")
    share = 10 if options.parse_args().tenth else 1
    trials = [*TRIALS, *(TRIALS_ON_POSTGRESQL if programs_folder() else ())]
    if not programs_folder():
        sys.stdout.write(f"{INSTALL_HINT}: its trials are left out\n")
    failed = [" ".join((trial.name, *trial.further)) for trial in trials if trial.run(share)]
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()

"""A real LiteLLM proxy that logs to a server of ours, through troubles of either.

    python -m trials.gateway --calls 5000

Calls of every kind go through the proxy while our disk is full for a while, our server is killed
and comes back, and the proxy gives way to a new one. What is stored must be what the clients were
told.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from trials.gateway.installed import litellm_command
from trials.gateway.trial import run_gateway


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=5_000)
    with TemporaryDirectory() as folder:
        report = run_gateway(Path(folder), litellm_command(), options.parse_args().calls)
    sys.stdout.write(f"{report}\n")


if __name__ == "__main__":
    main()

"""Where the `tokentally` command begins.

Nothing that is imported is garbage: looking for some meanwhile takes a sixth of the time of a short
command.
"""

import gc

gc.disable()

from tokentally_jobs.cli import main  # noqa: E402

gc.freeze()
gc.enable()

if __name__ == "__main__":
    main()

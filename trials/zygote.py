"""Forks `tokentally` commands on orders from standard input, one JSON object a line.

`{"args": […], "env": {…}, "output": path}` starts a command and answers its process id;
`{"wait": pid}` answers the exit status once it has ended. At the end of the input it kills what
still runs, so that nothing outlives a trial that failed.
"""

import json
import os
import signal
import sys
from typing import Any

from tokentally.store import postgresql
from tokentally_jobs import cli, serve, worker

IMPORTED = (cli, postgresql, serve, worker)
"""All that a command may need, before the first fork."""


def main() -> None:
    """Take orders until there are none."""
    running: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            answer = _status(order["wait"])
            running.discard(order["wait"])
        else:
            answer = _start(order)
            running.add(answer)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    for pid in running:
        os.kill(pid, signal.SIGKILL)
        _status(pid)


def _start(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.environ.clear()
    os.environ.update(order["env"])
    output = os.open(order["output"], os.O_WRONLY | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    sys.argv = ["tokentally", *order["args"]]
    cli.main()
    os._exit(0)  # not reached: the command ends the process itself


def _status(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    main()

"""Log lines: plain text or JSON on standard error, one for each record, with the request's id."""

import json
import logging
import sys
from typing import TextIO

from tokentally.api.request_ids import request_id
from tokentally.clock import rfc3339
from tokentally.config import Settings

_SHOWN = {
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    ord("\t"): "\\t",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | _SHOWN


class TextLines(logging.Formatter):
    """`time LEVEL logger [request id] message`; a traceback follows, indented.

    Control characters are written as escapes: nothing that was sent can forge a line.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line of `record`."""
        identity = request_id.get().decode()
        named = f" [{identity}]" if identity else ""
        head = f"{_time(record)} {record.levelname} {record.name}{named} "
        lines = [head + record.getMessage().rstrip("\n").translate(_CONTROLS)]
        lines += [f"  {line.translate(_CONTROLS)}" for line in _trace(record).split("\n") if line]
        return "\n".join(lines)


class JsonLines(logging.Formatter):
    """An object a line: time, level, logger, message, and where there is one request_id and exc.

    Access lines have the parts of their message as fields as well.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line of `record`."""
        line = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get().decode(),
            "exc": _trace(record),
        }
        shown = {name: value for name, value in line.items() if value}
        return json.dumps(shown | getattr(record, "fields", {}))


def _time(record: logging.LogRecord) -> str:
    return rfc3339(int(record.created * 1_000_000))


def _trace(record: logging.LogRecord) -> str:
    if not record.exc_info or not record.exc_info[0]:
        return ""
    return logging.Formatter().formatException(record.exc_info)


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


_handler = _StandardError()


def set_up_logging(settings: Settings) -> None:
    """Write every log line in the form that the settings say, uvicorn's own as well.

    How much uvicorn says stays as its own command line has it.
    """
    _handler.setFormatter(JsonLines() if settings.log_format == "json" else TextLines())
    root = logging.getLogger()
    root.addHandler(_handler)
    root.setLevel(settings.log_level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):
        _follow_root(logging.getLogger(name))
    requests = logging.getLogger("uvicorn.access")  # ours say more
    requests.handlers.clear()
    requests.propagate = False
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # a line each run of each job
    logging.getLogger("watchfiles").setLevel(logging.ERROR)  # it warns of Ctrl-C


def _follow_root(logger: logging.Logger) -> None:
    logger.handlers.clear()
    logger.propagate = True

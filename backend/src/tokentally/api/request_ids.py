"""The id of a request: the sender's own if it is sane, else a new one.

Whatever is logged while a request is handled, in worker threads too, finds its id in `request_id`.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from itertools import count

HEADER = b"x-request-id"

request_id: ContextVar[bytes] = ContextVar("request_id", default=b"")

_is_sane = re.compile(rb"[!-~]{1,128}").fullmatch


def new_ids() -> Callable[[], bytes]:
    """Makes ids that no other process makes: a random word and a number that rises."""
    process, numbers = secrets.token_hex(6), count(1)
    return lambda: f"{process}-{next(numbers):x}".encode()


def id_sent(headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """The id that the sender gives: 1 to 128 printable ASCII characters without spaces."""
    for name, value in headers:
        if name == HEADER:
            return value if _is_sane(value) else None
    return None

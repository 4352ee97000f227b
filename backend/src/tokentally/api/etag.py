"""Tags of answers, from what they depend on: so a tag is known before its answer is."""

import re
from collections.abc import Hashable
from hashlib import sha256
from importlib.metadata import version

from sqlalchemy import Connection, select

from tokentally.models.core import data_version

_PROGRAM = version("tokentally"), version("tzdata")
_TAG = re.compile(r'(?:W/)?("[^"]*")')


def etag(connection: Connection, asked: Hashable) -> str:
    """The tag of what is answered to `asked` in this state of the data.

    The state is the data version and the newest receipt: after a backup was put back the one may
    come by the same number again, the other won't. It is the same in every process.
    """
    state = connection.execute(select(data_version.c.version, data_version.c.as_of)).one()
    return f'"{sha256(repr((*_PROGRAM, *state, asked)).encode()).hexdigest()[:32]}"'


def is_known(tag: str, if_none_match: str) -> bool:
    """Whether an `If-None-Match` header names `tag`, weak or not, or anything at all (`*`)."""
    return if_none_match.strip() == "*" or tag in _TAG.findall(if_none_match)

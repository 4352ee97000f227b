"""What a Codex session has used: single calls out of cumulative counts that are repeated at will.

`token_count` lines carry the sum of the session so far and come again and again (about every
second line is a repeat), so a call is the difference to the vector before. `token_usage_record`
lines, in newer versions, name each call by its response id; from the first of them on only they
are counted. A session may have been begun by an older version, hence "from the first on".
"""

import msgspec

from tokentally.sources.codex_lines import Payload, Vector, parent_of
from tokentally.sources.codex_parents import History

MARK = b"codex1:"
NOTHING = Vector(0, 0, 0, 0, 0, 0)


class Session(msgspec.Struct):
    """What must be known to go on reading a rollout; it is the state of its cursor.

    `previous` is the last cumulative vector, `position` how many different ones there were (the
    ordinal of a call: it counts replayed ones too, so that a call keeps its id if the parent's
    file is lost one day), `last_counted` the last call that was counted from them.
    """

    id: str = ""
    parent_id: str | None = None
    is_paginated: bool = False
    model: str | None = None
    previous: Vector | None = None
    position: int = 0
    last_counted: Vector | None = None
    has_records: bool = False


_decoder = msgspec.msgpack.Decoder(Session)


def state_of(session: Session) -> bytes:
    """Return the cursor state from which the session goes on."""
    return MARK + msgspec.msgpack.encode(session)


def session_of(state: bytes) -> Session:
    """Return the session that a cursor state left; a new one if it is another reader's."""
    return _decoder.decode(state[len(MARK) :]) if state.startswith(MARK) else Session()


def begin(session: Session, payload: Payload) -> None:
    """Take what the first `session_meta` says; later ones are the parent's, replayed."""
    if session.id or not payload.id:
        return
    session.id = payload.id
    parent_id = parent_of(payload)
    session.parent_id = parent_id if parent_id != payload.id else None
    session.is_paginated = payload.history_mode == "paginated"


def advance(
    session: Session, total: Vector | None, last: Vector | None, time: str, parent: History | None
) -> Vector | None:
    """Take a `token_count`; return the call that it tells of, or None if it is not a new one."""
    if total is None:
        # Without a sum there is only the call itself; it adds to what the session has used.
        if last is None or session.has_records:
            return None
        total = _sum(session.previous or NOTHING, last)
    if total == session.previous:
        return None
    before, session.previous = session.previous, total
    session.position += 1
    if session.has_records or (parent is not None and parent.has(total, time)):
        return None
    call = _call(session, before, total, last, time, parent)
    if call.total <= 0:
        return None
    session.last_counted = call
    return call


def _call(
    session: Session,
    before: Vector | None,
    total: Vector,
    last: Vector | None,
    time: str,
    parent: History | None,
) -> Vector:
    if before is None:
        if last == total:
            return total  # its counters began with this call, whoever started it
        if parent is not None:
            before = parent.greatest_within(total, time)
        elif session.parent_id is not None and session.is_paginated:
            # The sum goes on from a parent that is gone, and nothing of it is replayed here.
            return last or total
    difference = _difference(total, before or NOTHING)
    if difference.total < 0:
        return last or total  # the counters began anew
    if min(difference) < 0:
        return last or Vector(*(max(count, 0) for count in difference))
    return difference


def is_counted_already(session: Session, usage: Vector, thread: Vector | None) -> bool:
    """Take a `token_usage_record`; say whether its call was counted from a `token_count` before.

    Only the first record of a file can be: the `token_count` of the same call may come before it.
    """
    is_first, session.has_records = not session.has_records, True
    if not is_first or session.last_counted is None:
        return False
    if thread is not None:
        return thread == session.previous
    return usage == session.last_counted


def _sum(a: Vector, b: Vector) -> Vector:
    return Vector(*(x + y for x, y in zip(a, b, strict=True)))


def _difference(a: Vector, b: Vector) -> Vector:
    return Vector(*(x - y for x, y in zip(a, b, strict=True)))

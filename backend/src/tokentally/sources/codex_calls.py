"""From a rollout line to the model call that it tells of."""

from tokentally.models.event import SentEvent
from tokentally.sources.codex_lines import Line, Payload, Vector, vector_of
from tokentally.sources.codex_parents import History, Parents
from tokentally.sources.codex_session import Session, advance, begin, is_counted_already
from tokentally.sources.files import LogFile
from tokentally.sources.reading import Skipped

PARENT_IS_GONE = "history replayed from a deleted parent (counted)"


def take_line(
    line: Line, session: Session, file: LogFile, parents: Parents, skipped: Skipped
) -> SentEvent | None:
    """Advance the session by one line; return the call if the line tells of a new one."""
    payload = line.payload
    if payload is None:
        return None
    if line.type == "session_meta":
        begin(session, payload)
    elif line.type == "turn_context":
        session.model = payload.model or session.model
    elif line.type == "token_usage_record":
        return _recorded(line, payload, session, file, skipped)
    elif line.type == "event_msg" and payload.type == "token_count":
        return _counted(line, payload, session, file, parents, skipped)
    return None


def _recorded(
    line: Line, payload: Payload, session: Session, file: LogFile, skipped: Skipped
) -> SentEvent | None:
    usage = vector_of(payload.usage, skipped)
    if usage is None:
        if payload.usage is None:
            skipped.line("no usage")
        return None
    thread = vector_of(payload.thread_token_usage, skipped)
    if is_counted_already(session, usage, thread):
        return None
    if not payload.response_id:
        session.position += 1
    event_id = payload.response_id or f"{_session_id(session, file)}:{session.position}"
    return _event(event_id, line, session, usage, skipped)


def _counted(
    line: Line,
    payload: Payload,
    session: Session,
    file: LogFile,
    parents: Parents,
    skipped: Skipped,
) -> SentEvent | None:
    if payload.info is None:
        return None  # sent only to tell the rate limits
    total = vector_of(payload.info.total_token_usage, skipped)
    if total is None and payload.info.total_token_usage is not None:
        return None
    last = vector_of(payload.info.last_token_usage, skipped)
    is_first = session.previous is None
    parent = _parent(session, parents)
    call = advance(session, total, last, line.timestamp or "", parent)
    if call is None:
        return None
    if is_first and session.parent_id and parent is None and not session.is_paginated:
        skipped.line(PARENT_IS_GONE)
    event_id = f"{_session_id(session, file)}:{session.position}"
    return _event(event_id, line, session, call, skipped)


def _parent(session: Session, parents: Parents) -> History | None:
    if session.parent_id is None or session.has_records:
        return None
    return parents.history(session.parent_id)


def _session_id(session: Session, file: LogFile) -> str:
    return session.id or file.name.removesuffix(".zst").removesuffix(".jsonl")


def _event(
    event_id: str, line: Line, session: Session, call: Vector, skipped: Skipped
) -> SentEvent | None:
    if not line.timestamp:
        skipped.line("no time")
        return None
    return SentEvent(
        event_id=event_id,
        occurred_at=line.timestamp,
        source="codex",
        model=session.model,
        input_tokens=call.input,
        cached_input_tokens=call.cached,
        cache_write_tokens=call.cache_write,
        output_tokens=call.output,
        reasoning_output_tokens=call.reasoning,
        total_tokens=call.total,
        pricing_mode="overlap",
    )

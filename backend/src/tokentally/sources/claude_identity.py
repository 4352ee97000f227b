"""Which lines of Claude Code transcripts are the same model call, in all files and all runs.

One response is written several times (a line per content block), copied into other files when a
session is resumed or forked, and replayed in side conversations under another request id. The id
sent on is the request id of its first record in a main conversation, for that is all that the
telemetry of the same call has; files of main conversations are read before those of side
conversations. A message that only side conversations show is a sub-agent's, and named by the
request id of its first record there, which again is what its telemetry has.

The answer for a line depends on lines read earlier, perhaps in an earlier run and from a file that
is deleted by now (transcripts live for 30 days). So what was decided is kept: a file's cursor
carries the messages that were first met in that file, and a run that has anything to read begins
with all of them. That is about 80 bytes a message, stored in the transaction that stores the
events. Lest a long file's cursor be written again and again with ever more of them, they move to a
cursor of their own, which never changes, whenever there are many. Reading the other files again
instead would cost gigabytes per run and could not find the deleted ones.

The common line (main conversation, with a request id) has its request id as its event id whatever
is remembered, so that losing the cursors costs exactness only in the odd cases. A line without a
request id is named by its message id and the three counts that stay the same while a response is
streamed, because some gateways give all their responses the same message id.
"""

from collections.abc import Iterable

import msgspec

from tokentally.sources.claude_calls import Call
from tokentally.sources.reading import Cursor

MARK = b"claude1:"
MANY = 2_000


class KnownMessage(msgspec.Struct, array_like=True, gc=False):
    """The first record with a request id of one message id.

    `context` is input, cache write and cache read. `claimed_by` is the request of the main
    conversation that the event stands for: None for the event id itself, "" as long as only side
    conversations have shown the message.
    """

    event_id: str
    context: str
    claimed_by: str | None = None


class Messages(msgspec.Struct, array_like=True):
    """Decided event ids: by message id, and by message id and context for all further records.

    `moved` is how many cursors of their own the file's earlier messages have.
    """

    by_id: dict[str, KnownMessage] = {}
    by_context: dict[str, str] = {}
    moved: int = 0


_decoder = msgspec.msgpack.Decoder(Messages)


def messages_of(state: bytes) -> Messages:
    """Return what a cursor state remembers; nothing if it is another reader's."""
    return _decoder.decode(state[len(MARK) :]) if state.startswith(MARK) else Messages()


def remembered(cursors: Iterable[Cursor]) -> Messages:
    """Return what all cursors together remember."""
    known = Messages()
    for cursor in cursors:
        messages = messages_of(cursor.state)
        known.by_context.update(messages.by_context)
        for message_id, message in messages.by_id.items():
            # A file that claims a message repeats the entry of the file that met it first.
            if message.claimed_by != "" or message_id not in known.by_id:
                known.by_id[message_id] = message
    return known


class Identities:
    """Resolves lines to event ids; notes in `here` what the file at hand has decided."""

    def __init__(self, known: Messages, here: Messages) -> None:
        self._known = known
        self.here = here

    def state(self) -> bytes:
        """Return the state for the cursor of the file at hand."""
        return MARK + msgspec.msgpack.encode(self.here)

    def moved_out(self, path: str) -> Cursor | None:
        """Return a cursor to be kept besides the file's, if there are many messages by now."""
        if len(self.here.by_id) + len(self.here.by_context) < MANY:
            return None
        number = self.here.moved + 1
        cursor = Cursor(f"{path}#messages-{number}", "", 0, self.state())
        self.here = Messages(moved=number)
        return cursor

    def event_id(self, call: Call) -> str:
        """Return the event id of a call that has a message id."""
        if not call.request_id:
            return self._without_request(call)
        message = self._known.by_id.get(call.message_id)
        if message is None:
            return self._first_with_request(call)
        if message.event_id == call.request_id and message.claimed_by is None:
            return call.request_id
        if call.is_sidechain:
            return self._known.by_context.get(_key(call), message.event_id)
        return self._further_request(call, message)

    def _without_request(self, call: Call) -> str:
        message = self._known.by_id.get(call.message_id)
        if message is not None and message.context == call.context:
            return message.event_id
        key = _key(call)
        return self._known.by_context.get(key) or self._decide_context(key, key)

    def _first_with_request(self, call: Call) -> str:
        sent_before = self._known.by_context.get(_key(call)) if self._known.by_context else None
        claimed_by = "" if call.is_sidechain else call.request_id if sent_before else None
        message = KnownMessage(sent_before or call.request_id, call.context, claimed_by)
        return self._decide(call.message_id, message)

    def _further_request(self, call: Call, message: KnownMessage) -> str:
        """A main record of a message id that is known under another request or unclaimed."""
        if message.claimed_by == call.request_id:
            return message.event_id
        if message.claimed_by == "":
            claimed = KnownMessage(message.event_id, message.context, call.request_id)
            return self._decide(call.message_id, claimed)
        key = _key(call)
        known = self._known.by_context.get(key)
        if known == key:
            return key  # the same call, seen before without its request id
        if known is None:
            self._decide_context(key, call.request_id)
        return call.request_id

    def _decide(self, message_id: str, message: KnownMessage) -> str:
        self._known.by_id[message_id] = self.here.by_id[message_id] = message
        return message.event_id

    def _decide_context(self, key: str, event_id: str) -> str:
        self._known.by_context[key] = self.here.by_context[key] = event_id
        return event_id


def _key(call: Call) -> str:
    return f"{call.message_id}:{call.context}"

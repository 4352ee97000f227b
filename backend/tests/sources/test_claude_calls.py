from decimal import Decimal

from backend.tests.sources.conftest import Imported, TokensOf, Write

from tokentally.models.event import SentEvent
from tokentally.sources.reading import Skipped

TIME = "2026-11-21T10:00:00.000Z"


def usage(
    input: int = 1, write: int = 0, read: int = 0, output: int = 1, **more: object
) -> dict[str, object]:
    return {
        "input_tokens": input,
        "cache_creation_input_tokens": write,
        "cache_read_input_tokens": read,
        "output_tokens": output,
        **more,
    }


def line(
    usage: dict[str, object] | None,
    message: str | None = "msg_A",
    request: str | None = "req_A",
    model: str = "claude-opus-4-8",
    **more: object,
) -> dict[str, object]:
    body: dict[str, object] = {
        "id": message,
        "model": model,
        "role": "assistant",
        "content": [],
        "usage": usage,
    }
    top = {"type": "assistant", "timestamp": TIME, "message": body, **more}
    return top if request is None else {**top, "requestId": request}


def test_a_call_is_sent_with_disjoint_counts_and_their_sum(
    write: Write, imported: Imported
) -> None:
    split = {"ephemeral_5m_input_tokens": 400, "ephemeral_1h_input_tokens": 134}
    write("projects/p/a.jsonl", line(usage(37, 534, 2000, 33, cache_creation=split)))

    events = imported()

    assert events == {
        "req_A": SentEvent(
            event_id="req_A",
            occurred_at=TIME,
            source="claude",
            model="claude-opus-4-8",
            input_tokens=37,
            cached_input_tokens=2000,
            cache_write_tokens=534,
            cache_write_1h_tokens=134,
            output_tokens=33,
            total_tokens=2604,
            pricing_mode="add",
        )
    }


def test_a_response_written_twice_counts_once(
    write: Write, imported: Imported, tokens: TokensOf
) -> None:
    first = line(usage(3, 17229, 12958, 492))
    second = line(usage(1, 100, 50, 20), message="msg_B", request="req_B")
    write("projects/p/a.jsonl", first, first, second)

    events = imported()

    assert tokens(events) == {
        "req_A": (3, 12958, 17229, 0, 492, 0),
        "req_B": (1, 50, 100, 0, 20, 0),
    }


def test_a_streamed_response_keeps_the_greatest_record_and_the_earliest_time(
    write: Write, imported: Imported, tokens: TokensOf
) -> None:
    partial = line(usage(2, 0, 45958, 5))
    final = line(usage(2, 0, 45958, 90), timestamp="2026-11-21T10:00:07.000Z")
    write("projects/p/a.jsonl", final, partial)

    events = imported()

    assert tokens(events) == {"req_A": (2, 45958, 0, 0, 90, 0)}
    assert events["req_A"].occurred_at == TIME


def test_synthetic_and_error_messages_are_not_calls(
    write: Write, imported: Imported, skipped: Skipped
) -> None:
    write(
        "projects/p/a.jsonl",
        line(usage(), model="<synthetic>"),
        line(usage(), isApiErrorMessage=True),
        line(None, note={"usage": 1}),
        line(usage(), timestamp=None),
    )

    events = imported()

    assert events == {}
    assert skipped.counts == {
        "synthetic message": 1,
        "API error message": 1,
        "no usage": 1,
        "no time": 1,
    }


def test_lines_of_other_types_are_neither_calls_nor_faults(
    write: Write, imported: Imported, skipped: Skipped
) -> None:
    write(
        "projects/p/a.jsonl",
        {"type": "user", "message": "odd", "toolUseResult": {"usage": usage(5)}},
        {"type": "user", "message": {"usage": usage(5)}, "timestamp": TIME},
        {"type": "summary", "summary": 'about "usage"'},
        b"\n",
    )

    events = imported()

    assert events == {}
    assert skipped == Skipped()


def test_an_advisor_is_a_further_call_of_its_own_model(
    write: Write, imported: Imported, tokens: TokensOf
) -> None:
    iterations = [
        {"type": "message", **usage(10, 0, 0, 5)},
        {"type": "advisor_message", "model": "claude-haiku-4-5", **usage(700, 8, 9, 60)},
        {"type": "compaction", **usage(9000, 0, 0, 1)},
        {"type": "advisor_message", "model": "claude-haiku-4-5", **usage(800, 0, 0, 70)},
    ]
    record = line(usage(10, 0, 0, 5, iterations=iterations))
    write("projects/p/a.jsonl", record, record)

    events = imported()

    assert tokens(events) == {
        "req_A": (10, 0, 0, 0, 5, 0),
        "msg_A:1": (700, 9, 8, 0, 60, 0),
        "msg_A:3": (800, 0, 0, 0, 70, 0),
    }
    assert [event.model for event in events.values()] == [
        "claude-opus-4-8",
        "claude-haiku-4-5",
        "claude-haiku-4-5",
    ]


def test_models_of_third_parties_are_kept_as_they_are(write: Write, imported: Imported) -> None:
    write("projects/p/a.jsonl", line(usage(), model="moonshotai/Kimi-K2-Thinking"))

    events = imported()

    assert events["req_A"].model == "moonshotai/Kimi-K2-Thinking"


def test_the_cost_of_old_versions_is_exact(
    write: Write, imported: Imported, skipped: Skipped
) -> None:
    before, after = (
        b'{"type":"assistant","timestamp":"' + TIME.encode() + b'","costUSD":',
        (b',"message":{"model":"m","usage":{"output_tokens":1}},"requestId":'),
    )
    write(
        "projects/p/a.jsonl",
        before + b"0.10000000000000000001" + after + b'"req_A"}\n',
        before + b"-1" + after + b'"req_B"}\n',
    )

    events = imported()

    assert events["req_A"].cost_usd == Decimal("0.10000000000000000001")
    assert events["req_B"].cost_usd is None
    assert skipped.counts == {"negative cost left out": 1}


def test_counts_that_no_call_can_have_are_reported_and_stop_nothing(
    write: Write, imported: Imported, tokens: TokensOf, skipped: Skipped
) -> None:
    write(
        "projects/p/a.jsonl",
        line(usage(-1)),
        line({**usage(), "output_tokens": 1.5}),
        line({**usage(), "output_tokens": True}),
        line(usage(10**12 + 1)),
        line(usage(10**40)),
        line(usage(cache_creation={"ephemeral_1h_input_tokens": -5})),
        line(usage(10**12), request="req_B", message="msg_B"),
    )

    events = imported()

    assert tokens(events) == {"req_B": (10**12, 0, 0, 0, 1, 0)}
    assert skipped.counts == {"count is not a whole number from 0 to 10^12": 6}


def test_missing_counts_are_zero_and_the_split_stands_in_for_the_writes(
    write: Write, imported: Imported, tokens: TokensOf
) -> None:
    split = {"ephemeral_5m_input_tokens": 30, "ephemeral_1h_input_tokens": 12}
    write("projects/p/a.jsonl", line({"output_tokens": 4, "cache_creation": split}))

    events = imported()

    assert tokens(events) == {"req_A": (0, 0, 42, 12, 4, 0)}

from backend.tests.sources.codex_lines import LOG, META, TIME, count, inputs, line, usage
from backend.tests.sources.conftest import Imported, TokensOf, Write

from tokentally.models.event import SentEvent
from tokentally.sources.reading import Skipped


def record(response: str, total: int, thread: int | None = None) -> dict[str, object]:
    more = {} if thread is None else {"thread_token_usage": usage(thread)}
    return line("token_usage_record", response_id=response, usage=usage(total), **more)


def test_a_call_is_sent_as_the_difference_of_overlapping_counts(
    write: Write, imported: Imported
) -> None:
    def total(input: int, cached: int, written: int, output: int, reasoning: int) -> object:
        return {
            "total_token_usage": {
                "input_tokens": input,
                "cached_input_tokens": cached,
                "cache_write_input_tokens": written,
                "output_tokens": output,
                "reasoning_output_tokens": reasoning,
                "total_tokens": input + output,
            }
        }

    write(
        LOG,
        META,
        line("turn_context", model="gpt-5.2-codex"),
        line("event_msg", type="token_count", info=total(100, 40, 5, 10, 3)),
        line("turn_context", model="gpt-6"),
        line("event_msg", type="token_count", info=total(250, 140, 6, 30, 7)),
    )

    events = imported()

    assert events["s1:2"] == SentEvent(
        event_id="s1:2",
        occurred_at=TIME,
        source="codex",
        model="gpt-6",
        input_tokens=150,
        cached_input_tokens=100,
        cache_write_tokens=1,
        output_tokens=20,
        reasoning_output_tokens=4,
        total_tokens=170,
        pricing_mode="overlap",
    )
    assert events["s1:1"].model == "gpt-5.2-codex"


def test_repeated_counts_are_one_call(write: Write, imported: Imported) -> None:
    write(LOG, META, count(3, 3), count(3, 3), count(5, 2), count(5, 2))

    events = imported()

    assert inputs(events) == {"s1:1": 3, "s1:2": 2}


def test_after_a_reset_the_last_call_is_counted(write: Write, imported: Imported) -> None:
    write(LOG, META, count(10), count(15), count(7, 7), count(7, 7))

    events = imported()

    assert inputs(events) == {"s1:1": 10, "s1:2": 5, "s1:3": 7}


def test_after_a_reset_without_a_last_call_the_whole_is_counted(
    write: Write, imported: Imported
) -> None:
    write(LOG, META, count(4), count(10), count(5))

    events = imported()

    assert inputs(events) == {"s1:1": 4, "s1:2": 6, "s1:3": 5}


def test_a_last_call_without_a_sum_is_counted(write: Write, imported: Imported) -> None:
    write(LOG, META, count(None, 4), count(None, 6), count(15))

    events = imported()

    assert inputs(events) == {"s1:1": 4, "s1:2": 6, "s1:3": 5}


def test_a_count_without_info_is_nothing(
    write: Write, imported: Imported, skipped: Skipped
) -> None:
    write(LOG, META, line("event_msg", type="token_count", info=None), count(None, None))

    events = imported()

    assert events == {}
    assert skipped == Skipped()


def test_records_win_over_counts_and_count_once_per_response(
    write: Write, imported: Imported
) -> None:
    write(
        LOG,
        META,
        record("resp_1", 10, thread=10),
        count(10, 10),
        record("resp_2", 5, thread=15),
        record("resp_2", 5, thread=15),
        count(15, 5),
    )

    events = imported()

    assert inputs(events) == {"resp_1": 10, "resp_2": 5}


def test_a_first_record_that_follows_its_count_is_not_counted_again(
    write: Write, imported: Imported
) -> None:
    write(LOG, META, count(10, 10), record("resp_1", 10), count(15, 5), record("resp_2", 5))

    events = imported()

    assert inputs(events) == {"s1:1": 10, "resp_2": 5}


def test_calls_before_an_upgrade_to_records_stay_counted(write: Write, imported: Imported) -> None:
    write(LOG, META, count(10, 10), count(30, 20), record("resp_3", 20, thread=50), count(50, 20))

    events = imported()

    assert inputs(events) == {"s1:1": 10, "s1:2": 20, "resp_3": 20}


def test_counts_that_no_call_can_have_are_reported_and_stop_nothing(
    write: Write, imported: Imported, skipped: Skipped
) -> None:
    write(LOG, META, count(-3), count(10**13), count(3), record("resp_1", -1), count(5))

    events = imported()

    assert inputs(events) == {"s1:1": 3, "s1:2": 2}
    assert skipped.counts == {"count is not a whole number from 0 to 10^12": 3}


def test_a_record_without_response_id_is_known_by_its_place(
    write: Write, imported: Imported
) -> None:
    first, second = (line("token_usage_record", usage=usage(total)) for total in (7, 8))
    write(LOG, META, first, second)

    events = imported()

    assert inputs(events) == {"s1:1": 7, "s1:2": 8}


def test_calls_without_time_or_usage_are_reported(
    write: Write, imported: Imported, skipped: Skipped
) -> None:
    write(LOG, META, {**count(3), "timestamp": None}, line("token_usage_record"), count(5))

    events = imported()

    assert inputs(events) == {"s1:2": 2}
    assert skipped.counts == {"no time": 1, "no usage": 1}


def test_one_count_that_falls_while_the_sum_grows_is_no_reset(
    write: Write, imported: Imported, tokens: TokensOf
) -> None:
    first = {"input_tokens": 100, "cached_input_tokens": 40}
    second = {"input_tokens": 130, "cached_input_tokens": 30}
    counts = [
        line("event_msg", type="token_count", info={"total_token_usage": usage})
        for usage in (first, second)
    ]
    write(LOG, META, *counts)

    events = imported()

    assert tokens(events) == {"s1:1": (100, 40, 0, 0, 0, 0), "s1:2": (30, 0, 0, 0, 0, 0)}

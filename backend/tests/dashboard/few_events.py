"""A few events around midnight in New York."""

from backend.tests.dashboard.asking import tokens
from backend.tests.factories import event

AS_OF = "2026-11-21T12:00:00.000000Z"
NEW_YORK = "tz=America/New_York"
EVENTS = [
    event(  # 23:59:59 on the 19th in New York
        event_id="1",
        occurred_at="2026-11-20T04:59:59.999999Z",
        model="aws/gpt-4o",
        input_tokens=1000,
        cached_input_tokens=400,
        cache_write_tokens=100,
        output_tokens=50,
        reasoning_output_tokens=20,
        cost_usd="0.0000015",
    ),
    event(  # midnight there
        event_id="2",
        occurred_at="2026-11-20T05:00:00Z",
        model="aws/gpt-4o",
        input_tokens=10,
        output_tokens=5,
        cost_usd="0.000001",
    ),
    event(
        event_id="3",
        occurred_at="2026-11-20T05:10:00Z",
        source="claude",
        model="gpt-4o",
        input_tokens=7,
        output_tokens=0,
    ),
    event(
        event_id="4",
        occurred_at="2026-11-20T05:10:00Z",
        source="claude",
        model="a-model",
        input_tokens=7,
        output_tokens=0,
        cost_usd="0.0000015",
        success=False,
    ),
    event(  # after the range of most tests
        event_id="5",
        occurred_at="2026-11-21T05:00:00Z",
        model="late",
        input_tokens=1,
        output_tokens=0,
        cost_usd=1,
    ),
]
RANGE = f"from=2026-11-19&to=2026-11-20&{NEW_YORK}"
TOTALS = {
    **tokens(1024, 55, 400, 20),
    "total_cost_usd": "0.000004",
    "cache_write_tokens": "100",
    "unpriced_tokens": "7",
    "requests": "4",
}

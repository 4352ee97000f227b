"""What is found about sources, in plain lines, and what mends that which needs attention."""

from collections.abc import Iterator, Sequence

from tokentally.clock import rfc3339
from tokentally.queries.active_sources import ActiveSource, Alike
from tokentally.queries.findings import Finding

FEWEST = 20
"""Calls alike by chance are few."""

TWO_DOORS = frozenset({"codex"})
"""Sources whose calls have another id in their logs than in what they send themselves."""


def source_findings(
    sources: Sequence[ActiveSource], alike: Sequence[Alike], days: int
) -> Iterator[Finding]:
    """What was found of the calls of the last `days` days."""
    if sources:
        yield Finding(f"calls of the last {days} days:")
    for each in sources:
        yield Finding(f"  {each.name}: {each.events:,}, the last {rfc3339(each.last_at)}")
    events = {each.name: each.events for each in sources}
    for pair in alike:
        if pair.source == pair.other:
            possible = events[pair.source] // 2 if pair.source in TWO_DOORS else None
        else:
            possible = min(events[pair.source], events[pair.other])
        if possible is not None and pair.calls >= max(FEWEST, possible / 2):
            yield _doubled(pair, possible)


def _doubled(pair: Alike, possible: int) -> Finding:
    if pair.source == pair.other:
        line = f"{pair.calls:,} calls of {pair.source} have the counts of another one of its calls"
        fix = "they seem to come from its logs and from itself: import or send, not both"
        return Finding(line, fix)
    both = f"{pair.source} and {pair.other}"
    line = f"{pair.calls:,} of {possible:,} calls have the same counts in {both}"
    return Finding(line, "they seem to be reported twice, and count twice: let one of them send")

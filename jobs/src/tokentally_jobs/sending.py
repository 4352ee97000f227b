"""Sending what waits in an outbox to a Tokentally elsewhere, until it is acknowledged."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import msgspec

from tokentally.ingest.receive import IngestAnswer
from tokentally_jobs.outbox import Outbox, Waiting

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds: each failure in a row doubles the pause."""

PATIENCE = httpx.Timeout(60.0, connect=10.0)
LONGEST_TOLD = 300
"""Characters of what a server says is wrong."""

_PATH = "/v1/events"
_NEVER_TAKEN = (400, 415)
_TOO_LARGE = 413


class NotNow(Exception):
    """The server can't take a delivery now; `seconds` is when it wants to be asked again."""

    def __init__(self, why: str, seconds: float | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


@dataclass
class Sent:
    """How sending went: events by their outcome, and reasons of those that were rejected."""

    outcomes: dict[str, int]
    reasons: list[str]


def client_for(url: str, key: str) -> httpx.Client:
    """A client of the server at `url`."""
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
    }
    return httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=PATIENCE)


def send_all(outbox: Outbox, client: httpx.Client, tell: Callable[[Sent], None]) -> None:
    """Send all that waits, the oldest first; raises `NotNow` when the server takes no more.

    A delivery is forgotten once it was acknowledged. If the answer gets lost it is sent again, and
    the server knows its events.
    """
    while delivery := outbox.oldest():
        response = _post(client, delivery)
        if response.status_code == _TOO_LARGE and delivery.events > 1:
            outbox.split(delivery)
        elif _is_never_taken(response):
            outbox.put_aside(delivery, _detail(response))
            tell(
                Sent({"refused": delivery.events}, [f"{_detail(response)}; {_how_to_list(client)}"])
            )
        else:
            answer = _answer(response, delivery.events)
            outbox.acknowledged(delivery)
            tell(answer)


def _how_to_list(client: httpx.Client) -> str:
    address = str(client.base_url).rstrip("/")
    return f"`tokentally connect {address} --refused` lists what is put aside"


def _post(client: httpx.Client, delivery: Waiting) -> httpx.Response:
    try:
        return client.post(_PATH, content=gzip.compress(delivery.body, 6))
    except httpx.HTTPError as error:
        raise NotNow(
            f"{client.base_url} can't be reached: {error or type(error).__name__}"
        ) from None


def _is_never_taken(response: httpx.Response) -> bool:
    """Whether Tokentally itself refuses the delivery for what it is.

    A proxy in between may answer so too, of any delivery, until its settings are mended. What is
    too large for it is only put aside once it can't be split.
    """
    stated = response.headers.get("Content-Type", "")
    itself = response.status_code in _NEVER_TAKEN and stated == "application/problem+json"
    return itself or response.status_code == _TOO_LARGE


def _answer(response: httpx.Response, events: int) -> Sent:
    """How a delivery of so many events ended; raises `NotNow` unless each of them is told of."""
    if response.status_code in (401, 403):
        raise NotNow(f"the key is not taken: {_detail(response)}", LONGEST_PAUSE)
    if response.next_request:
        address = str(response.next_request.url).removesuffix(_PATH)
        raise NotNow(f"the server redirects to {address}; use that address if it is Tokentally's")
    if response.status_code != httpx.codes.OK:
        raise NotNow(_detail(response), _retry_after(response))
    try:
        said = msgspec.json.decode(response.content, type=IngestAnswer)
    except (ValueError, RecursionError):
        raise NotNow(f"{response.url} does not answer as Tokentally does") from None
    outcomes = {kind: n for kind, n in vars(said).items() if kind != "errors" and n}
    if sum(outcomes.values()) != events:
        raise NotNow(f"{response.url} does not say what became of each event")
    reasons = [": ".join(filter(None, (each.field, each.message))) for each in said.errors]
    return Sent(outcomes, reasons)


def _retry_after(response: httpx.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None


def _detail(response: httpx.Response) -> str:
    """What the server says is wrong, in one line without control characters."""
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError, TypeError, RecursionError):
        detail = response.reason_phrase
    told = f"{response.status_code} {detail}"[:LONGEST_TOLD]
    return "".join(each if each.isprintable() else " " for each in told)

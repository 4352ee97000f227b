"""Which clock is meant: a zone, else an offset, else UTC, and nothing else is an error."""

import pytest
from backend.tests.dashboard_oracle.asking import answered, posts
from backend.tests.dashboard_oracle.histories import Json
from backend.tests.dashboard_oracle.questions import ENDPOINTS
from backend.tests.factories import event
from fastapi.testclient import TestClient

UNKNOWN_ZONES = [
    "Mars/Olympus_Mons",
    "",
    " ",
    "America",
    "../etc/passwd",
    "/etc/passwd",
    "/usr/share/zoneinfo/Asia/Tokyo",
    "Asia/../Asia/Tokyo",
    "posix/Asia/Tokyo",
    "right/Asia/Tokyo",
    "localtime",
    "posixrules",
    "tzdata.zi",
    "zone.tab",
    "+09:00",
    "Asia/Tokyo\0",
    "Asia\\Tokyo",
    "🕰",
    "x" * 5_000,
]
NO_OFFSETS = ["", " ", "x", "1.5", "540.0", "1e2", "841", "-841", "855", "-900", "9" * 30]
UNEVEN = ["1", "-1", "7", "-479", "839", "-838"]

pytestmark = pytest.mark.parametrize("endpoint", ENDPOINTS)


def shown(client: TestClient, endpoint: str, **params: str) -> Json:
    """An answer, which tells by its dates and rows what clock it goes by."""
    return answered(client, endpoint, params)


def used(client: TestClient) -> None:
    """Usage around midnight, by the clock that is farthest ahead."""
    posts(client, [event(occurred_at="2026-11-21T09:59:59Z"), event(event_id="2")])


def test_an_offset_is_a_multiple_of_a_quarter(client: TestClient, endpoint: str) -> None:
    for minutes in UNEVEN:
        for zone in ({}, {"tz": "Mars/Olympus_Mons"}):
            asked = {"tz_offset_minutes": minutes, **zone}
            response = client.get(f"/functions/{ENDPOINTS[endpoint]}", params=asked)
            assert response.status_code == 400
            assert response.json() == {"error": "Invalid tz_offset_minutes"}


def test_a_zone_that_nobody_knows_gives_way_to_the_offset_and_that_to_utc(
    client: TestClient, endpoint: str
) -> None:
    used(client)

    in_utc, ahead = shown(client, endpoint), shown(client, endpoint, tz_offset_minutes="840")

    assert in_utc != ahead
    for zone in UNKNOWN_ZONES:
        assert shown(client, endpoint, tz=zone) == in_utc, zone
        assert shown(client, endpoint, tz=zone, tz_offset_minutes="840") == ahead, zone


def test_an_offset_that_is_malformed_or_out_of_range_is_utc(
    client: TestClient, endpoint: str
) -> None:
    used(client)

    in_utc = shown(client, endpoint)

    for offset in NO_OFFSETS:
        assert shown(client, endpoint, tz_offset_minutes=offset) == in_utc, offset


def test_a_zone_wins_over_an_offset(client: TestClient, endpoint: str) -> None:
    used(client)

    tokyo, utc = shown(client, endpoint, tz="Asia/Tokyo"), shown(client, endpoint)

    assert shown(client, endpoint, tz="Asia/Tokyo", tz_offset_minutes="-480") == tokyo
    assert shown(client, endpoint, tz="UTC", tz_offset_minutes="840") == utc

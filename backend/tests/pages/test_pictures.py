"""The pictures of public users: for everybody, and of nobody else."""

from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from backend.tests.auth.people import bearer, key, token, user
from backend.tests.factories import SettableClock, event, problem
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.api.heatmap import COLOURS, MONTHS
from tokentally.api.svg import Theme

pytestmark = pytest.mark.every_engine
SIGN_IN = True

ADA = "ada@example.com"
KINDS = ("badge", "heatmap")
SVG = "{http://www.w3.org/2000/svg}"
NOBODY = problem(404, "there is no public user of that name")


def address(name: str, kind: str) -> str:
    return f"/u/{quote(name, safe='')}/{kind}.svg"


def drawn(client: TestClient, name: str, kind: str, **params: str) -> ElementTree.Element:
    """The picture, as a browser understands it."""
    response = client.get(address(name, kind), params=params)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "image/svg+xml"
    return ElementTree.fromstring(response.text)


def texts(picture: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


def squares(picture: ElementTree.Element) -> list[tuple[str, str]]:
    """The colour of every day, and what is said of it."""
    return [
        (rect.attrib["fill"], rect[0].text or "")
        for rect in picture.iter(f"{SVG}rect")
        if len(rect)
    ]


@pytest.fixture(autouse=True)
def used(client: TestClient, backend: Backend) -> None:
    """A public user whose login is an address, with usage on three days."""
    user(backend, ADA, display_name="Ada", leaderboard_public=True)
    headers = bearer(key(backend, ADA, "ingest"))
    sent = [
        event(event_id="today", input_tokens=1_000_000, output_tokens=290_000),
        event(event_id="yesterday", occurred_at="2026-11-20T23:59:59Z"),
        event(event_id="long ago", occurred_at="2020-01-01T00:00:00Z"),
    ]
    assert client.post("/v1/events", json=sent, headers=headers).json()["accepted"] == 3


def test_a_badge_tells_the_name_and_all_tokens(client: TestClient) -> None:
    response = client.get(address(ADA, "badge"))

    picture = ElementTree.fromstring(response.text)
    assert texts(picture) == ["Ada", "1.2M tokens"]
    assert picture.attrib["aria-label"] == "Ada: 1,290,240 tokens"
    assert picture[0].text == "Ada: 1,290,240 tokens"
    assert {
        name: response.headers[name]
        for name in ("cache-control", "content-security-policy", "x-content-type-options")
    } == {
        "cache-control": "public, max-age=300",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }


@pytest.mark.parametrize("theme", Theme)
def test_a_heatmap_has_the_days_and_levels_of_the_user_s_own(
    client: TestClient, theme: Theme
) -> None:
    own: dict[str, Any] = client.get(
        "/functions/vibeusage-usage-heatmap", headers=bearer(token(ADA))
    ).json()

    picture = drawn(client, ADA, "heatmap", theme=theme)

    cells = [cell for week in own["weeks"] for cell in week if cell]
    levels = COLOURS[theme].levels
    assert len(cells) == 52 * 7  # it is a Saturday
    assert squares(picture) == [
        (levels[cell["level"]], f"{cell['day']}: {int(cell['value']):,} tokens") for cell in cells
    ]
    assert texts(picture) == [
        "Ada",
        "1.2M tokens in 52 weeks",
        *("Dec", *MONTHS[:11]),
        *("Mon", "Wed", "Fri"),
    ]
    assert picture.attrib["aria-label"] == (
        "Ada: 1,290,120 tokens from 2025-11-23 to 2026-11-21 (UTC), active on 2 days, "
        "on the last 2 without a gap"
    )


def test_a_heatmap_goes_on_with_the_day(client: TestClient, clock: SettableClock) -> None:
    before = squares(drawn(client, ADA, "heatmap"))

    clock.now = clock.now.replace(day=22)

    after = squares(drawn(client, ADA, "heatmap"))
    assert [said[:10] for _, said in (before[-1], after[-1])] == ["2026-11-21", "2026-11-22"]
    assert len(after) == 51 * 7 + 1


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_tell_usage_at_once(client: TestClient, backend: Backend, kind: str) -> None:
    first = client.get(address(ADA, kind))
    again = client.get(address(ADA, kind))
    headers = bearer(key(backend, ADA, "ingest"))
    client.post("/v1/events", json=[event(event_id="new", input_tokens=10**7)], headers=headers)

    changed = client.get(address(ADA, kind))

    assert first.content == again.content
    assert "11.2M tokens" in changed.text


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_not_to_be_seen_and_who_is_not_are_one(
    client: TestClient, backend: Backend, kind: str
) -> None:
    user(backend, "hidden", display_name="Hidden")
    user(backend, "disabled", display_name="Disabled", leaderboard_public=True, disabled=True)

    answers = [
        client.get(address(name, kind), headers=headers)
        for name in ("hidden", "disabled", "nobody", "", " ", "x" * 300, "%00", "\0", "ADA", "Ada")
        for headers in ({}, bearer(token(ADA)), bearer("no good"))
    ]

    for answer in answers:
        told = dict(answer.headers)
        assert told.pop("x-request-id")
        assert (answer.status_code, answer.json()) == (404, NOBODY)
        assert answer.content == answers[0].content
        assert told == {
            "content-type": "application/problem+json",
            "content-length": str(len(answer.content)),
        }


@pytest.mark.parametrize("kind", KINDS)
def test_who_hides_is_gone_at_once(client: TestClient, kind: str) -> None:
    seen = []
    for public in (True, False, True):
        change = {"leaderboard_public": public}
        client.patch("/v1/me", json=change, headers=bearer(token(ADA)))
        seen.append(client.get(address(ADA, kind)).status_code)

    assert seen == [200, 404, 200]


@pytest.mark.parametrize("kind", KINDS)
def test_a_login_is_never_told(client: TestClient, backend: Backend, kind: str) -> None:
    user(backend, ADA, display_name=" ")

    picture = drawn(client, ADA, kind)

    assert texts(picture)[0] == "Anonymous"
    assert "@" not in ElementTree.tostring(picture, "unicode")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\"'&amp;]]>", "\"'&amp;]]>"),
        ("a\x01b\x1b\ufffe\uffff", "a\ufffdb\ufffd\ufffd\ufffd"),
        ("two\n\tlines", "two lines"),
        ("模型 😀 e\u0301", "模型 😀 e\u0301"),
        ("x" * 41, "x" * 39 + "…"),
        ("x" * 40, "x" * 40),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_name_is_text_whatever_it_holds(
    client: TestClient, backend: Backend, kind: str, name: str, shown: str
) -> None:
    user(backend, ADA, display_name=name)

    picture = drawn(client, ADA, kind)

    assert texts(picture)[0] == shown
    tags = {element.tag.removeprefix(SVG) for element in picture.iter()}
    assert tags <= {"svg", "title", "clipPath", "rect", "g", "text"}


@pytest.mark.parametrize("login", ["a/b", "a b", "a/badge.svg", "100%", "ä", "?x=1#y"])
def test_a_login_may_hold_anything(client: TestClient, backend: Backend, login: str) -> None:
    user(backend, login, display_name="Shown", leaderboard_public=True)

    assert texts(drawn(client, login, "badge")) == ["Shown", "0 tokens"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_theme_is_light_unless_dark(client: TestClient, kind: str) -> None:
    path = address(ADA, kind)

    light, named, blank, dark = (
        client.get(f"{path}{query}").text
        for query in ("", "?theme=light", "?theme=", "?theme=dark")
    )

    assert light == named == blank != dark


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [ADA, "nobody"])
def test_there_is_no_other_theme(client: TestClient, name: str, kind: str) -> None:
    refused = client.get(address(name, kind), params={"theme": "Dark"})

    assert refused.status_code == 400
    assert refused.json() == problem(400, "theme must be light or dark")


class TestWithoutSignIn:
    """The guard of a server for one machine stands before pictures too."""

    SIGN_IN = False

    def test_another_host_gets_none(self, client: TestClient, backend: Backend) -> None:
        user(backend, "bob", leaderboard_public=True)

        there = client.get(address("bob", "badge"), headers={"Host": "example.com"})

        assert there.status_code == 403
        assert client.get(address("bob", "badge")).status_code == 200

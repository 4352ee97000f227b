"""`tokentally keys`: from nothing to an admin who is signed in, and how keys end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from jobs.tests.conftest import Run
from jobs.tests.test_users_command import failed, listed, ok

from tokentally.api.backend import open_backend
from tokentally.api.server import create_backend
from tokentally.config import Settings


@pytest.fixture
def server(database_path: Path) -> Iterator[TestClient]:
    """A server with sign-in on the database that the commands change."""
    url = f"sqlite:///{database_path}"
    backend = open_backend(Settings(database_url=url, auth="token", _env_file=None))
    with TestClient(create_backend(backend), base_url="https://usage.example.com") as client:
        yield client
    backend.close()


def status(server: TestClient, path: str, key: str) -> int:
    return server.get(path, headers={"Authorization": f"Bearer {key}"}).status_code


def created(tokentally: Run, user: str, *scopes: str, name: str = "") -> str:
    """A new key, as a script takes it: the last line of the output."""
    named = ("--name", name) if name else ()
    wanted = (part for scope in scopes for part in ("--scope", scope))
    said = tokentally("keys", "create", "--user", user, *wanted, *named)
    assert said.status == 0, said.err
    return said.out.splitlines()[-1]


def test_two_commands_make_the_first_admin(tokentally: Run, server: TestClient) -> None:
    tokentally("users", "add", "ada", "--admin")
    key = created(tokentally, "ada", "admin")

    assert status(server, "/v1/admin/users", key) == 200
    assert status(server, "/tokens", key) == 200


def test_the_key_is_alone_on_standard_output(tokentally: Run) -> None:
    tokentally("users", "add", "ada")

    said = tokentally("keys", "create", "--user", "ada", "--scope", "read", "--scope", "ingest")

    assert said.out.startswith("tt_")
    assert said.out.count("\n") == 1
    assert said.err == "key 1 of ada for ingest, read; it is shown this once\n"


def test_keys_are_listed_without_their_secrets(tokentally: Run) -> None:
    for user in ("ada", "bob"):
        tokentally("users", "add", user)
    first = created(tokentally, "ada", "read", name="laptop")
    second = created(tokentally, "bob", "ingest")
    tokentally("keys", "revoke", "2")

    both, own = tokentally("keys", "list"), tokentally("keys", "list", "--user", "bob")

    assert [row[:5] for row in listed(both)] == [
        ["1", "ada", f"{first[:9]}…", "read", "laptop"],
        ["2", "bob", f"{second[:9]}…", "ingest", listed(both)[1][4]],
    ]
    assert [row[-1] for row in listed(both)] == ["never", "revoked"]
    assert listed(own) == listed(both)[1:]
    assert not any(key in both.out for key in (first, second))


def test_a_revoked_key_opens_nothing(tokentally: Run, server: TestClient) -> None:
    tokentally("users", "add", "ada")
    key = created(tokentally, "ada", "read")
    before = status(server, "/tokens", key)

    said = [tokentally("keys", "revoke", "1") for _ in range(2)]

    assert said == [ok("revoked key 1")] * 2
    assert (before, status(server, "/tokens", key)) == (200, 401)


def test_a_disabled_user_s_key_opens_nothing(tokentally: Run, server: TestClient) -> None:
    tokentally("users", "add", "ada")
    key = created(tokentally, "ada", "read")

    tokentally("users", "disable", "ada")

    assert status(server, "/tokens", key) == 401


def test_a_key_for_admins_needs_an_admin(tokentally: Run) -> None:
    tokentally("users", "add", "ada")

    said = tokentally("keys", "create", "--user", "ada", "--scope", "admin")

    assert said == failed(
        "'ada' is no admin, and so can't have a key with the scope admin; "
        "`tokentally users add NAME --admin` makes one"
    )


@pytest.mark.parametrize("number", ["7", "0", "99999999999999999999"])
def test_a_key_that_is_not_there_is_told(tokentally: Run, number: str) -> None:
    assert tokentally("keys", "revoke", number) == failed(f"there is no key {number}")


def test_an_unknown_scope_lists_those_that_there_are(tokentally: Run) -> None:
    said = tokentally("keys", "create", "--user", "ada", "--scope", "write")

    assert said == failed("there is no scope 'write'; there are admin, ingest, ingest:any, read", 2)


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (("keys", "create", "--user", "ada"), "--scope"),
        (("keys", "create", "--scope", "read"), "--user"),
        (("keys", "revoke"), "ID"),
        (("keys", "revoke", "x"), "ID"),
        (("users", "add"), "name"),
        (("teams", "set", "ada"), "team"),
    ],
)
def test_what_is_missing_or_wrong_is_named(
    tokentally: Run, args: tuple[str, ...], named: str
) -> None:
    said = tokentally(*args)

    assert (said.status, said.out) == (2, "")
    assert named in said.err
    assert said.err.count("\n") == 1

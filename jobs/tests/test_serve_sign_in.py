"""The server with sign-in as a process: it may listen to all, and says how to get in."""

from pathlib import Path

import httpx
import pytest
from backend.tests.auth.people import SECRET
from jobs.tests.conftest import Run
from trials.programs import Program, Zygote, environment

HINT = (
    "nobody can sign in yet: `tokentally users add NAME --admin`, then "
    "`tokentally keys create --user NAME --scope admin`\n"
)


def served(zygote: Zygote, database: Path, log: Path, **settings: str) -> Program:
    env = environment(database, **{"auth": "token", **settings})
    return zygote.launch(["serve", "--port", "0"], env, log)


def test_a_server_with_sign_in_listens_to_all_and_lets_in_who_has_a_key(
    zygote: Zygote, database_path: Path, tmp_path: Path, tokentally: Run
) -> None:
    server = served(zygote, database_path, tmp_path / "log", host="0.0.0.0")
    port = server.url().rpartition(":")[2]
    tokentally("users", "add", "ada", "--admin")
    key = tokentally("keys", "create", "--user", "ada", "--scope", "admin").out.strip()

    def ask(path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{port}{path}", headers=headers, trust_env=False)

    without, with_key = ask("/tokens"), ask("/v1/me", Authorization=f"Bearer {key}")

    assert (without.status_code, without.json()) == (401, {"detail": "Missing bearer token"})
    assert without.headers["www-authenticate"] == "Bearer"
    assert with_key.json()["name"] == "ada"
    assert server.end() == 0
    assert server.said().startswith(HINT)


def test_a_server_that_somebody_can_sign_in_to_gives_no_hint(
    zygote: Zygote, database_path: Path, tmp_path: Path, tokentally: Run
) -> None:
    by_token = served(zygote, database_path, tmp_path / "token", jwt_secret=SECRET)
    said = [(by_token.url(), by_token.end(), by_token.said())]
    tokentally("users", "add", "ada")
    tokentally("keys", "create", "--user", "ada", "--scope", "read")
    by_key = served(zygote, database_path, tmp_path / "key")
    said += [(by_key.url(), by_key.end(), by_key.said())]

    assert [(status, text) for _, status, text in said] == [
        (0, f"Tokentally is ready at {url}\n") for url, _, _ in said
    ]


def test_a_public_address_without_sign_in_is_refused_with_the_way_out(tokentally: Run) -> None:
    said = tokentally("serve", host="0.0.0.0")

    assert (said.status, said.out) == (2, "")
    assert said.err == (
        "tokentally: HOST 0.0.0.0 is reachable from other machines, and AUTH=local has no "
        "sign-in; use 127.0.0.1, or TOKENTALLY_AUTH=token (see docs/access.md)\n"
    )


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (
            {"jwt_secret": "short"},
            "TOKENTALLY_JWT_SECRET: must have at least 32 bytes; `openssl rand -hex 32` makes one",
        ),
        (
            {"jwks_url": "https://id.example.com/jwks"},
            "TOKENTALLY_JWKS_URL: needs TOKENTALLY_JWT_AUDIENCE and TOKENTALLY_JWT_ISSUER "
            "beside it",
        ),
        (
            {"cors_origins": "example.com"},
            "TOKENTALLY_CORS_ORIGINS: 'example.com' is no origin, such as "
            "https://usage.example.com",
        ),
    ],
)
def test_a_wrong_setting_of_sign_in_is_one_line(
    tokentally: Run, settings: dict[str, str], line: str
) -> None:
    said = tokentally("serve", auth="token", **settings)

    assert (said.status, said.out, said.err) == (2, "", f"tokentally: {line}\n")

"""The settings of sign-in: what is unset, and how a wrong one is told."""

from typing import Any

import pytest
from backend.tests.auth.people import SECRET
from pydantic import ValidationError

from tokentally.config import Settings

JWKS = {
    "jwks_url": "https://id.example.com/jwks",
    "jwt_audience": "tokentally",
    "jwt_issuer": "https://id.example.com",
}


def settings_of(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    for name, value in given.items():
        monkeypatch.setenv(f"TOKENTALLY_{name.upper()}", value)
    return Settings(_env_file=None)


def test_a_server_has_no_sign_in_and_is_not_public_by_default() -> None:
    settings = Settings(_env_file=None)

    assert (settings.auth, settings.public_leaderboard) == ("local", False)
    assert (settings.jwt_secret, settings.jwks_url, settings.cors_origins) == (None, None, ())


@pytest.mark.parametrize("blank", ["", " ", "\t"])
def test_a_blank_value_is_none(monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    names = ("jwt_secret", "jwt_audience", "jwt_issuer", "jwks_url", "cors_origins")

    settings = settings_of(monkeypatch, **dict.fromkeys(names, blank))

    assert [getattr(settings, name) for name in names] == [None, None, None, None, ()]


def test_blank_values_of_other_settings_are_their_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("auth", "port", "public_leaderboard", "host")

    assert settings_of(monkeypatch, **dict.fromkeys(names, "")) == Settings(_env_file=None)


@pytest.mark.parametrize(
    ("given", "origins"),
    [
        ("https://a.example.com", ("https://a.example.com",)),
        (" http://localhost:5173/ , https://b.c ,", ("http://localhost:5173", "https://b.c")),
    ],
)
def test_origins_are_separated_by_commas(
    monkeypatch: pytest.MonkeyPatch, given: str, origins: tuple[str, ...]
) -> None:
    assert settings_of(monkeypatch, cors_origins=given).cors_origins == origins


def test_all_origins_may_call_where_everybody_signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_of(monkeypatch, auth="token", cors_origins="*").cors_origins == ("*",)
    with pytest.raises(ValidationError, match="give every web page all rights while AUTH=local"):
        settings_of(monkeypatch, auth="local", cors_origins="*")


OIDC = {"oidc_issuer": "https://id.example.com", "oidc_client_id": "page"}


def test_where_people_sign_in_is_told_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    unset = settings_of(monkeypatch, oidc_issuer=" ", oidc_client_id="")
    settings = settings_of(monkeypatch, **JWKS, **OIDC)

    assert (unset.oidc_issuer, unset.oidc_client_id) == (None, None)
    assert (settings.oidc_issuer, settings.oidc_client_id) == ("https://id.example.com", "page")


NEEDED = "needs TOKENTALLY_JWT_AUDIENCE and TOKENTALLY_JWT_ISSUER beside it"


@pytest.mark.parametrize(
    ("given", "named", "said"),
    [
        ({"auth": "none"}, "auth", "Input should be 'local' or 'token'"),
        (
            {"jwt_secret": "x" * 31},
            "jwt_secret",
            "must have at least 32 bytes; `openssl rand -hex 32` makes one",
        ),
        ({"jwks_url": JWKS["jwks_url"]}, "jwks_url", NEEDED),
        (JWKS | {"jwt_issuer": ""}, "jwks_url", NEEDED),
        (JWKS | {"jwt_audience": " "}, "jwks_url", NEEDED),
        (JWKS | {"jwks_url": "id.example.com"}, "jwks_url", "must be an http or https address"),
        (JWKS | {"jwks_url": "file:///etc/x"}, "jwks_url", "must be an http or https address"),
        (JWKS | {"jwks_url": "https://["}, "jwks_url", "must be an http or https address"),
        (
            JWKS | {"oidc_issuer": OIDC["oidc_issuer"]},
            "oidc_issuer",
            "needs TOKENTALLY_OIDC_CLIENT_ID beside it",
        ),
        (
            JWKS | {"oidc_client_id": "page"},
            "oidc_issuer",
            "must be set where TOKENTALLY_OIDC_CLIENT_ID is",
        ),
        (
            JWKS | OIDC | {"oidc_issuer": "id.example.com"},
            "oidc_issuer",
            "must be an http or https address",
        ),
        (
            OIDC,
            "oidc_issuer",
            "needs TOKENTALLY_JWKS_URL beside it: the keys that its tokens are good by",
        ),
        (
            {"cors_origins": "https://a.b,example.com"},
            "cors_origins",
            "'example.com' is no origin, such as https://usage.example.com",
        ),
        (
            {"cors_origins": "https://a.b/path"},
            "cors_origins",
            "'https://a.b/path' is no origin, such as https://usage.example.com",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_must_be(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], named: str, said: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        settings_of(monkeypatch, **given)

    errors: list[Any] = list(raised.value.errors())
    assert [(error["loc"], error["msg"]) for error in errors] == [((named,), said)]


def test_a_secret_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(monkeypatch, jwt_secret=SECRET)
    with pytest.raises(ValidationError) as raised:
        settings_of(monkeypatch, jwt_secret="too short, but secret")

    assert SECRET not in repr(settings)
    assert SECRET not in str(settings.model_dump())
    assert "too short, but secret" not in str(raised.value)


def test_keys_of_a_provider_may_be_set_beside_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(monkeypatch, jwt_secret=SECRET, **JWKS)

    assert settings.jwks_url == JWKS["jwks_url"]
    assert settings.jwt_secret
    assert settings.jwt_secret.get_secret_value() == SECRET

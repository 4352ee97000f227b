"""Callers of the tests: how they sign in, and what they are told when they are turned away."""

from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

import jwt
from backend.tests.factories import NOW, problem
from pydantic import SecretStr

from tokentally.api.backend import Backend
from tokentally.auth.api_keys import new_key
from tokentally.store.api_keys import add_key
from tokentally.store.users import change_user, create_user

SECRET = "a secret of the tests, of no use anywhere"
SIGN_IN: dict[str, Any] = {"auth": "token", "jwt_secret": SecretStr(SECRET)}
"""Settings of a server with sign-in by tokens of that secret and by keys."""
LATER = int((NOW + timedelta(hours=1)).timestamp())

MISSING = "Missing bearer token"
NO_GOOD = "Unauthorized"


def bearer(token: str) -> dict[str, str]:
    """The header of a request that is signed in with `token`."""
    return {"Authorization": f"Bearer {token}"}


def claims(user: object = "ada", **others: Any) -> dict[str, Any]:
    """Claims of a good token, with `others` beside or in place of the defaults; None takes out."""
    said = {"sub": user, "exp": LATER, **others}
    return {name: value for name, value in said.items() if value is not None}


def token(user: object = "ada", *, secret: str = SECRET, **others: Any) -> str:
    """A token of HS256."""
    return jwt.encode(claims(user, **others), secret, algorithm="HS256")


def user(backend: Backend, name: str, **columns: str | bool) -> None:
    """Make a user, or change one."""
    backend.writer.run(partial(create_user, name=name)).result()
    backend.writer.run(partial(change_user, name=name, changes=columns)).result()


def key(backend: Backend, name: str, *scopes: str, **columns: str | bool) -> str:
    """A key of a user, who is made if new."""
    user(backend, name, **columns)
    secret, stored = new_key("", scopes, backend.clock())
    backend.writer.run(partial(add_key, user=name, key=stored)).result()
    return secret


GRPC_CODES = {401: 16, 403: 7, 405: 12}
"""What OpenTelemetry calls these statuses."""


def refused(path: str, status: int, detail: str) -> dict[str, Any]:
    """The whole body of an error, in the form of the path's family."""
    if path.startswith("/api/usage"):  # says to nobody what is wrong with a token
        code = HTTPStatus(status).phrase.lower().replace(" ", "_")
        return {"error": NO_GOOD if status == 401 else detail, "code": code}
    if path in ("/v1/traces", "/v1/logs", "/v1/metrics"):
        return {"code": GRPC_CODES[status], "message": detail}
    if path.startswith(("/functions/", "/api/functions/")):
        return {"error": detail}
    return {"detail": detail} if path.startswith("/tokens") else problem(status, detail)


def lacks(scope: str) -> str:
    """What a caller without `scope` is told."""
    return f"this needs the scope {scope}, which your credentials lack"

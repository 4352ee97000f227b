"""A server with sign-in, for the modules and tests that want one; the others run without."""

import pytest
from backend.tests.auth.people import SECRET, bearer, key
from pydantic import SecretStr

from tokentally.api.backend import Backend
from tokentally.config import Settings


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """The settings of every test; with sign-in where a module or a class says `SIGN_IN`."""
    if not getattr(request.cls or request.module, "SIGN_IN", False):
        return settings
    return settings.model_copy(update={"auth": "token", "jwt_secret": SecretStr(SECRET)})


@pytest.fixture
def device(backend: Backend) -> dict[str, str]:
    """A device of ada's."""
    return bearer(key(backend, "ada", "ingest"))

"""A server with sign-in, for the modules and tests that want one; the others run without."""

import pytest
from backend.tests.auth.people import SECRET
from pydantic import SecretStr

from tokentally.config import Settings


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """The settings of every test; with sign-in where a module or a class says `SIGN_IN`."""
    if not getattr(request.cls or request.module, "SIGN_IN", False):
        return settings
    return settings.model_copy(update={"auth": "token", "jwt_secret": SecretStr(SECRET)})

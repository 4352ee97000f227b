"""A server with sign-in: `client` sends what a test makes it send, and nothing by itself."""

import pytest
from backend.tests.auth.people import SIGN_IN

from tokentally.config import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The settings of every test, with sign-in by tokens of a secret and by keys."""
    return settings.model_copy(update=SIGN_IN)

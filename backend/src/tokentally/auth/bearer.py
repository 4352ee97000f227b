"""The token of an `Authorization: Bearer …` header."""

from collections.abc import Sequence

from tokentally.auth.refusals import MISSING, NotSignedIn

LONGEST_TOKEN = 8_192


def bearer_token(headers: Sequence[str]) -> str:
    """The token in the `Authorization` headers of a request; raises `NotSignedIn`.

    There must be exactly one such header, with the scheme spelled `Bearer`.
    """
    if not headers:
        raise NotSignedIn(MISSING)
    if len(headers) > 1:
        raise NotSignedIn
    scheme, _, rest = headers[0].strip().partition(" ")
    token = rest.strip()
    if scheme != "Bearer" or not token:
        raise NotSignedIn(MISSING)
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise NotSignedIn
    return token

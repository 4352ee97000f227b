"""An identity provider: a real server on this machine that publishes its keys."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from backend.tests.auth.people import claims
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER, AUDIENCE = "https://id.example.com", "tokentally"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def private_key(kid: str) -> PrivateKey:
    """The key called `kid`: RSA if its name begins so, else on a curve. Made once a run."""
    if kid.startswith("rsa"):
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP384R1() if kid.startswith("p384") else ec.SECP256R1())


def public_jwk(kid: str) -> dict[str, Any]:
    """The public half of a key, as it is published."""
    key = private_key(kid)
    if isinstance(key, rsa.RSAPrivateKey):
        return RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid, "use": "sig"}
    return ECAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid}


def secret_jwk(kid: str, secret: str) -> dict[str, Any]:
    """A secret as a provider must never publish it."""
    return {"kty": "oct", "k": urlsafe_b64encode(secret.encode()).decode(), "kid": kid}


def signed(kid: str, *, user: object = "ada", algorithm: str | None = None, **said: Any) -> str:
    """A token of this provider, signed with the key `kid`, with `said` beside the usual claims."""
    usual = {"iss": ISSUER, "aud": AUDIENCE}
    algorithm = algorithm or ("RS256" if kid.startswith("rsa") else "ES256")
    return jwt.encode(claims(user, **usual | said), private_key(kid), algorithm, {"kid": kid})


class Provider:
    """What the server answers now, and how often it was asked."""

    def __init__(self) -> None:
        self.answer: bytes = b""
        self.status = 200
        self.asked = 0
        self.url = ""

    def publish(self, *keys: dict[str, Any]) -> None:
        """Answer with these keys from now on."""
        self.answer, self.status = json.dumps({"keys": keys}).encode(), 200


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider that answers until the end of the block."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked += 1
            self.send_response(provider.status)
            self.end_headers()
            self.wfile.write(provider.answer)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.url = f"http://127.0.0.1:{server.server_port}/jwks"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield provider
        server.shutdown()
        thread.join()

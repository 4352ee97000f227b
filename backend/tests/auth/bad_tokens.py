"""Tokens that must open nothing, by what is wrong with them."""

from base64 import urlsafe_b64encode

import jwt
from backend.tests.auth.people import LATER, SECRET, claims, token


def unsigned(algorithm: str) -> str:
    """A token that states `algorithm` and has no signature."""
    header = f'{{"alg":"{algorithm}","typ":"JWT"}}'
    body = f'{{"sub":"ada","exp":{LATER}}}'
    parts = (urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in (header, body))
    return ".".join((*parts, ""))


def with_header(header: bytes) -> str:
    """A token with this header, and a body and signature of another."""
    _, body, signature = token().split(".")
    return ".".join((urlsafe_b64encode(header).decode().rstrip("="), body, signature))


BAD = {
    "no JWT": "x",
    "only dots": "..",
    "no base64": "a.b.c",
    "an empty key": "tt_",
    "an invented key": "tt_" + "x" * 43,
    "cut off": token()[:-2],
    "with more at its end": token() + "x",
    "with a fourth part": token() + ".x",
    "longer than any": "x" * 9_000,
    "good but too long": token(name="n" * 9_000),
    "two in one": f"{token()} {token()}",
    "a list": f"{token()}, Bearer {token()}",
    "of another secret": token(secret="another secret, just as long as the first"),
    "expired": token(exp=LATER - 3600),
    "expired in 1970": token(exp=0),
    "expired before 1970": token(exp=-1),
    "without exp": token(exp=None),
    "exp is text": token(exp=str(LATER)),
    "exp is true": token(exp=True),
    "exp is a list": token(exp=[LATER]),
    "exp is infinite": token(exp=float("inf")),
    "exp is no number": token(exp=float("nan")),
    "not good yet": token(nbf=LATER),
    "nbf is text": token(nbf="now"),
    "without sub": token(user=None),
    "sub is empty": token(user=""),
    "sub is blank": token(user=" "),
    "sub begins with a blank": token(user=" ada"),
    "sub has a NUL": token(user="a\0da"),
    "sub has half a pair": token(user="\ud800"),
    "sub is too long": token(user="a" * 201),
    "sub is a number": token(user=7),
    "sub is a list": token(user=["ada"]),
    "for an audience": token(aud="another service"),
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg nOnE": unsigned("nOnE"),
    "alg none by the library": jwt.encode(claims(), "", algorithm="none"),
    "HS256 unsigned": unsigned("HS256"),
    "RS256 unsigned": unsigned("RS256"),
    "ES256 unsigned": unsigned("ES256"),
    "HS384": jwt.encode(claims(), SECRET * 2, algorithm="HS384"),
    "HS512": jwt.encode(claims(), SECRET * 2, algorithm="HS512"),
    "alg is a list": with_header(b'{"alg":["HS256"]}'),
    "alg is null": with_header(b'{"alg":null}'),
    "no alg": with_header(b"{}"),
    "a deep header": with_header(b"[" * 5_000),
    "a critical extension": with_header(b'{"alg":"HS256","crit":["x"]}'),
    "kid is a number": with_header(b'{"alg":"HS256","kid":7}'),
}

"""The guard of `AUTH=local`: only requests that were made on, and for, this machine.

A browser can be led to send requests to a local server by a foreign page whose name was rebound to
127.0.0.1 (the Host header then names that page), or a proxy may pass on requests from elsewhere.
Any page can also have it send forms: it can't read their answers, but they would be obeyed.
"""

import ipaddress
from collections.abc import Collection, Mapping

_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_ASKING = frozenset({"GET", "HEAD", "OPTIONS"})
_PASSED_ON = frozenset(
    {
        "cf-connecting-ip",
        "forwarded",
        "true-client-ip",
        "via",
        "x-client-ip",
        "x-envoy-external-address",
        "x-original-host",
        "x-real-ip",
    }
)


def why_refused(headers: Mapping[str, str], listens_on: str, client: str | None) -> str | None:
    """Why a request with these (lower-case) headers is not for this machine; None if it is.

    `listens_on` is the loopback address of the server, which may be another than the usual one.
    `client` is where the request comes from, if it comes over a network: a server that was started
    by hand may listen to others.
    """
    if client and _is_elsewhere(client):
        return f"{client} is another machine, and this server runs without sign-in"
    host = headers.get("host", "")
    name = host.rsplit(":", 1)[0] if host.rpartition(":")[2].isdigit() else host
    if name.lower() not in _NAMES and name != listens_on:
        return f"Host {host!r} is not this machine; write localhost or 127.0.0.1 in the address"
    if any(name in _PASSED_ON or name.startswith("x-forwarded") for name in headers):
        return "requests through a proxy need sign-in, and this server runs without"
    return None


def why_foreign(method: str, headers: Mapping[str, str], trusted: Collection[str]) -> str | None:
    """Why a page may not have the browser send this; None if it may, or if it was no page.

    Browsers name the page's origin with all that isn't just asked for; programs name none.
    """
    origin = headers.get("origin")
    if origin is None or method in _ASKING or origin in trusted:
        return None
    if origin == f"http://{headers.get('host')}":
        return None
    return f"a page of {origin!r} may change nothing here"


def is_loopback(host: str) -> bool:
    """Whether a server that listens on `host` is reachable from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_elsewhere(client: str) -> bool:
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return False  # no network address: a socket file, or a client in the same process
    return not (getattr(address, "ipv4_mapped", None) or address).is_loopback

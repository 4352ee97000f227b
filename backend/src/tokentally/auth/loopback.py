"""The guard of `AUTH=local`: only requests that were made on, and for, this machine.

A browser can be led to send requests to a local server by a foreign page whose name was rebound to
127.0.0.1 (the Host header then names that page), or a proxy may pass on requests from elsewhere.
"""

import ipaddress
from collections.abc import Mapping

_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


def why_refused(headers: Mapping[str, str]) -> str | None:
    """Why a request with these (lower-case) headers is not for this machine; None if it is."""
    host = headers.get("host", "")
    name = host.rsplit(":", 1)[0] if host.rpartition(":")[2].isdigit() else host
    if name.lower() not in _NAMES:
        return f"Host {host!r} is not this machine; open http://localhost instead"
    if any(name in headers for name in _PASSED_ON):
        return "requests through a proxy need sign-in, and this server runs without"
    return None


def is_loopback(host: str) -> bool:
    """Whether a server that listens on `host` is reachable from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

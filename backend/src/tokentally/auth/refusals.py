"""Why a caller is turned away."""

MISSING = "Missing bearer token"
NO_GOOD = "Unauthorized"


class NotSignedIn(PermissionError):
    """No credentials, or none that are good (and it isn't told why they aren't)."""

    def __init__(self, message: str = NO_GOOD) -> None:
        super().__init__(message)


class MissingScope(PermissionError):
    """The caller is known, and their credentials lack the scope that is needed."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"this needs the scope {scope}, which your credentials lack")


class SigningKeysUnavailable(RuntimeError):
    """The keys that would tell whether a token is good can't be had now."""

    def __init__(self) -> None:
        super().__init__("the signing keys of the identity provider are unavailable")

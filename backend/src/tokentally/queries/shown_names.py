"""Under which names users are shown."""

import re

ANONYMOUS = "Anonymous"
"""What a user who is not public is called."""


def opaque_id(user_id: int) -> str:
    """What tells users apart in answers, whatever they are called; it says nothing of them."""
    return f"user-{user_id}"


def shown_name(login: str, chosen: str, *, public: bool, show_all_names: bool) -> str:
    """What a user is called: as they chose if they are public, else `Anonymous`.

    Who may see all names (`show_all_names`) sees the login of those who chose none.
    """
    if show_all_names:
        return chosen or login
    return (chosen if public else "") or ANONYMOUS


def name_on_boards(chosen: str, *, public: bool) -> str:
    """What everybody may call a user: never an address, nor what can't be seen."""
    name = chosen.strip()
    can_be_told = any(map(str.isprintable, name)) and not _has_address(name)
    return name if public and can_be_told else ANONYMOUS


_has_address = re.compile(r"\S@\S+\.\S").search

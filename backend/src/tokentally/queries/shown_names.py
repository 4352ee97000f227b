"""Under which names users are shown."""

ANONYMOUS = "Anonymous"
"""What a user who is not public is called."""


def shown_name(login: str, chosen: str, *, public: bool, show_all_names: bool) -> str:
    """What a user is called: as they chose if they are public, else `Anonymous`.

    Who may see all names (`show_all_names`) sees the login of those who chose none.
    """
    if show_all_names:
        return chosen or login
    return (chosen if public else "") or ANONYMOUS

"""What text that people give (names, labels) must be to be stored and shown."""

from typing import Any

LONGEST = 200

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class InvalidText(ValueError):
    """Text that breaks a rule; the message names the field and the rule."""


def plain_text(field: str, text: str, *, least: int = 0, most: int = LONGEST) -> str:
    """`text` without the blanks around it, if every database can store it; raises `InvalidText`."""
    text = text.strip()
    if not least <= len(text) <= most:
        count = f"{least} to {most}" if least else f"at most {most}"
        raise InvalidText(f"{field} must be {count} characters")
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        raise InvalidText(f"{field} must not contain a NUL character or half a surrogate pair")
    return text


def is_name(text: str) -> bool:
    """Whether a user or team can be called `text`, exactly so."""
    try:
        return plain_text("name", text, least=1) == text
    except InvalidText:
        return False


def spreadsheet_cell(value: Any) -> Any:
    """A CSV cell; text that a spreadsheet would run as a formula is quoted by an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in _FORMULA else value

"""What SVG pictures have in common: text that is safe in them, how wide it is, and themes."""

import html
import re
from enum import StrEnum
from unicodedata import combining, east_asian_width

FONTS = "Verdana,Geneva,DejaVu Sans,sans-serif"
LONGEST_NAME = 40

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NARROW, _WIDE = frozenset(" !'(),./:;I[]fijlrt|"), frozenset("%@MWmw")
_LETTERS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k"))


class Theme(StrEnum):
    """What pictures are to stand on."""

    light = "light"
    dark = "dark"


def escaped(text: str) -> str:
    """`text` as the content of an element or attribute; what XML can't hold is replaced."""
    return html.escape(_NOT_IN_XML.sub("\ufffd", text))


def shortened(name: str) -> str:
    """`name` on one line, and not too long for a picture."""
    line = " ".join(name.split())
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…"


def width_of(text: str) -> int:
    """About how many pixels `text` takes at a size of 11."""
    return sum(map(_width, text))


def compact(number: int) -> str:
    """`number` in few characters, rounded down: `1.2M` for 1,290,000."""
    for size, letter in _LETTERS:
        if number >= size:
            whole, tenth = divmod(number * 10 // size, 10)
            return f"{whole:,}.{tenth}{letter}" if tenth and whole < 100 else f"{whole:,}{letter}"
    return str(number)


def _width(character: str) -> int:
    if combining(character):
        return 0
    if east_asian_width(character) in "WF":
        return 12
    if character in _NARROW:
        return 4
    return 11 if character in _WIDE else 8 if character.isupper() else 7

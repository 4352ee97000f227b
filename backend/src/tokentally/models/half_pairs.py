"""Half surrogate pairs in JSON: JavaScript and Python write them of text that they cut."""

import re

_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a whole pair
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)
_NUL = rb"\u0000"


def without_half_pairs(text: bytes) -> bytes:
    """`text` with half surrogate pairs (the escapes of an emoji cut in two) written as NUL.

    The JSON decoder refuses the whole for one of them; as NUL it costs its own event at most.
    """
    if b"\\ud" not in text and b"\\uD" not in text:
        return text
    return _ESCAPE.sub(lambda found: _NUL if found[1] else found[0], text)

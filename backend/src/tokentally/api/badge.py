"""A badge: a user's name, and beside it how many tokens they used."""

from tokentally.api.svg import FONTS, Theme, compact, escaped, shortened, width_of
from tokentally.queries.public_usage import PublicTotal

HEIGHT = 20
PADDING = 6
COLOURS = {Theme.light: ("#555555", "#2563eb"), Theme.dark: ("#30363d", "#1f6feb")}
"""Behind the name, and behind the number."""


def badge(total: PublicTotal, theme: Theme) -> str:
    """The badge as SVG."""
    name, tokens = shortened(total.name), f"{compact(total.tokens)} tokens"
    left, right = (width_of(text) + 2 * PADDING for text in (name, tokens))
    whole = escaped(f"{total.name}: {total.tokens:,} tokens")
    behind_name, behind_tokens = COLOURS[theme]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{HEIGHT}"'
        f' role="img" aria-label="{whole}"><title>{whole}</title>'
        f'<clipPath id="r"><rect width="{left + right}" height="{HEIGHT}" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="{HEIGHT}" fill="{behind_name}"/>'
        f'<rect x="{left}" width="{right}" height="{HEIGHT}" fill="{behind_tokens}"/></g>'
        f'<g fill="#ffffff" font-family="{FONTS}" font-size="11">'
        f"{_text(name, PADDING, left - 2 * PADDING)}"
        f"{_text(tokens, left + PADDING, right - 2 * PADDING)}</g></svg>\n"
    )


def _text(text: str, x: int, width: int) -> str:
    """Text that takes `width`, whatever fonts there are."""
    return f'<text x="{x}" y="14" textLength="{width}">{escaped(text)}</text>'

"""Lists on standard output: framed on a terminal, plain aligned columns elsewhere."""

import sys
from collections.abc import Sequence

from tokentally_jobs.terminal import say

Rows = Sequence[Sequence[str]]


def show_table(columns: Sequence[str], rows: Rows) -> None:
    """Print `rows` under the names of their `columns`."""
    printable = [[_printable(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        from rich.console import Console  # only where it is used: most commands show no table
        from rich.table import Table
        from rich.text import Text

        table = Table(*columns)
        for row in printable:
            table.add_row(*map(Text, row))
        Console().print(table)
    else:
        _show_plain([columns, *printable])


def _show_plain(rows: Rows) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        say("  ".join(cells).rstrip())


def _printable(text: str) -> str:
    """`text` without the control characters that a terminal would obey."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)

"""Lists on a terminal: framed, and whatever is in them is text."""

import sys

import pytest

from tokentally_jobs.tables import show_table


def test_on_a_terminal_a_list_is_framed_and_obeys_nothing_in_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")

    show_table(("name", "team"), [("[red]ada", "a\x1b[2Jb")])

    assert capsys.readouterr().out == (
        "┏━━━━━━━━━━┳━━━━━━━━┓\n"
        "┃ name     ┃ team   ┃\n"
        "┡━━━━━━━━━━╇━━━━━━━━┩\n"
        "│ [red]ada │ a\ufffd[2Jb │\n"
        "└──────────┴────────┘\n"
    )


def test_elsewhere_it_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(("name", "team"), [("[red]ada", ""), ("b", "Platform")])

    assert capsys.readouterr().out == "name      team\n[red]ada\nb         Platform\n"

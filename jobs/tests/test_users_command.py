"""`tokentally users` and `teams`: who there is, and how little is said of it."""

import pytest
from backend.tests.factories import event
from jobs.tests.conftest import Run, Said, Send


def ok(line: str) -> Said:
    """What a command leaves that did something and said so."""
    return Said(0, f"{line}\n", "")


def failed(line: str, status: int = 1) -> Said:
    """What a command leaves that did nothing, and said why in one line."""
    return Said(status, "", f"tokentally: {line}\n")


def listed(said: Said) -> list[list[str]]:
    """The cells of a list, below its head; they are two blanks apart or more."""
    assert (said.status, said.err) == (0, "")
    return [line.split() for line in said.out.splitlines()[1:]]


def test_an_empty_list_has_its_head_alone(tokentally: Run) -> None:
    assert tokentally("users", "list") == Said(0, "name  display name  team  admin  state\n", "")
    assert tokentally("teams", "list") == Said(0, "team  users\n", "")


def test_users_are_added_and_listed_by_name(tokentally: Run) -> None:
    bob = tokentally("users", "add", "bob")
    ada = tokentally("users", "add", "ada", "--admin", "--display-name", "Ada")
    tokentally("teams", "set", "bob", "Platform")

    assert (bob, ada) == (ok("added bob"), ok("added ada"))
    assert tokentally("users", "list").out == (
        "name  display name  team      admin  state\n"
        "ada   Ada                     admin\n"
        "bob                 Platform\n"
    )


def test_who_is_here_can_be_made_an_admin(tokentally: Run) -> None:
    tokentally("users", "add", "ada", "--display-name", "Ada")

    again = tokentally("users", "add", "ada")
    admin = tokentally("users", "add", "ada", "--admin")

    assert (again, admin) == (ok("there is already ada"), ok("changed ada"))
    assert listed(tokentally("users", "list")) == [["ada", "Ada", "admin"]]


def test_a_user_is_disabled_and_enabled(tokentally: Run) -> None:
    tokentally("users", "add", "ada")

    off = [tokentally("users", "disable", "ada") for _ in range(2)]
    states = [listed(tokentally("users", "list"))]
    on = tokentally("users", "enable", "ada")

    assert (off, on) == ([ok("disabled ada")] * 2, ok("enabled ada"))
    assert [*states, listed(tokentally("users", "list"))] == [[["ada", "disabled"]], [["ada"]]]


def test_the_last_admin_stays(tokentally: Run) -> None:
    tokentally("users", "add", "ada", "--admin")

    said = tokentally("users", "disable", "ada")

    assert said == failed("'ada' is the last enabled admin; make another one first")
    assert listed(tokentally("users", "list")) == [["ada", "admin"]]


@pytest.mark.parametrize(
    "args",
    [
        ("users", "disable", "nobody"),
        ("users", "enable", "nobody"),
        ("teams", "set", "nobody", "Platform"),
        ("keys", "create", "--user", "nobody", "--scope", "read"),
        ("keys", "list", "--user", "nobody"),
    ],
)
def test_an_unknown_user_is_told(tokentally: Run, args: tuple[str, ...]) -> None:
    detail = "there is no user 'nobody'; `tokentally users add` makes one"

    assert tokentally(*args) == failed(detail)


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("users", "add", ""), "name must be 1 to 200 characters"),
        (("users", "add", "x" * 201), "name must be 1 to 200 characters"),
        (
            ("users", "add", "a\udcff"),
            "name must not contain a NUL character or half a surrogate pair",
        ),
        (
            ("users", "add", "ada", "--display-name", "x" * 201),
            "display name must be at most 200 characters",
        ),
        (("teams", "set", "here", " "), "team must be 1 to 200 characters"),
    ],
)
def test_a_name_that_will_not_do_is_wrong_usage(
    tokentally: Run, args: tuple[str, ...], line: str
) -> None:
    tokentally("users", "add", "here")

    assert tokentally(*args) == failed(line, 2)
    assert listed(tokentally("users", "list")) == [["here"]]


def test_a_name_cannot_command_the_terminal(tokentally: Run) -> None:
    tokentally("users", "add", "a\x1b[2Jb")

    assert listed(tokentally("users", "list")) == [["a\ufffd[2Jb"]]


def test_a_team_is_made_counted_and_left(tokentally: Run) -> None:
    for name in ("ada", "bob"):
        tokentally("users", "add", name)

    said = [tokentally("teams", "set", name, " Platform ") for name in ("ada", "bob")]
    counts = [listed(tokentally("teams", "list"))]
    left = tokentally("teams", "set", "ada", "Unassigned")

    assert said == [ok("ada is in Platform"), ok("bob is in Platform")]
    assert left == ok("ada is in no team")
    assert [*counts, listed(tokentally("teams", "list"))] == [[["Platform", n]] for n in "21"]


def test_a_user_is_deleted_with_events_and_keys_and_their_days_are_verified(
    tokentally: Run, send: Send
) -> None:
    for name in ("ada", "bob"):
        send(event(event_id=name, user=name))
    tokentally("keys", "create", "--user", "ada", "--scope", "ingest")
    tokentally("fold")

    said = tokentally("users", "delete", "ada", "--yes")

    assert said == ok("deleted ada with 1 events\n0 differences found in 1 days")
    assert listed(tokentally("users", "list")) == [["bob"]]
    assert listed(tokentally("keys", "list")) == []
    assert tokentally("users", "delete", "ada", "--yes").status == 1


def test_nobody_is_deleted_unless_asked_twice(tokentally: Run, send: Send) -> None:
    send(event(user="ada"))

    said = tokentally("users", "delete", "ada")

    assert said == failed("this deletes ada for good; add --yes", 2)
    assert listed(tokentally("users", "list")) == [["ada"]]

"""`tokentally connect`: the logs of one machine reach a server on another, each call once."""

import random
import socket
import time
from pathlib import Path

import pytest
from backend.tests.auth.people import SECRET
from backend.tests.engines.plain import rows
from jobs.tests.conftest import Logs, Run
from jobs.tests.test_known_answers import claude
from trials.programs import Program, Zygote, environment, until

from tokentally_jobs.cli_connect import outbox_path

STORED = """
SELECT app_user.name, count(*), sum(input_tokens) FROM token_event
JOIN app_user ON app_user.id = user_id GROUP BY app_user.name
"""


@pytest.fixture
def port() -> int:
    """A port that nobody listens on yet."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def key_file(tokentally: Run, tmp_path: Path) -> Path:
    """The key of a user who may send events."""
    tokentally("users", "add", "ada")
    path = tmp_path / "key"
    path.write_text(tokentally("keys", "create", "--user", "ada", "--scope", "ingest").out)
    path.chmod(0o600)
    return path


class Machines:
    """A server, and a machine with logs of agents in its home folder."""

    def __init__(self, zygote: Zygote, folder: Path, database: Path, port: int) -> None:
        self._zygote = zygote
        self._folder = folder
        self._database = database
        self._number = 0
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def serve(self) -> Program:
        """The server, as soon as it answers."""
        env = environment(self._database, auth="token", jwt_secret=SECRET)
        server = self._zygote.launch(["serve", "--port", str(self.port)], env, self._output())
        server.url()
        return server

    def connect(self, key_file: Path, *options: str) -> Program:
        """The collector on the other machine."""
        env = environment(self._database) | {"HOME": str(self._folder)}
        for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
            env.pop(name, None)
        args = ["connect", self.url, "--key-file", str(key_file), *options]
        return self._zygote.launch(args, env, self._output())

    def _output(self) -> Path:
        self._number += 1
        return self._folder / f"output-{self._number}"


@pytest.fixture
def machines(zygote: Zygote, tmp_path: Path, database_path: Path, port: int) -> Machines:
    return Machines(zygote, tmp_path, database_path, port)


def test_what_the_agents_logged_is_sent_once(
    machines: Machines, key_file: Path, logs: Logs, database_path: Path
) -> None:
    logs(".claude/projects/p/a.jsonl", claude("msg_A", input=10), claude("msg_B", input=20))
    server = machines.serve()

    first = machines.connect(key_file, "--once")
    ends = [first.wait(), machines.connect(key_file, "--once").wait()]
    server.end()

    assert ends == [0, 0]
    assert "sent: 2 accepted" in first.said()
    assert rows(database_path, STORED) == [("ada", 2, 30)]


def test_what_was_logged_while_the_server_was_away_is_sent_although_the_log_is_gone(
    machines: Machines, key_file: Path, logs: Logs, database_path: Path
) -> None:
    log = logs(".claude/projects/p/a.jsonl", claude("msg_A", input=10))
    away = machines.connect(key_file, "--once")
    status = away.wait()
    log.unlink()

    server = machines.serve()
    later = machines.connect(key_file, "--once").wait()
    server.end()

    assert (status, later) == (1, 0)
    assert "can't be reached" in away.said()
    assert "what is left is kept" in away.said()
    assert rows(database_path, STORED) == [("ada", 1, 10)]


def test_a_key_that_is_not_taken_is_said_and_loses_nothing(
    machines: Machines, key_file: Path, logs: Logs, database_path: Path, tmp_path: Path
) -> None:
    logs(".claude/projects/p/a.jsonl", claude("msg_A", input=10))
    wrong = tmp_path / "wrong"
    wrong.write_text("tt_nobody\n")
    server = machines.serve()

    refused = machines.connect(wrong, "--once")
    ends = [refused.wait(), machines.connect(key_file, "--once").wait()]
    server.end()

    assert ends == [1, 0]
    assert "the key is not taken: 401" in refused.said()
    assert f"others may read {wrong}" in refused.said()
    assert rows(database_path, STORED) == [("ada", 1, 10)]


def test_an_event_that_the_server_rejects_is_told_and_holds_up_no_other(
    machines: Machines, key_file: Path, logs: Logs, database_path: Path
) -> None:
    future = claude("msg_A", input=10) | {"timestamp": "2090-01-01T00:00:00Z"}
    logs(".claude/projects/p/a.jsonl", future, claude("msg_B", input=20))
    server = machines.serve()

    collector = machines.connect(key_file, "--once")
    status = collector.wait()
    server.end()

    assert status == 0
    assert "sent: 1 accepted, 1 rejected" in collector.said()
    assert "not taken (1): occurred_at: " in collector.said()
    assert rows(database_path, STORED) == [("ada", 1, 20)]


def test_two_collectors_do_not_send_the_same(
    machines: Machines, key_file: Path, logs: Logs
) -> None:
    logs(".claude/projects/p/a.jsonl", claude("msg_A", input=10))
    first = machines.connect(key_file)
    until(lambda: "can't be reached" in first.said(), "it kept nothing to send")
    second = machines.connect(key_file, "--once")

    status = second.wait()
    first.end()

    assert status == 1
    assert "another collector sends to" in second.said()
    assert "Traceback" not in first.said()


@pytest.mark.timeout(180)
def test_kills_of_collector_and_server_lose_and_double_nothing(
    machines: Machines, key_file: Path, logs: Logs, database_path: Path
) -> None:
    """The log grows all the while; it is read to its end when the last collector may finish."""
    chance = random.Random(20)
    written = 0
    server = machines.serve()
    for round_ in range(20):
        collector = machines.connect(key_file)
        for _ in range(chance.randint(1, 4)):
            lines = [claude(f"msg_{written + n}", input=1000 + written + n) for n in range(50)]
            logs(f".claude/projects/p/{round_ % 3}.jsonl", *lines, mode="ab")
            written += len(lines)
            time.sleep(chance.uniform(0.0, 0.2))
        collector.kill()
        if round_ % 4 == 3:
            server.kill()
            server = machines.serve()

    status = machines.connect(key_file, "--once").wait()
    server.end()

    assert status == 0
    assert rows(database_path, STORED) == [
        ("ada", written, sum(1000 + n for n in range(written))),
    ]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("connect", "tokens.example.com"), "is no address of a server"),
        (("connect", "ftp://tokens.example.com"), "is no address of a server"),
        (("connect", "https://a:b@tokens.example.com"), "is no address of a server"),
        (("connect", "https://tokens.example.com"), "no key: name a file by --key-file"),
        (("connect", "https://tokens.example.com", "--key-file", "none"), "can't be read"),
        (("connect", "https://tokens.example.com", "--agents", "claude,x"), "no agent 'x'"),
        (("connect", "https://tokens.example.com", "--print"), "a service needs --key-file"),
        (("connect", "https://tokens.example.com", "--print", "--install"), "choose one"),
    ],
)
def test_wrong_usage_is_said_in_one_line(
    args: tuple[str, ...], said: str, tokentally: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TOKENTALLY_KEY", raising=False)

    result = tokentally(*args)

    assert (result.status, result.out) == (2, "")
    assert said in result.err
    assert result.err.count("\n") == 1


def test_an_outbox_that_can_not_be_kept_is_said_in_one_line(
    tokentally: Run, key_file: Path, logs: Logs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs(".claude/projects/p/a.jsonl", claude("msg_A", input=10))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    outbox = outbox_path("http://127.0.0.1:1")
    outbox.parent.mkdir(parents=True)
    outbox.write_bytes(b"no database, whatever its name says" * 100)

    result = tokentally("connect", "http://127.0.0.1:1", "--key-file", str(key_file), "--once")

    assert result.status == 1
    assert result.err.splitlines()[-1] == (
        f"tokentally: what waits to be sent can't be kept in {outbox}: file is not a database"
    )

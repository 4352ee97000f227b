"""Whether every row that was ever pending was folded, and once: a trigger counts them."""

from pathlib import Path

from backend.tests.engines.plain import change, rows

from trials.programs import Zygote, environment

_ON_SQLITE = (
    "CREATE TABLE ever_pending (n INTEGER)",
    "INSERT INTO ever_pending VALUES (0)",
    "CREATE TRIGGER count_pending AFTER INSERT ON pending_usage "
    "BEGIN UPDATE ever_pending SET n = n + 1; END",
)
_ON_POSTGRESQL = (
    "CREATE TABLE ever_pending (n BIGINT)",
    "CREATE FUNCTION count_pending() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN INSERT INTO ever_pending SELECT count(*) FROM added; RETURN NULL; END'",
    "CREATE TRIGGER count_pending AFTER INSERT ON pending_usage "
    "REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_pending()",
)
"""Adds a row for each statement: one that all update would make the writers wait."""


def count_pending_rows(zygote: Zygote, database: str, folder: Path) -> None:
    """Make a database that counts the rows that are ever put into the pending table."""
    made = zygote.launch(["fold"], environment(database), folder / "make.log")
    assert made.wait() == 0, made.said()
    change(database, *(_ON_SQLITE if database.startswith("sqlite") else _ON_POSTGRESQL))


def assert_folded_once(database: str) -> int:
    """The folds together took exactly the rows that were ever pending; returns how many."""
    [(folded,)] = rows(database, "SELECT sum(rows) FROM job_run WHERE job = 'fold'")
    [(ever,)] = rows(database, "SELECT sum(n) FROM ever_pending")
    [(pending,)] = rows(database, "SELECT count(*) FROM pending_usage")
    assert (folded, pending) == (ever, 0), f"{folded} rows folded of {ever}, {pending} pending"
    return int(folded)

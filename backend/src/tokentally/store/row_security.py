"""What PostgreSQL's tables of usage have besides columns: the second wall, and room for updates.

Migrations give it to every table; this is for a rollup that was dropped and is made anew.
"""

from sqlalchemy import Connection, Table, text

from tokentally.store.dialect import is_postgresql

_OWNER = "current_setting('tokentally.user_id', true)"
_OWN_ROWS = f"(SELECT {_OWNER}) = '*' OR user_id = (SELECT nullif(nullif({_OWNER}, '*'), '')::int)"
_INDEXED = {"user_quarter_usage": "quarter", "model_daily_usage": "day"}


def suit_rollup(connection: Connection, table: Table) -> None:
    """Give a rollup table that was just made what migrations give it on PostgreSQL."""
    if not is_postgresql(connection):
        return
    name = table.name
    wanted = [f"ALTER TABLE {name} SET (fillfactor = 85)"]
    if name in _INDEXED:
        wanted.append(f"CREATE INDEX {name}_{_INDEXED[name]} ON {name} ({_INDEXED[name]})")
    if "user_id" in table.c:
        wanted += [
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY own_rows ON {name} USING ({_OWN_ROWS})",
        ]
    for statement in wanted:
        connection.execute(text(statement))

"""The names under which models are shown."""

from collections.abc import Collection

from sqlalchemy import select

from tokentally.models.core import model
from tokentally.store.usage import Snapshot

_AT_ONCE = 1000
"""Ids in a statement: far from what any database refuses."""


def model_names(now: Snapshot, ids: Collection[str]) -> dict[str, str]:
    """The shown name of each model id, in the order of the ids."""
    asked = sorted(ids)
    named = {}
    for first in range(0, len(asked), _AT_ONCE):
        some = model.c.name.in_(asked[first : first + _AT_ONCE])
        rows = now.connection.execute(select(model.c.name, model.c.display_name).where(some))
        named.update({row.name: row.display_name for row in rows})
    return {each: named[each] for each in asked}

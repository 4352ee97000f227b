"""Reading and changing users, teams and keys from a command; a refusal is told in one line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection

from tokentally.auth.caller import UnknownScope
from tokentally.models.plain_text import InvalidText
from tokentally.pricing.own_prices import NoSuchPrice
from tokentally.pricing.price_file import NoPriceFile
from tokentally.pricing.rates import InvalidPrice
from tokentally.store.api_keys import NotAnAdmin, UnknownKey
from tokentally.store.users import LastAdmin, UnknownUser
from tokentally_jobs.prices import UnreadablePrices
from tokentally_jobs.terminal import USAGE_ERROR, backend_from, fail

Result = TypeVar("Result")


def look(read: Callable[[Connection], Result]) -> Result:
    """What `read` finds in the database of the settings."""
    with told(), backend_from() as backend, backend.database.readers.connect() as connection:
        return read(connection)


def change(work: Callable[[Connection], Result]) -> Result:
    """What `work` returns, run in a transaction on the database of the settings."""
    with told(), backend_from() as backend:
        result: Result = backend.writer.run(work).result()
        return result


@contextmanager
def told() -> Iterator[None]:
    """Tells refusals of the work inside in one line."""
    try:
        yield
    except UnknownUser as error:
        fail(f"{error}; `tokentally users add` makes one")
    except NotAnAdmin as error:
        fail(f"{error}; `tokentally users add NAME --admin` makes one")
    except NoSuchPrice as error:
        fail(f"{error}; `tokentally prices list` shows those that there are")
    except (UnknownKey, LastAdmin) as error:
        fail(str(error))
    except (InvalidText, UnknownScope, InvalidPrice, NoPriceFile, UnreadablePrices) as error:
        fail(str(error), USAGE_ERROR)

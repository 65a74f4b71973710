"""A database's errors told to a person, for work on a database that no gateway runs."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from micromart_core.database_errors import CommitUnknown, explain, unreachable


@contextmanager
def explained() -> Iterator[None]:
    """Raise a database's error as the MicroMartError a person can read; a bug stays what it is.

    A lost answer to COMMIT is Unavailable: only what is harmless to repeat may be done here.
    """
    try:
        yield
    except CommitUnknown as error:
        raise unreachable("the answer to COMMIT never came") from error
    except (DBAPIError, PoolTimeout, sqlite3.Error) as error:
        told = explain(_wrapped(error) if isinstance(error, sqlite3.Error) else error)
        if told is None:
            raise
        raise told from error


def _wrapped(error: sqlite3.Error) -> Exception:
    """Put an error of the bare driver into SQLAlchemy's clothes."""
    wrapped: Exception = DBAPIError.instance(None, None, error, sqlite3.Error)
    return wrapped

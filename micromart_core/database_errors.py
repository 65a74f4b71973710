"""What a database's own errors mean for the shop: run it again, look it up, or tell a person."""

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from micromart_core.errors import InvalidValue, LostRace, MicroMartError, TryAgain, Unavailable

_LOST_RACES = {"40001", "40P01", "23505", "23503"}
"""serialization_failure, deadlock_detected, unique_violation, foreign_key_violation"""
_SQLITE_RACES = ("UNIQUE constraint failed", "FOREIGN KEY constraint failed")
_TOO_SLOW = {"55P03", "57014"}
"""lock_not_available, query_canceled (statement_timeout)"""
_FULL = {"53100", "SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"}
"""disk_full; the last one when there is not even space for the file that SQLite's readers share"""
_READ_ONLY = {"25006"}
_FORBIDDEN = {"42501"}
"""insufficient_privilege: what a front end's role lacks, deploy/postgresql/roles.sql"""
_UNREACHABLE = {"57P01", "57P02", "57P03", "53300", "08000", "08001", "08003", "08004", "08006"}
_TOO_MANY_VALUES = "number of parameters must be between"
"""What libpq says of a statement that it has not even sent; the connection is as good as before."""


class CommitUnknown(Exception):
    """The answer to COMMIT was lost: it may or may not have happened."""


class StorageFull(MicroMartError):
    """The disk under the database is full."""

    code = "database.full"


class StorageReadOnly(MicroMartError):
    """The database cannot be written."""

    code = "database.read_only"


class StorageForbidden(MicroMartError):
    """The database does not let this role do that."""

    code = "database.forbidden"


class StorageBroken(MicroMartError):
    """The database refused for a reason that no retry will mend."""

    code = "database.failed"


def sqlstate_of(error: DBAPIError) -> str:
    """Return PostgreSQL's five-character code; empty on SQLite or when the connection failed."""
    return getattr(error.orig, "sqlstate", None) or ""


def is_lost_connection(error: DBAPIError) -> bool:
    """True when the connection is gone, so that nobody knows what the server did last."""
    if error.connection_invalidated or sqlstate_of(error) in _UNREACHABLE:
        return True
    return (
        isinstance(error, OperationalError)
        and not sqlstate_of(error)
        and type(error.orig).__module__.startswith("psycopg")
        and _TOO_MANY_VALUES not in str(error.orig)
    )


def is_lost_race(error: DBAPIError) -> bool:
    """True when running the same operation again may well succeed."""
    return sqlstate_of(error) in _LOST_RACES or str(error.orig).startswith(_SQLITE_RACES)


def explain(error: Exception) -> MicroMartError | None:
    """Turn a database's error into one a person can read; None when it is a bug."""
    if isinstance(error, PoolTimeout):
        return TryAgain("The shop is busy.", why="every database connection is in use", hint="try again in a moment")
    if not isinstance(error, DBAPIError):
        return None
    why = str(error.orig).strip().split("\n")[0]
    if is_lost_race(error):
        return LostRace()
    return _explain_refusal(error, why) or _explain_failure(error, why)


def unreachable(why: str) -> Unavailable:
    """Return the error of a database that does not answer."""
    return Unavailable("The database cannot be reached.", why=why, hint="micromart doctor")


def _explain_refusal(error: DBAPIError, why: str) -> MicroMartError | None:
    """Explain what the database refuses while it is well otherwise."""
    state = sqlstate_of(error) or getattr(error.orig, "sqlite_errorname", "")
    if state in _FULL:
        return StorageFull("The disk is full; nothing was changed.", why=why, hint="make space, then run it again")
    if state in _READ_ONLY or "readonly" in why:
        return StorageReadOnly("The database cannot be written.", why=why, hint="see who owns the file and the folder")
    if "unable to open" in why:
        return StorageReadOnly(
            "The database file cannot be opened.", why=why, hint="see whether its folder is there and may be written"
        )
    if state in _FORBIDDEN:
        return StorageForbidden(
            "The database does not let this role do that.", why=why, hint="run it under the role that owns the tables"
        )
    if state in _TOO_SLOW or "database is locked" in why:
        return TryAgain("The shop is busy.", why=why, hint="try again in a moment")
    return None


def _explain_failure(error: DBAPIError, why: str) -> MicroMartError | None:
    """Explain what is wrong with the database itself."""
    if is_lost_connection(error):
        return unreachable(why)
    if why.startswith("invalid connection option"):  # libpq's own words; psycopg gives it no class or code of its own
        return InvalidValue("database.url is not a database URL.", why=why, hint="see what stands behind its ?")
    if isinstance(error, OperationalError) or "malformed" in why or "not a database" in why:
        return StorageBroken("The database refused.", why=why, hint="micromart doctor")
    return None

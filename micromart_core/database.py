"""One door to SQLite and PostgreSQL: how a connection is made, how a transaction begins, what time it is there."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from micromart_core.changes import Change, Tell, in_few_words, tell_nobody
from micromart_core.clock import Clock, utc_now
from micromart_core.database_errors import CommitUnknown, is_lost_connection
from micromart_core.database_pool import GivingBackPool
from micromart_core.errors import InvalidValue
from micromart_core.settings import DatabaseSettings
from micromart_core.write_lock import WriteLock

if TYPE_CHECKING:
    from micromart_core.patient_connection import PatientConnection

_STATEMENT = 6
"""How many times as long as for a lock a statement may take, and a transaction may lie idle."""
_PRAGMAS = ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL")
_BEGIN_AND_NOW = {True: b"BEGIN; SELECT now()", False: b"BEGIN READ ONLY; SELECT now()"}
_NO_LIMITS = ("SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0")


class OpenTransaction:
    """A transaction that was begun, with the database's moment; it is rolled back unless committed."""

    __slots__ = ("connection", "may_be_committed", "now", "touched")

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection, self.now = connection, now
        self.touched: set[Change] = set()
        self.may_be_committed = False

    def commit(self) -> None:
        """Commit, or raise CommitUnknown when the answer was lost: it may or may not have happened."""
        self.may_be_committed = True
        try:
            self.connection.commit()
        except DBAPIError as error:
            if is_lost_connection(error):
                raise CommitUnknown from error
            raise


class Database:
    """The shop's database. `clock` replaces the database's own time in tests only."""

    def __init__(self, settings: DatabaseSettings, clock: Clock | None = None) -> None:
        self.url = parse_url(settings.url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(settings) if self.is_sqlite else _postgresql(settings)
        self._clock = clock
        self.tell: Tell = tell_nobody
        """Is told what a transaction touched, once it is over: no lock is held and no connection is in use."""
        path = self.url.database or ""
        self._write_lock = _write_lock(path, settings) if self.is_sqlite else None

    @contextmanager
    def begin(self, *, writes: bool) -> Iterator[OpenTransaction]:
        """Open a transaction; what is not committed inside is rolled back, and what may be committed is told."""
        opened = None
        try:
            with self._turn(writes=writes), self._open(writes=writes) as opened:
                yield opened
        finally:
            if opened is not None and opened.may_be_committed and opened.touched:
                self.tell(in_few_words(opened.touched))

    def _turn(self, *, writes: bool) -> AbstractContextManager[object]:
        return self._write_lock if writes and self._write_lock is not None else nullcontext()

    @contextmanager
    def _open(self, *, writes: bool) -> Iterator[OpenTransaction]:
        begin = _begin_sqlite if self.is_sqlite else _begin_postgresql
        with self.engine.connect() as connection:
            transaction = connection.begin()
            now = begin(connection, writes=writes)
            try:
                yield OpenTransaction(connection, self._clock() if self._clock else now)
            finally:
                if transaction.is_active:
                    transaction.rollback()

    def connect_beside_the_pool(self) -> Connection:
        """Return a connection to PostgreSQL that takes no place in the pool, which may be as small as one.

        It asks what is answered at once: after `database.timeout_seconds` without an answer it is broken.
        """
        connection = self.engine.connect()
        driver = _driver(connection)
        connection.detach()
        driver.patience_seconds = driver.short_patience
        return connection

    def close(self) -> None:
        """Give every connection back; a thread that is late is still answered, and leaves none open."""
        self.engine.dispose()
        self.engine.pool.dispose()  # SQLAlchemy has put a new one in its place, which must keep nothing either
        if self._write_lock is not None:
            self._write_lock.close()


def lift_limits(connection: Connection) -> None:
    """Let the transaction of this connection take its time, also with each of its statements."""
    if connection.dialect.name == "postgresql":
        for statement in _NO_LIMITS:
            connection.exec_driver_sql(statement)
        _driver(connection).patience_seconds = None


def broken(connection: Connection, statement: str, error: Exception) -> OperationalError:
    """Tell SQLAlchemy of a connection that broke past it; return what it would have raised itself."""
    connection.invalidate(error)
    connection.engine.dispose()  # what broke while idle seldom broke alone, and attempts are few
    return OperationalError(statement, None, error, connection_invalidated=True)


def parse_url(url: str, called: str = "database.url") -> URL:
    """Return the parts of a database URL; raise InvalidValue for what is none, and for another kind of database."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # a port that is no number
        raise InvalidValue(
            f"{called} is not a database URL.",
            why="it cannot be read as one; it is not shown, since it may hold a password",
            hint="sqlite:////abs/path/shop.db or postgresql+psycopg://user@host/name",
        ) from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise InvalidValue(
            f"{parsed.get_backend_name()} is not supported.",
            why="this shop knows two kinds of database",
            hint="use sqlite or postgresql+psycopg",
        )
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise InvalidValue(
            f"{called} names no file.",
            why="what SQLite keeps in memory is gone when the command ends",
            hint="sqlite:////abs/path/shop.db",
        )
    return parsed if parsed.get_backend_name() == "sqlite" else parsed.set(drivername="postgresql+psycopg")


def _write_lock(path: str, settings: DatabaseSettings) -> WriteLock:
    return WriteLock(Path(f"{path}.lock"), settings.timeout_seconds)


def _sqlite(settings: DatabaseSettings) -> Engine:
    arguments = {"timeout": settings.timeout_seconds}
    url, pool_size = parse_url(settings.url), settings.pool_size
    engine = create_engine(
        url, poolclass=GivingBackPool, pool_size=pool_size, hide_parameters=True, connect_args=arguments
    )

    def prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        try:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()  # SQLAlchemy does not know it yet: it would stay open
            raise

    event.listen(engine, "connect", prepare)
    return engine


def _postgresql(settings: DatabaseSettings) -> Engine:
    limit = settings.timeout_seconds
    engine = create_engine(
        parse_url(settings.url),
        use_native_hstore=False,  # nobody keeps any, and asking for its type costs every process a transaction
        isolation_level="AUTOCOMMIT",  # BEGIN is ours: it brings the database's time back in the same round trip
        poolclass=GivingBackPool,
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=limit,
        connect_args=_connect_args(settings),
        hide_parameters=True,  # a log or an error that shows SQL must not show codes, addresses and hashes
    )

    def connect(_dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> "PatientConnection":
        from micromart_core.patient_connection import PatientConnection

        connection = PatientConnection.connect(*arguments, **named)
        connection.short_patience, connection.long_patience = limit, (_STATEMENT + 1) * limit
        return connection

    event.listen(engine, "do_connect", connect)
    return engine


def _connect_args(settings: DatabaseSettings) -> dict[str, Any]:
    limit = settings.timeout_seconds
    patience = {"connect_timeout": limit, "tcp_user_timeout": limit * 1000, "keepalives_idle": limit}
    if settings.pgbouncer:
        return {**patience, "prepare_threshold": None}
    options = (
        f"-c lock_timeout={limit}s -c statement_timeout={_STATEMENT * limit}s"
        f" -c idle_in_transaction_session_timeout={_STATEMENT * limit}s"
    )
    return {**patience, "options": options}


def _begin_sqlite(connection: Connection, *, writes: bool) -> datetime:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    return utc_now()


def _begin_postgresql(connection: Connection, *, writes: bool) -> datetime:
    """Begin and ask for the time in one round trip, past SQLAlchemy, so a broken connection must be told to it here."""
    errors = connection.dialect.loaded_dbapi.Error
    try:
        driver = _driver(connection)
        driver.patience_seconds = driver.short_patience
        cursor: Any = connection.connection.cursor()
        cursor.execute(_BEGIN_AND_NOW[writes], prepare=False)
        cursor.nextset()
        now: datetime = cursor.fetchone()[0]
        driver.patience_seconds = driver.long_patience
    except errors as error:
        raise broken(connection, "BEGIN", error) from error
    return now.astimezone(UTC)


def _driver(connection: Connection) -> "PatientConnection":
    driver: PatientConnection = connection.connection.driver_connection  # type: ignore[assignment]
    return driver

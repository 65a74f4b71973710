"""Whether anything waits for a daemon, asked so cheaply that it can be asked every second for months."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from micromart_core.database import Database, broken
from micromart_core.due import IsDue
from micromart_core.explained import explained


class Duty(StrEnum):
    """What a daemon is there for."""

    EVENTS = "events"
    LETTERS = "letters"
    CARTS = "carts"


class Lookout:
    """Asks about every duty in one statement, on a connection that it keeps. It serves one thread.

    Past the gateway and past SQLAlchemy: a look by an operation costs ten times as much (0038). What it sees is only
    a reason to look properly. On PostgreSQL the moment is the server's own; on SQLite each look is a transaction.
    """

    def __init__(self, database: Database, duties: Mapping[Duty, IsDue]) -> None:
        self._database, self._duties = database, duties
        self._connection: Connection | None = None
        self._question = "" if database.is_sqlite else self._written()

    def look(self) -> list[Duty]:
        """Return the duties that have something due; raise Unavailable when the database does not answer.

        What it refuses is raised as for whoever else asks it, and breaks no connection.
        """
        with explained():
            answers = self._ask_in_transaction() if self._database.is_sqlite else self._ask()
        return [duty for duty, is_due in zip(self._duties, answers, strict=True) if is_due]

    def close(self) -> None:
        """Give the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _written(self) -> str:
        conditions = [is_due(func.now()) for is_due in self._duties.values()]
        written = select(*conditions).compile(self._database.engine, compile_kwargs={"literal_binds": True})
        return str(written)

    def _ask_in_transaction(self) -> tuple[bool, ...]:
        with self._database.begin(writes=False) as opened:
            conditions = [is_due(opened.now) for is_due in self._duties.values()]
            return tuple(opened.connection.execute(select(*conditions)).one())

    def _ask(self) -> tuple[bool, ...]:
        if self._connection is None or self._connection.invalidated:
            self._connection = self._database.connect_beside_the_pool()
        connection, error_of_driver = self._connection, self._connection.dialect.loaded_dbapi.Error
        driver: Any = connection.connection.dbapi_connection
        try:
            with driver.cursor() as cursor:
                cursor.execute(self._question)
                answers: tuple[bool, ...] = cursor.fetchone()
        except error_of_driver as error:
            if driver.closed:
                raise broken(connection, "SELECT", error) from error
            raise DBAPIError.instance("SELECT", None, error, error_of_driver) from error
        return answers

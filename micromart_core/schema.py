"""The one MetaData every table hangs on, and the column types both databases share."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, DateTime, Index, Integer, MetaData, Table, event
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "%(column_0_N_label)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)
BigSerial = BigInteger().with_variant(Integer, "sqlite")
"""A counting key: SQLite counts only columns that are plain INTEGER."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """A moment, UTC in and out: timestamptz on PostgreSQL, microseconds since 1970 on SQLite, which loses zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose how the database stores it."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn a moment into what the database stores."""
        if value is None or dialect.name != "sqlite":
            return value
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn what the database stored into a moment in UTC."""
        if value is None:
            return None
        moment: datetime = _EPOCH + value * _MICROSECOND if dialect.name == "sqlite" else value.astimezone(UTC)
        return moment


_partial: list[tuple[Index, ColumnElement[bool]]] = []
_roomy: list[Table] = []


def partial_index(name: str, *columns: Column[Any], where: ColumnElement[bool], unique: bool = False) -> None:
    """Declare an index of those rows only that meet a condition."""
    _partial.append((Index(name, *columns, unique=unique), where))


def leave_room(table: Table) -> None:
    """Let PostgreSQL leave room in the pages of a table whose rows change often: a new version lies beside the old."""
    _roomy.append(table)


@event.listens_for(metadata, "before_create")
def _tell_the_dialects(*_details: Any, **_options: Any) -> None:
    """Set what is said to one database only. Said earlier, it would load PostgreSQL's dialect for every verb."""
    for index, where in _partial:
        index.dialect_kwargs.update({"postgresql_where": where, "sqlite_where": where})
    for table in _roomy:
        table.dialect_kwargs["postgresql_with"] = {"fillfactor": "70"}

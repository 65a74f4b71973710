"""The tables of users, apart from their statements because signing in reads a profile in its one hot statement."""

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    event,
    false,
)

from micromart_core.schema import Instant, metadata, partial_index

users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("username", Text, nullable=False),
    Column("username_key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("disabled", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("issuer", "subject", name="users_subject_key"),
)
Index("users_by_name", users.c.username_key)
addresses = Table(
    "addresses",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("line1", Text, nullable=False),
    Column("line2", Text),
    Column("city", Text, nullable=False),
    Column("region", Text),
    Column("postcode", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("is_default", Boolean, nullable=False),
    CheckConstraint("length(country) = 2", name="country"),
)
Index("addresses_by_user", addresses.c.user_id, addresses.c.id)
partial_index("one_default_address_a_user", addresses.c.user_id, where=addresses.c.is_default, unique=True)
user_orders = Table(
    "user_orders",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("payment_status", Text, nullable=False),
    Column("total", BigInteger),
    Column("currency", Text),
    Column("placed_at", Instant),
    Column("version", Integer, nullable=False),
    CheckConstraint("(total IS NULL) = (placed_at IS NULL)", name="placed"),
)
Index("user_orders_by_user", user_orders.c.user_id, user_orders.c.order_id)
audit_trail = Table(
    "audit_trail",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("trace_id", Text, nullable=False),
)
Index("audit_trail_by_actor", audit_trail.c.actor, audit_trail.c.id)
Index("audit_trail_by_target", audit_trail.c.target, audit_trail.c.id)
Index("audit_trail_by_trace", audit_trail.c.trace_id)

APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "sqlite": (
        (
            "CREATE TRIGGER audit_trail_never_updated BEFORE UPDATE ON audit_trail "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        ),
        (
            "CREATE TRIGGER audit_trail_never_deleted BEFORE DELETE ON audit_trail "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION refuse_to_change_the_audit_trail() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER audit_trail_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_trail "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_audit_trail()"
        ),
    ),
}
"""What makes the database itself refuse a changed or deleted row of the audit, by dialect; migrations run it too."""
APPEND_ONLY_UNDONE: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS audit_trail_never_updated",
        "DROP TRIGGER IF EXISTS audit_trail_never_deleted",
    ),
    "postgresql": (
        "DROP TRIGGER IF EXISTS audit_trail_never_changed ON audit_trail",
        "DROP FUNCTION IF EXISTS refuse_to_change_the_audit_trail()",
    ),
}
"""How the migration takes it back."""


def _ddl(statement: str, dialect: str) -> DDL:
    ddl: DDL = DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy's own gap
    return ddl.execute_if(dialect=dialect)


for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        event.listen(audit_trail, "after_create", _ddl(_statement, _dialect))
event.listen(audit_trail, "after_drop", _ddl(APPEND_ONLY_UNDONE["postgresql"][1], "postgresql"))

"""The row of a session with whose it is, and what they may."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from micromart_core.authentication.tables import account_roles, sessions
from micromart_core.users.tables import users

_roles = (
    select(func.aggregate_strings(account_roles.c.role, ","))
    .where(account_roles.c.account_id == sessions.c.account_id)
    .scalar_subquery()
)
_WHO = (
    select(
        sessions.c.client,
        sessions.c.signed_in_at,
        sessions.c.expires_at,
        users.c.id,
        users.c.username,
        users.c.email,
        users.c.disabled,
        _roles.label("roles"),
    )
    .outerjoin_from(sessions, users, users.c.id == sessions.c.user_id)
    .where(sessions.c.token_hash == bindparam("token_hash"))
)
"""The one statement that reads two services' tables: it runs before every operation, and two would cost twice."""


def find_session(connection: Connection, token_hash: str) -> Row[*tuple[Any, ...]] | None:
    """Return who opened a session and until when it lasts, None for one that there is not."""
    return connection.execute(_WHO, {"token_hash": token_hash}).first()

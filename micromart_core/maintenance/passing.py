"""What must not outlive a restore or a move: sessions, codes, and claims of processes that are gone."""

from sqlalchemy import Connection, delete, update

from micromart_core.every_table import load_tables

PASSING_TABLES = frozenset({"sessions", "codes"})
"""Tables that no copy takes along and that a restore empties: whoever was signed in signs in again."""


def forget_what_passes(connection: Connection) -> None:
    """Empty the passing tables, free letters that a sender had claimed, and give up letters whose code is void now."""
    tables = load_tables().tables
    for name in sorted(PASSING_TABLES):
        connection.execute(delete(tables[name]))
    mails = tables["mails"]
    connection.execute(update(mails).where(mails.c.claimed_until.is_not(None)).values(claimed_until=None))
    connection.execute(
        update(mails)
        .where(mails.c.secret_code.is_not(None))
        .values(
            status="dead",
            next_attempt_at=None,
            secret_code=None,
            secret_until=None,
            last_error="its code became void when the shop was restored or moved",
        )
    )

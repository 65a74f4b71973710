"""All SQL about sessions, mailed codes and the pauses between guesses."""

from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update

from micromart_core.authentication.model import Attempt, Pending, Purpose
from micromart_core.authentication.tables import codes, sessions, throttles
from micromart_core.transaction import Transaction
from micromart_core.upsert import insert_if_new


def save_session(
    tx: Transaction,
    token_hash: str,
    *,
    account_id: str | None,
    client: str | None,
    user_id: str | None,
    expires_at: datetime,
) -> None:
    """Insert a session of an account or of a client."""
    tx.connection.execute(
        insert(sessions).values(
            token_hash=token_hash,
            account_id=account_id,
            client=client,
            user_id=user_id,
            signed_in_at=tx.now,
            expires_at=expires_at,
        )
    )


def find_session_end(tx: Transaction, token_hash: str) -> datetime | None:
    """Return when a session ends, None when there is none."""
    query = select(sessions.c.expires_at).where(sessions.c.token_hash == token_hash)
    return tx.connection.execute(query).scalar()


def take_session(tx: Transaction, token_hash: str) -> tuple[str | None, str | None] | None:
    """Delete a session and return its account's id or its client's name; None when there was none."""
    row = tx.connection.execute(
        delete(sessions).where(sessions.c.token_hash == token_hash).returning(sessions.c.account_id, sessions.c.client)
    ).first()
    return (row.account_id, row.client) if row else None


def remove_sessions(tx: Transaction, account_id: str) -> None:
    """Delete every session of an account."""
    tx.connection.execute(delete(sessions).where(sessions.c.account_id == account_id))


def save_code(
    tx: Transaction,
    code_hash: str,
    purpose: Purpose,
    email_key: str,
    *,
    account_id: str | None,
    pending: Pending | None,
    expires_at: datetime,
) -> None:
    """Insert a code, with the registration that waits for it or the account whose password it may change."""
    tx.connection.execute(
        insert(codes).values(
            code_hash=code_hash,
            purpose=purpose.value,
            email_key=email_key,
            account_id=account_id,
            username=pending.username if pending else None,
            email=pending.email if pending else None,
            password_hash=pending.password_hash if pending else None,
            expires_at=expires_at,
        )
    )


def remove_codes(tx: Transaction, email_key: str, purposes: tuple[Purpose, ...]) -> None:
    """Delete the codes of these purposes that were sent to an e-mail address."""
    tx.connection.execute(delete(codes).where(codes.c.email_key == email_key).where(codes.c.purpose.in_(purposes)))


def find_recovery(tx: Transaction, code_hash: str) -> str | None:
    """Return the account whose password a living code may change, None for a dead code and for nobody's."""
    return tx.connection.execute(
        select(codes.c.account_id)
        .where(codes.c.code_hash == code_hash)
        .where(codes.c.purpose == Purpose.RECOVER.value)
        .where(codes.c.expires_at > tx.now)
    ).scalar()


def take_registration(tx: Transaction, code_hash: str) -> Pending | None:
    """Delete a living code and return the registration that waited for it, None for a dead code."""
    row = (
        tx.connection.execute(
            delete(codes)
            .where(codes.c.code_hash == code_hash)
            .where(codes.c.purpose == Purpose.VERIFY.value)
            .where(codes.c.expires_at > tx.now)
            .returning(codes.c.username, codes.c.email, codes.c.password_hash)
        )
        .mappings()
        .first()
    )
    return Pending(**row) if row else None


def take_recovery(tx: Transaction, code_hash: str) -> str | None:
    """Delete a living code and return the account whose password it may change, None for a dead code."""
    return tx.connection.execute(
        delete(codes)
        .where(codes.c.code_hash == code_hash)
        .where(codes.c.purpose == Purpose.RECOVER.value)
        .where(codes.c.expires_at > tx.now)
        .returning(codes.c.account_id)
    ).scalar()


def lock_throttles(tx: Transaction, keys: list[str]) -> dict[str, tuple[int, datetime, datetime | None]]:
    """Lock the counters of these keys in order, made when missing; return attempts, the last one, and the pause."""
    for key in sorted(keys):
        insert_if_new(tx.connection, throttles, {"key": key, "attempts": 0, "last_at": tx.now})
    rows = tx.connection.execute(
        select(throttles).where(throttles.c.key.in_(keys)).order_by(throttles.c.key).with_for_update()
    )
    return {row.key: (row.attempts, row.last_at, row.paused_until) for row in rows}


def save_throttle(tx: Transaction, key: str, *, attempts: int, paused_until: datetime | None) -> None:
    """Note how often something was tried, and until when nothing more is heard."""
    tx.connection.execute(
        update(throttles)
        .where(throttles.c.key == key)
        .values(attempts=attempts, last_at=tx.now, paused_until=paused_until)
    )


def remove_throttle(tx: Transaction, key: str) -> None:
    """Forget the tries under one key."""
    tx.connection.execute(delete(throttles).where(throttles.c.key == key))


def refund_attempt(tx: Transaction, attempt: Attempt) -> None:
    """Take back one try that turned out right, with its pause: it was heard, so no earlier one was on."""
    tx.connection.execute(
        update(throttles)
        .where(throttles.c.key == attempt.key)
        .where(throttles.c.attempts > 0)
        .values(attempts=throttles.c.attempts - 1, paused_until=None)
    )


def purge(tx: Transaction, *, idle_since: datetime) -> int:
    """Delete ended sessions, dead codes and tries nobody has repeated since a moment; return how many."""
    ended = tx.connection.execute(delete(sessions).where(sessions.c.expires_at <= tx.now)).rowcount
    dead = tx.connection.execute(delete(codes).where(codes.c.expires_at <= tx.now)).rowcount
    idle = tx.connection.execute(
        delete(throttles)
        .where(throttles.c.last_at < idle_since)
        .where(or_(throttles.c.paused_until.is_(None), throttles.c.paused_until <= tx.now))
    ).rowcount
    return ended + dead + idle


def empty(tx: Transaction) -> None:
    """Delete every session and every code: a copied database must not let anybody in."""
    tx.connection.execute(delete(sessions))
    tx.connection.execute(delete(codes))

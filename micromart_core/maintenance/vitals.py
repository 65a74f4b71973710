"""How the work behind the shop is going, read from the database: so it is known right after a restart, everywhere."""

from datetime import datetime

from msgspec import Struct

from micromart_core import daemons, dead_letters, outbox
from micromart_core.carts.service_stats import overdue_carts
from micromart_core.daemons import GONE_AFTER, Daemon
from micromart_core.notifications.service import count_waiting
from micromart_core.notifications.service_sending import mail_due_since
from micromart_core.operation import operation
from micromart_core.transaction import Transaction


class Backlog(Struct, frozen=True):
    """How much of one kind waits, and for how many seconds the oldest has."""

    count: int
    seconds: float


class Vitals(Struct, frozen=True):
    """What waits for the daemons, what was given up, and which daemons were seen."""

    events: Backlog
    """Events that no broker has confirmed, or no handler has taken in."""
    carts: Backlog
    """Carts whose hold is over and that nobody has swept."""
    letters: Backlog
    """Letters that have not left; the seconds are those since one was due."""
    dead_events: int
    dead_mails: int
    """Letters that were given up."""
    daemons: tuple[Daemon, ...]


@operation("ops:run", writes=False, on_wire=False, polled=True)
def read_vitals(tx: Transaction) -> Vitals:
    """Return how the work behind the shop is going."""
    overdue, overdue_since = overdue_carts(tx)
    letters = count_waiting(tx)
    return Vitals(
        events=Backlog(outbox.count_waiting(tx.connection), _age(tx, outbox.oldest_waiting(tx.connection))),
        carts=Backlog(overdue, _age(tx, overdue_since)),
        letters=Backlog(letters.queued, _age(tx, mail_due_since(tx))),
        dead_events=dead_letters.count(tx.connection),
        dead_mails=letters.dead,
        daemons=tuple(daemons.list_seen(tx.connection, since=tx.now - GONE_AFTER)),
    )


@operation("ops:run", repeatable=True, on_wire=False, polled=True)
def note_daemon(tx: Transaction, daemon: Daemon) -> None:
    """Note that a daemon is there, and forget those that have not said so for long."""
    daemons.save(tx.connection, _at(daemon, tx.now))
    daemons.remove_gone(tx.connection, before=tx.now - 10 * GONE_AFTER)


@operation("ops:run", repeatable=True, on_wire=False)
def forget_daemon(tx: Transaction, daemon_id: str) -> None:
    """Note that a daemon has ended in good order."""
    daemons.remove(tx.connection, daemon_id)


def _age(tx: Transaction, since: datetime | None) -> float:
    return max(0.0, (tx.now - since).total_seconds()) if since else 0.0


def _at(daemon: Daemon, now: datetime) -> Daemon:
    """Let the database's clock say when it was seen: hosts may differ."""
    return Daemon(daemon.id, daemon.host, daemon.pid, daemon.roles, daemon.version, daemon.started_at, now)

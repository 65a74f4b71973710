"""One connection to RabbitMQ, and its errors in the shop's words."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from amqp.exceptions import AccessRefused, NotAllowed, PreconditionFailed
from amqp.transport import TCPTransport
from kombu import Connection
from kombu.exceptions import KombuError

from micromart_core.adapters.rabbitmq.frames import readable_frames
from micromart_core.broker import BrokerDown
from micromart_core.errors import InvalidValue
from micromart_core.settings import BrokerSettings

HEARTBEAT_SECONDS = 30
GOOD_BYE_SECONDS = 1.0
READ_AT_ONCE = 8192
"""Bytes, some twenty events; what is left of them is copied for each frame, so that more would cost more."""
_SCHEMES = ("amqp://", "amqps://")


def connect(settings: BrokerSettings, purpose: str) -> Connection:
    """Return a connection to the first address of `broker.url` that answers; raise BrokerDown or InvalidValue."""
    addresses = addresses_of(settings.url)
    connection = Connection(
        ";".join(addresses),
        heartbeat=HEARTBEAT_SECONDS,
        connect_timeout=settings.timeout_seconds,
        failover_strategy="round-robin",
        transport_options={
            "read_timeout": settings.timeout_seconds,
            "write_timeout": settings.timeout_seconds,
            "frame_handler": readable_frames,
            "client_properties": {"connection_name": f"micromart {purpose} {socket.gethostname()}:{os.getpid()}"},
        },
    )
    with telling():
        try:
            connection.ensure_connection(max_retries=len(addresses), interval_start=0, interval_step=0.2)
        except BaseException:
            drop(connection)
            raise
    _read_ahead(connection)
    return connection


def _read_ahead(connection: Connection) -> None:
    """Have what came read in one piece: the library asks the system three times for each frame, nine for an event.

    Through TLS it comes in the pieces of TLS.
    """
    transport = connection.connection.transport
    if type(transport) is TCPTransport:
        receive = transport.sock.recv
        transport._quick_recv = lambda least: receive(max(least, READ_AT_ONCE))  # noqa: SLF001  # it keeps what is left over


def alive_for(connection: Connection) -> float:
    """Return for how many seconds a connection may be left alone: a third of the heartbeat that was agreed on.

    The library says that it is there only when it is asked to, after half of it; the broker goes after twice as much.
    """
    return float(connection.get_heartbeat_interval() or HEARTBEAT_SECONDS) / 3


def leave(connection: Connection) -> None:
    """Say good-bye and close a connection, without waiting long for a broker that has fallen silent."""
    if connection.connected:
        connection.connection.sock.settimeout(GOOD_BYE_SECONDS)
    connection.release()


def drop(connection: Connection) -> None:
    """Close a connection that may be broken, without a word: a broker that is silent would not answer it."""
    connection.collect()


def addresses_of(url: str) -> list[str]:
    """Return the addresses in `broker.url`, tried in turns; raise InvalidValue for what is none."""
    addresses = [address.strip() for address in url.split(";") if address.strip()]
    if not addresses or not all(address.startswith(_SCHEMES) for address in addresses):
        raise _NotBroker("each address begins with amqp:// or amqps://")
    for address in addresses:
        _check(address)
    return addresses


class _NotBroker(InvalidValue):
    def __init__(self, why: str) -> None:
        super().__init__(
            "broker.url is no address of a broker.",
            why=f"{why}; it is not shown, since it may hold a password",
            hint="amqp://user@host:5672/vhost, several parted by semicolons",
        )


def _check(address: str) -> None:
    """Raise InvalidValue for what the library cannot read: it looks at a second address only when the first is dead."""
    try:
        Connection(address)
    except (ValueError, TypeError) as error:
        raise _NotBroker("a host, a port or an option behind its ? cannot be read") from error


@contextmanager
def telling() -> Iterator[None]:
    """Raise what the library or the network said as BrokerDown, with the mending where one is known."""
    try:
        yield
    except PreconditionFailed as error:
        hint = "another version made this queue otherwise: empty it, delete it, and start the daemon again"
        raise BrokerDown(_text(error), hint) from error
    except (AccessRefused, NotAllowed) as error:
        raise BrokerDown(_text(error), "see the user, the password and the virtual host in broker.url") from error
    except (KombuError, OSError, UnicodeError, *_connection_errors()) as error:  # UnicodeError: such a host is none
        raise BrokerDown(_text(error)) from error


def _connection_errors() -> tuple[type[Exception], ...]:
    from kombu.transport.pyamqp import Transport

    return (*Transport.connection_errors, *Transport.channel_errors)


def _text(error: Exception) -> str:
    """Write what went wrong in one line; a time-out has no words of its own."""
    return " ".join(str(error).split()) or "it did not answer in time"

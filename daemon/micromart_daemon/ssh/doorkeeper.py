"""Who a connection belongs to: everybody may come in, with a key that is proven, or with none."""

import asyncio
from typing import Any, NoReturn

import asyncssh

from micromart_core.settings import SshSettings
from micromart_daemon.crowd import Crowd, customer_of
from micromart_daemon.ssh.doors import Doors
from micromart_daemon.ssh.refusals import FORWARDING, ONE_SESSION
from micromart_daemon.ssh.session import ShopSession

NAMELESS = ("guest", "anonymous")
"""User names that are let in at once, so that their clients offer no key."""
PATIENCE_SECONDS = 20.0
"""A connection on which no session has begun after so long is ended."""
SPARE = 50
"""Connections beyond those of shoppers and of the line: of whoever is just coming in."""


def crowd_of(settings: SshSettings) -> Crowd:
    """Return how many connections there may be: each address may have one that ends beside each that is in use."""
    return Crowd(settings.sessions + settings.waiting + SPARE, 2 * settings.sessions_per_source)


class Doorkeeper(asyncssh.SSHServer):
    """One connection."""

    _connection: asyncssh.SSHServerConnection

    def __init__(self, doors: Doors, crowd: Crowd) -> None:
        self._doors, self._crowd = doors, crowd
        self._source, self._is_counted = "", False
        self._proven: bytes | None = None
        self._session: ShopSession | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Count the connection; one too many is closed."""
        peer = conn.get_extra_info("peername") or ("",)
        self._connection, self._source = conn, customer_of(str(peer[0]))
        self._is_counted = self._crowd.let_in(self._source)
        if not self._is_counted or self._doors.is_closing:
            conn.abort()
            return
        # asyncssh writes on while the network is full; a session is to know, and to send fewer frames.
        conn.pause_writing = self._network_is_full  # type: ignore[method-assign]
        conn.resume_writing = self._network_is_free  # type: ignore[method-assign]
        self._timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._look)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Count it no more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._is_counted:
            self._is_counted = False
            self._crowd.leave(self._source)

    # --- who it is ---

    def begin_auth(self, username: str) -> bool:
        """Let the nameless in at once; ask everybody else for a key, which they need not have."""
        return username not in NAMELESS

    def public_key_auth_supported(self) -> bool:
        """Keys are taken."""
        return True

    def validate_public_key(self, _username: str, key: asyncssh.SSHKey) -> bool:
        """Take any key; whose it is counts once its signature was right, and not when it is only named."""
        verify = key.verify

        def proving(data: bytes, sig: bytes) -> bool:
            is_right = verify(data, sig)
            self._proven = key.public_data if is_right else None
            return is_right

        key.verify = proving  # type: ignore[method-assign]
        return True

    def kbdint_auth_supported(self) -> bool:
        """Whoever has no key is asked nothing."""
        return True

    def get_kbdint_challenge(self, _username: str, _lang: str, _submethods: str) -> bool:
        """Let in whoever asks so."""
        self._proven = None
        return True

    # --- what is asked for ---

    def session_requested(self) -> ShopSession:
        """Open a session, if none is open on this connection; raise ChannelOpenError."""
        if self._session is not None and not self._session.has_ended:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, ONE_SESSION)
        secret = None if self._proven is None else self._doors.host_key.cart_secret_of(self._proven)
        self._session = ShopSession(self._doors, self._source, secret)
        return self._session

    def connection_requested(self, *_: Any) -> NoReturn:
        """Forward nothing."""
        raise asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, FORWARDING)

    def unix_connection_requested(self, *_: Any) -> NoReturn:
        """Forward nothing."""
        self.connection_requested()

    def tun_requested(self, *_: Any) -> NoReturn:
        """Forward nothing."""
        self.connection_requested()

    def tap_requested(self, *_: Any) -> NoReturn:
        """Forward nothing."""
        self.connection_requested()

    # --- the network ---

    def _network_is_full(self) -> None:
        if self._session is not None:
            self._session.hold("network", is_full=True)

    def _network_is_free(self) -> None:
        if self._session is not None:
            self._session.hold("network", is_full=False)

    def _look(self) -> None:
        """End a connection that nobody does anything with: a channel on which nothing was asked for is no session."""
        if self._session is None or not self._session.is_running:
            self._connection.abort()
        else:
            self._timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._look)

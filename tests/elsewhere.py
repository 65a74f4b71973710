"""A shop under test behind its real HTTP gateway, on loopback: its shoppers speak to it as from another machine."""

import os
import socket
import threading

import pytest
import uvicorn

from micromart_core.adapters.remote.gateway import RemoteGateway
from micromart_core.adapters.remote.wire import Wire
from micromart_core.caller import Caller
from micromart_core.errors import SignInFirst
from micromart_core.gateway import LocalGateway
from micromart_core.identity import Credentials
from micromart_core.ids import new_secret
from micromart_core.rate_limit import PerMinute, Unlimited
from micromart_daemon.gateway.app import Doors, app_of
from micromart_daemon.gateway.crowded_source import CartsOfSources

IS_ASKED_FOR = os.environ.get("MICROMART_TEST_ELSEWHERE") == "1"
"""True: every shopper of every story comes through a gateway."""


def beside_the_database(why: str) -> pytest.MarkDecorator:
    """Mark what cannot be elsewhere: it is passed over there, and the report says why."""
    return pytest.mark.skipif(IS_ASKED_FOR, reason=f"beside the database only: {why}")


ALL_GUESTS = 10_000
"""Carts that one address fills: all who shop in a story come from this machine."""


class Tokens:
    """An identity that believes the tokens it made itself, and the cart secrets it gave to guests."""

    def __init__(self) -> None:
        self._callers: dict[str, Caller] = {}

    def token_of(self, caller: Caller) -> str:
        token = new_secret()
        self._callers[token] = caller
        return token

    def credentials_of(self, caller: Caller) -> Credentials:
        """What a front end sends for somebody: guests have no token, and are heard as guests."""
        token = self.token_of(caller)
        return Credentials(token=token) if caller.signed_in else Credentials(cart_secret=token)

    def prepare(self, credentials, access):
        return credentials.token or credentials.cart_secret

    def identify(self, connection, now, prepared):
        if prepared not in self._callers:
            raise SignInFirst("Nobody knows this token.")
        return self._callers[prepared]


class DoorElsewhere(RemoteGateway, frozen=True):
    """A shopper's door over the wire, and the one beside the database for what the story does there."""

    beside: LocalGateway | None = None


class Elsewhere:
    """One gateway in a thread of this process."""

    def __init__(
        self, shop, identity=None, reception=None, *, sends_letters: bool = True, per_minute: int = 0, listener=None
    ) -> None:
        self.tokens = Tokens()
        self.doors = Doors(shop, identity or self.tokens, reception)
        self.doors._sources = PerMinute(per_minute) if per_minute else Unlimited()
        self.doors._carts = CartsOfSources(ALL_GUESTS, held_seconds=60)
        if not sends_letters:
            self.doors._send_letters = _no_letters
        self._listener = listener or socket.create_server(("127.0.0.1", 0))
        self.url = url_at(self._listener)
        config = uvicorn.Config(app_of(self.doors), log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],), daemon=True)
        self._thread.start()
        self.wire = Wire(self.url)

    def door(self, caller: Caller, beside: LocalGateway) -> DoorElsewhere:
        return self.door_of(self.tokens.credentials_of(caller), beside)

    def door_of(self, credentials: Credentials, beside: LocalGateway) -> DoorElsewhere:
        return DoorElsewhere(self.wire, lambda: credentials, beside=beside)

    def close(self) -> None:
        self.wire.close()
        self.doors.live.close()
        self._server.should_exit = True
        self._thread.join(5)
        self._listener.close()
        self.doors.pools.close()


def url_at(listener: socket.socket) -> str:
    """The address of what listens there."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


async def _no_letters() -> None:
    """Letters of a shop under test are sent when the story says so."""


def beside(door):
    """The door beside the database, of a shopper who may come from elsewhere."""
    return getattr(door, "beside", None) or door

"""One daemon from its start to its end."""

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from micromart_core.bootstrap import Shop
from micromart_daemon.consumer import ConsumerRole
from micromart_daemon.mail_sender import MailRole
from micromart_daemon.presence import PresenceRole
from micromart_daemon.relay import RelayRole
from micromart_daemon.roles import Role
from micromart_daemon.stopping import Bell, Stop
from micromart_daemon.supervisor import Supervisor
from micromart_daemon.sweeper import SweeperRole
from micromart_daemon.window import Window

GRACE_SECONDS = 10.0
"""How long the roles may take to finish what they hold."""
_log = logging.getLogger("micromart.daemon")


def run_daemon(shop: Shop, roles: tuple[str, ...], listen: str) -> int:
    """Run until SIGTERM or SIGINT; return 0 when every role has finished what it held, 1 when one hung."""
    stop = Stop()
    with _stopped_by_signals(stop), _window(shop, listen) as where:
        presence = PresenceRole(shop, roles)
        supervisor = Supervisor([*_roles(shop, roles), presence], stop)
        supervisor.start()
        _log.info("micromartd runs %s; %s", ", ".join(roles), where)
        while not stop.wait(3600):
            pass
        hanging = supervisor.join(GRACE_SECONDS)
        presence.say_goodbye()
    _log.info("micromartd has ended" if not hanging else "micromartd ends while these hang: %s", *_told(hanging))
    return 1 if hanging else 0


def _roles(shop: Shop, names: tuple[str, ...]) -> list[Role]:
    new_letters = Bell()
    roles: dict[str, Role] = {
        "relay": RelayRole(shop),
        "consumer": ConsumerRole(shop, new_letters),
        "sweeper": SweeperRole(shop),
        "mail": MailRole(shop, new_letters),
    }
    if not shop.has_broker:
        del roles["consumer"]  # the relay delivers in process
    return [roles[name] for name in names if name in roles]


@contextmanager
def _window(shop: Shop, listen: str) -> Iterator[str]:
    if not listen:
        yield "it tells nobody how it is"
        return
    window = Window(shop, listen)
    window.open()
    try:
        yield f"/health and /metrics on {listen.rpartition(':')[0]}:{window.port}"
    finally:
        window.close()


@contextmanager
def _stopped_by_signals(stop: Stop) -> Iterator[None]:
    """Stop in good order at the first SIGTERM or SIGINT, at once at the second."""

    def ask(number: int, _frame: FrameType | None) -> None:
        if stop.is_set:
            os._exit(128 + number)
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _told(hanging: list[str]) -> list[str]:
    return [", ".join(hanging)] if hanging else []

"""One daemon from its start to its end."""

import logging

from micromart_core.bootstrap import Shop
from micromart_daemon.consumer import ConsumerRole
from micromart_daemon.mail_sender import MailRole
from micromart_daemon.presence import PresenceRole
from micromart_daemon.relay import RelayRole
from micromart_daemon.roles import Role, roles_of
from micromart_daemon.stopping import Bell, Stop, caught_signals, wait_for_signal
from micromart_daemon.supervisor import Supervisor
from micromart_daemon.sweeper import SweeperRole
from micromart_daemon.window import opened_window

GRACE_SECONDS = 8.5
"""How long the roles may take to finish what they hold: ten seconds with what is closed after them."""
_log = logging.getLogger("micromart.daemon")


def run_daemon(shop: Shop, roles: tuple[str, ...], listen: str) -> int:
    """Run until SIGTERM or SIGINT; return 0 when every role has finished what it held, 1 when one hung."""
    names, stop = roles_of(roles, has_broker=shop.has_broker), Stop()
    shop.check_addresses()
    with caught_signals() as asked, opened_window(shop, listen) as where:
        supervisor = Supervisor([*_roles(shop, names), PresenceRole(shop, names)], stop)
        supervisor.start()
        _log.info("micromartd runs %s; %s", ", ".join(names), where)
        wait_for_signal(asked)
        stop.set()
        hanging = supervisor.join(GRACE_SECONDS)
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
    return [roles[name] for name in names]


def _told(hanging: list[str]) -> list[str]:
    return [", ".join(hanging)] if hanging else []

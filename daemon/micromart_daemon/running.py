"""One daemon from its start to its end."""

import logging

from micromart_core.bootstrap import Shop
from micromart_core.lookout import Duty
from micromart_daemon.consumer import ConsumerRole
from micromart_daemon.lookout import LookoutRole
from micromart_daemon.mail_sender import MailRole
from micromart_daemon.presence import PresenceRole
from micromart_daemon.relay import RelayRole
from micromart_daemon.roles import Role, roles_of
from micromart_daemon.signals import caught_signals
from micromart_daemon.stopping import Bell, Stop
from micromart_daemon.supervisor import Supervisor
from micromart_daemon.sweeper import SweeperRole
from micromart_daemon.window import opened_window

GRACE_SECONDS = 8.5
"""How long the roles may take to finish what they hold: ten seconds with what is closed after them."""
WHO_DOES = {Duty.EVENTS: "relay", Duty.CARTS: "sweeper", Duty.LETTERS: "mail"}
"""The role that each duty wakes."""
_log = logging.getLogger("micromart.daemon")


def run_daemon(shop: Shop, roles: tuple[str, ...], listen: str) -> int:
    """Run until SIGTERM or SIGINT; return 0 when every role has finished what it held, 1 when one hung."""
    names, stop = roles_of(roles, has_broker=shop.has_broker), Stop()
    shop.check_addresses()
    with caught_signals() as asked, opened_window(shop, listen) as where:
        supervisor = Supervisor([*_roles(shop, names), PresenceRole(shop, names)], stop)
        supervisor.start()
        _log.info("micromartd runs %s; %s", ", ".join(names), where)
        asked.get()
        stop.set()
        hanging = supervisor.join(GRACE_SECONDS)
    _log.info("micromartd has ended" if not hanging else "micromartd ends while these hang: %s", *_told(hanging))
    return 1 if hanging else 0


def _roles(shop: Shop, names: tuple[str, ...]) -> list[Role]:
    bells = {duty: Bell() for duty in Duty}
    roles: dict[str, Role] = {
        "relay": RelayRole(shop, bells[Duty.EVENTS]),
        "consumer": ConsumerRole(shop, bells[Duty.LETTERS]),
        "sweeper": SweeperRole(shop, bells[Duty.CARTS]),
        "mail": MailRole(shop, bells[Duty.LETTERS]),
    }
    wakes = {duty: bells[duty] for duty, name in WHO_DOES.items() if name in names}
    lookout = [LookoutRole(shop, wakes)] if wakes else []
    return [*lookout, *(roles[name] for name in names)]


def _told(hanging: list[str]) -> list[str]:
    return [", ".join(hanging)] if hanging else []

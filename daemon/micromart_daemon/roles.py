"""What a role of the daemon is, and which there are."""

from typing import Protocol

from micromart_core.errors import InvalidValue
from micromart_daemon.stopping import Stop

EVERY_ROLE = ("relay", "consumer", "sweeper", "mail")


class Role(Protocol):
    """One kind of work that the daemon does in a thread of its own."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def work(self, stop: Stop) -> None:
        """Work until the stop is set; raise when something broke: the supervisor begins it again."""
        ...


class UnknownRole(InvalidValue):
    """There is no role of this name."""

    code = "daemon.unknown_role"

    def __init__(self, name: str) -> None:
        self.role = name
        super().__init__(
            f"There is no role {name}.", why=f"the roles are {', '.join(EVERY_ROLE)}", hint="--roles relay,consumer"
        )


class NothingToBe(InvalidValue):
    """The only role that was asked for has no work in this shop."""

    code = "daemon.nothing_to_be"

    def __init__(self) -> None:
        super().__init__(
            "A consumer alone has nothing to do here.",
            why="broker.url is not set: whoever commits an event delivers it",
            hint="set broker.url, or --roles relay,sweeper,mail",
        )


def read_roles(text: str) -> tuple[str, ...]:
    """Return the roles named in a list parted by commas, in the daemon's order; raise UnknownRole."""
    wanted = {name.strip() for name in text.split(",") if name.strip()}
    for name in sorted(wanted):
        if name not in EVERY_ROLE:
            raise UnknownRole(name)
    if not wanted:
        raise UnknownRole(text or "(none)")
    return tuple(name for name in EVERY_ROLE if name in wanted)


def roles_of(wanted: tuple[str, ...], *, has_broker: bool) -> tuple[str, ...]:
    """Return those of the wanted roles that have work: without a broker the relay delivers. Raise NothingToBe."""
    names = tuple(name for name in wanted if has_broker or name != "consumer")
    if not names:
        raise NothingToBe
    return names

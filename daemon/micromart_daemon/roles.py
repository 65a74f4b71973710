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


def read_roles(text: str) -> tuple[str, ...]:
    """Return the roles named in a list parted by commas, in the daemon's order; raise UnknownRole."""
    wanted = {name.strip() for name in text.split(",") if name.strip()}
    for name in sorted(wanted):
        if name not in EVERY_ROLE:
            raise UnknownRole(name)
    if not wanted:
        raise UnknownRole(text or "(none)")
    return tuple(name for name in EVERY_ROLE if name in wanted)

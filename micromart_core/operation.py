"""What a front end may ask the core to do, and the gateway it asks."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, Self, TypeVar

from msgspec import Struct

from micromart_core.changes import Changes
from micromart_core.permissions import STAFF, Permission

if TYPE_CHECKING:
    from micromart_core.transaction import Transaction  # which loads SQLAlchemy; screens are drawn without it

Params = ParamSpec("Params")
Result = TypeVar("Result")
Operation = Callable[Concatenate["Transaction", Params], Result]


class Access(Struct, frozen=True):
    """Who may run an operation and how it is run."""

    permission: Permission | None
    """None: anybody may."""
    also: Permission | None
    """What it asks for too, depending on what is to be done; it asks by itself."""
    writes: bool
    repeatable: bool
    """True: doing it twice is the same as once. False: the gateway guards it with an intent."""
    on_wire: bool
    """False: runs beside the database only, whatever the caller may do."""
    polled: bool = False
    """True: daemons ask it every second, so that the log tells of it only when it fails."""

    @property
    def is_staff_work(self) -> bool:
        """True when it may change something that only staff may; without a permission it asks for one by itself."""
        return self.writes and (self.permission is None or bool({self.permission, self.also} & STAFF))


_registered: dict[Callable[..., Any], Access] = {}


def operation(
    permission: str | None = None,
    *,
    also: str | None = None,
    writes: bool = True,
    repeatable: bool = False,
    on_wire: bool = True,
    polled: bool = False,
) -> Callable[[Operation[Params, Result]], Operation[Params, Result]]:
    """Offer a function to front ends through the gateway; an operation that only reads is always repeatable."""
    needs, too = (Permission(name) if name else None for name in (permission, also))
    access = Access(needs, too, writes, repeatable or not writes, on_wire, polled)

    def register(function: Operation[Params, Result]) -> Operation[Params, Result]:
        _registered[function] = access
        return function

    return register


def access_to(function: Callable[..., Any]) -> Access:
    """Return who may run an operation; KeyError is a bug: the function was never offered."""
    return _registered[function]


def name_of(function: Callable[..., Any]) -> str:
    """Name an operation the way it is addressed: `carts/set_quantity`."""
    return f"{service_of(function)}/{function.__name__}"


@cache
def service_of(function: Callable[..., Any]) -> str:
    """Return the package of the core that a function lives in: `carts`."""
    return function.__module__.removeprefix("micromart_core.").split(".")[0]


def every_operation() -> dict[str, Callable[..., Any]]:
    """Return all operations of the modules imported so far, by name."""
    return {name_of(function): function for function in _registered}


class Gateway(Protocol):
    """The only door from a front end to the core."""

    def run(self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        """Run an operation for this gateway's caller, or raise the MicroMartError that forbids it."""
        ...

    def changes(self) -> Changes:
        """Return an iterator of what changes, as it changes, until it is closed."""
        ...

    def under(self, *, idempotency_key: str | None = None, dry_run: bool = False) -> Self:
        """Return the same door for one intent: with the caller's own key, or taking everything back at the end."""
        ...

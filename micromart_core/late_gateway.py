"""A door to a shop that is opened when it is needed."""

from collections.abc import Callable
from threading import Lock
from typing import Self

from micromart_core.changes import Changes
from micromart_core.operation import Gateway, Operation, Params, Result


class LateGateway:
    """Opens the shop with the first question, or by `open`; threads that come at once open it once."""

    def __init__(self, opening: Callable[[], Gateway]) -> None:
        self._opening = opening
        self._lock = Lock()
        self._gateway: Gateway | None = None

    def open(self) -> Gateway:
        """Return the door itself; raise the MicroMartError that keeps the shop from being opened."""
        with self._lock:
            if self._gateway is None:
                self._gateway = self._opening()
            return self._gateway

    def run(self, operation: Operation[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        """Run an operation, or raise the MicroMartError that forbids it."""
        return self.open().run(operation, *args, **kwargs)

    def changes(self) -> Changes:
        """Return an iterator of what changes, as it changes, until it is closed."""
        return self.open().changes()

    def under(self, *, idempotency_key: str | None = None, dry_run: bool = False) -> Self:
        """Return the same door for one intent."""
        return type(self)(lambda: self.open().under(idempotency_key=idempotency_key, dry_run=dry_run))

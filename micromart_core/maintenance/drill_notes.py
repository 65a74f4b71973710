"""What one shopper of a drill, or its stockkeeper, notes down while it goes on."""

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from msgspec import Struct

from micromart_core.clock import stopwatch
from micromart_core.errors import MicroMartError
from micromart_core.gateway import LocalGateway
from micromart_core.operation import Operation

Params = ParamSpec("Params")
Result = TypeVar("Result")


class Found(Struct, frozen=True):
    """A promise that was broken, and by what."""

    promise: str
    detail: str


class Notes:
    """The operations of one thread: how long each took, how it was refused, and what must not have happened."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, list[float]] = defaultdict(list)
        self.refusals: dict[str, Counter[str]] = defaultdict(Counter)
        self.found: list[Found] = []
        self.orders: set[str] = set()
        """Ids of the orders that were acknowledged."""
        self.count = 0

    def ask(
        self,
        door: LocalGateway,
        operation: Operation[Params, Result],
        /,
        *args: Params.args,
        **kwargs: Params.kwargs,
    ) -> Result | None:
        """Run an operation as anybody does and time it; None when it was refused, which is noted by its code."""
        return self.time(operation.__name__, lambda: door.run(operation, *args, **kwargs))

    def time(self, name: str, act: Callable[[], Result]) -> Result | None:
        """Do something and time it; None when it was refused."""
        began = stopwatch()
        try:
            return act()
        except MicroMartError as error:
            self.refusals[name][error.code] += 1
            return None
        finally:
            self.milliseconds[name].append((stopwatch() - began) * 1000)
            self.count += 1

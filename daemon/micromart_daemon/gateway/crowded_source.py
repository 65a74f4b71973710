"""How many carts without a sign-in one address fills: what each holds is kept from everybody else."""

from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from micromart_core.carts.service import add_units, set_quantity
from micromart_core.carts.service_restore import restore_cart
from micromart_core.clock import stopwatch
from micromart_core.errors import MicroMartError, TryAgain, Unavailable

FILL_CARTS = frozenset({add_units, set_quantity, restore_cart})
"""The operations that hold stock."""


class TooManyCarts(TryAgain):
    """As many carts as one address may fill without signing in are filled."""

    code = "gateway.too_many_carts"

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(
            "Too many carts are filled from where you are.",
            why=f"without signing in, one address fills at most {most} at a time",
            hint="sign in, or wait until a hold has ended",
        )


class _Carts:
    """The carts of one address, by a hash of their secrets."""

    def __init__(self) -> None:
        self.until: OrderedDict[bytes, float] = OrderedDict()
        """Until when each counts as filled, the first to end first."""
        self.tried: Counter[bytes] = Counter()
        """How many tries to fill each are going on."""

    def check(self, cart: bytes, most: int, now: float) -> None:
        """Raise TooManyCarts when so many others are filled, or may be at any moment."""
        while self.until and next(iter(self.until.values())) <= now:
            self.until.popitem(last=False)
        if cart in self.until or cart in self.tried:
            return
        only_tried = sum(other not in self.until for other in self.tried)  # few: one for each request that is going on
        if len(self.until) + only_tried >= most:
            raise TooManyCarts(most)

    def end_try(self, cart: bytes) -> None:
        self.tried[cart] -= 1
        self.tried += Counter()  # which forgets those that are no longer tried

    def fill(self, cart: bytes, until: float) -> None:
        self.until[cart] = until
        self.until.move_to_end(cart)


class CartsOfSources:
    """The anonymous carts that each address filled lately, in the memory of this worker."""

    def __init__(self, most: int, held_seconds: float) -> None:
        self._most, self._held_seconds = most, held_seconds
        self._filled: dict[str, _Carts] = {}
        self._swept_at = stopwatch()

    @contextmanager
    def filling(self, source: str, cart_secret: str, *, is_rehearsed: bool) -> Iterator[None]:
        """Do within what fills a cart; raise TooManyCarts when this address fills too many others at the time.

        A cart counts from its last gain for as long as a hold lasts at most. What was refused or rehearsed holds
        nothing, and does not count; an outage leaves open whether it was done, and does. Tries count while they go
        on: many at once get nobody past the limit. Only a hash of the secret is kept.
        """
        self._forget(stopwatch())
        carts, cart = self._filled.setdefault(source, _Carts()), sha256(cart_secret.encode()).digest()
        carts.check(cart, self._most, stopwatch())
        if is_rehearsed:
            yield
            return
        carts.tried[cart] += 1
        is_refused = False
        try:
            yield
        except MicroMartError as error:
            is_refused = not isinstance(error, Unavailable)
            raise
        finally:
            carts.end_try(cart)
            if not is_refused:
                carts.fill(cart, stopwatch() + self._held_seconds)

    def _forget(self, now: float) -> None:
        """Forget the addresses of which no cart is held, once in the time that a hold lasts."""
        if now - self._swept_at < self._held_seconds:
            return
        self._swept_at = now
        self._filled = {
            source: carts
            for source, carts in self._filled.items()
            if carts.tried or max(carts.until.values(), default=now) > now
        }

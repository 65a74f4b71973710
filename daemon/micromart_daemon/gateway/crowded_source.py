"""How many carts without a sign-in one address fills: what each holds is kept from everybody else."""

from collections import OrderedDict
from hashlib import sha256

from micromart_core.clock import stopwatch
from micromart_core.errors import TryAgain

FILL_CARTS = frozenset({"carts/add_units", "carts/set_quantity", "carts/restore_cart"})
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


class CartsOfSources:
    """The anonymous carts that each address filled lately, in the memory of this worker."""

    def __init__(self, most: int, held_seconds: float) -> None:
        self._most, self._held_seconds = most, held_seconds
        self._filled: dict[str, OrderedDict[bytes, float]] = {}
        self._swept_at = stopwatch()

    def admit(self, source: str, cart_secret: str) -> None:
        """Note that a cart is filled; raise TooManyCarts when this address fills too many others at the time.

        A cart counts from its last gain for as long as a hold lasts at most. Only a hash of its secret is kept.
        """
        now = stopwatch()
        self._forget(now)
        carts, cart = self._filled.setdefault(source, OrderedDict()), sha256(cart_secret.encode()).digest()
        while carts and next(iter(carts.values())) <= now:
            carts.popitem(last=False)
        if cart not in carts and len(carts) >= self._most:
            raise TooManyCarts(self._most)
        carts[cart] = now + self._held_seconds
        carts.move_to_end(cart)

    def _forget(self, now: float) -> None:
        """Forget the addresses of which no cart is held, once in the time that a hold lasts."""
        if now - self._swept_at < self._held_seconds:
            return
        self._swept_at = now
        self._filled = {source: carts for source, carts in self._filled.items() if max(carts.values()) > now}

"""The words of the stockroom: levels, movements, holds, and how it refuses."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from msgspec import Struct

from micromart_core.errors import Conflict, InvalidValue, NotFound, Refused
from micromart_core.events import Event

Sku = NewType("Sku", str)
Reason = NewType("Reason", str)
OFFERED_REASONS = ("received", "delivery", "count", "damage", "loss", "gift", "return", "correction")
_REASON = re.compile(r"[a-z-]{2,32}")
LARGEST_STOCK = 1_000_000_000


def reason_of(text: str) -> Reason:
    """Return a reason, a slug of 2 to 32 lower-case letters and dashes, or raise InvalidValue."""
    if not _REASON.fullmatch(text):
        raise InvalidValue(
            f"“{text}” is no reason.",
            why="a reason is 2 to 32 of a-z and -",
            hint=f"try one of {', '.join(OFFERED_REASONS)}",
        )
    return Reason(text)


class StockLevel(Struct, frozen=True):
    """What lies on the shelf and what of it is held by live carts; `version` counts changes of on_hand."""

    sku: Sku
    on_hand: int
    held: int
    reorder_level: int
    version: int

    @property
    def available(self) -> int:
        """Units that a shopper can still take."""
        return self.on_hand - self.held

    @property
    def low(self) -> bool:
        """True when on hand has fallen to the reorder level."""
        return self.on_hand <= self.reorder_level


class StockMovement(Struct, frozen=True):
    """One row of the ledger: a change of what is on hand, and the balance after it."""

    id: int
    sku: Sku
    change: int
    balance: int
    reason: Reason
    note: str | None
    actor: str
    order: str | None
    run_id: str | None
    at: datetime
    trace_id: str | None = None
    """The intent that caused it; None for rows older than this."""


class Hold(Struct, frozen=True):
    """Units of one product set aside for one cart until a moment."""

    sku: Sku
    cart: str
    quantity: int
    until: datetime


class StockSold(Struct, frozen=True):
    """What one line of an order took from the shelf."""

    sku: Sku
    quantity: int


class OutOfStock(Refused):
    """Fewer are available than were asked for."""

    code = "stock.insufficient"

    def __init__(self, sku: Sku, wanted: int, available: int) -> None:
        self.sku, self.wanted, self.available = sku, wanted, available
        super().__init__(
            f"Only {available} of {sku} left; you asked for {wanted}.",
            why="the rest is sold or held in other carts",
            hint=f"take {available}, or come back when a hold ends" if available else "come back when a hold ends",
        )


class SoldOut(Refused):
    """Units that an ended hold had kept are gone; pairs in `short` are SKU and what is left."""

    code = "stock.sold_out"

    def __init__(self, short: tuple[tuple[Sku, int], ...]) -> None:
        self.short = short
        gone = ", ".join(f"{sku} ({left} left)" for sku, left in short)
        super().__init__(
            f"Not enough left: {gone}.", why="the hold has ended and others were faster", hint="micromart cart restore"
        )


class BelowHeld(Refused):
    """The shelf would hold less than what carts hold."""

    code = "stock.below_held"

    def __init__(self, sku: Sku, on_hand: int, wanted: int, held: int) -> None:
        self.sku, self.on_hand, self.wanted, self.held = sku, on_hand, wanted, held
        super().__init__(
            f"{sku} cannot go to {wanted}: {held} are held in carts.",
            why=f"on hand {on_hand}, held {held}, so at least {held} must stay",
            hint="--evict newest frees the newest holds until it fits",
        )


class UnknownSku(NotFound):
    """No product has this SKU."""

    code = "product.unknown"

    def __init__(self, sku: str) -> None:
        self.sku = sku
        super().__init__(f"There is no product {sku}.", why="no product has this SKU", hint="micromart product list")


class StaleStock(Conflict):
    """Somebody changed the stock since it was read."""

    code = "stock.stale"

    def __init__(self, sku: Sku, expected: int, actual: int) -> None:
        self.sku, self.expected, self.actual = sku, expected, actual
        super().__init__(
            f"{sku} was changed meanwhile.",
            why=f"you saw version {expected}, it is at {actual}",
            hint=f"micromart stock show {sku}",
        )


@dataclass(frozen=True, kw_only=True)
class StockChanged(Event, name="stock.changed", key="sku"):
    """What is on hand changed by a staff action."""

    sku: str
    change: int
    balance: int
    reason: str
    actor: str


@dataclass(frozen=True, kw_only=True)
class StockLow(Event, name="stock.low", key="sku"):
    """What is on hand fell to the reorder level."""

    sku: str
    on_hand: int
    reorder_level: int


@dataclass(frozen=True, kw_only=True)
class HoldsEvicted(Event, name="cart.lines_released", key="cart_id"):
    """Staff freed units a cart was holding; its shopper is told."""

    cart_id: str
    user_id: str | None
    skus: tuple[str, ...]
    reason: str

"""The words of the cart: its lines, its one deadline, and how it refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from micromart_core.errors import Conflict, HoldEnded, Refused, TryAgain
from micromart_core.events import Event
from micromart_core.inventory.model import Sku
from micromart_core.money import Money


class CartStatus(StrEnum):
    """Where a cart stands; `merged` ones were taken over at sign-in."""

    OPEN = "open"
    ORDERED = "ordered"
    EXPIRED = "expired"
    PARKED = "parked"
    MERGED = "merged"


class OwnerKind(StrEnum):
    """Whose cart it is."""

    USER = "user"
    SESSION = "session"


class CartLine(Struct, frozen=True):
    """Units of one product at the price that was locked with their hold."""

    sku: Sku
    name: str
    quantity: int
    price: Money

    @property
    def total(self) -> Money:
        """Price times quantity."""
        return self.price * self.quantity


class Cart(Struct, frozen=True):
    """A cart as its shopper sees it: `lines` are really held until `held_until`; `restorable` no longer are."""

    id: str | None
    owner: OwnerKind
    status: CartStatus
    lines: tuple[CartLine, ...]
    subtotal: Money
    shipping: Money
    tax: Money
    total: Money
    held_until: datetime | None
    hold_limit: datetime | None
    seconds_left: int
    extended: bool
    restorable: tuple[CartLine, ...]
    version: int

    @property
    def item_count(self) -> int:
        """Units in the cart."""
        return sum(line.quantity for line in self.lines)

    def quantity_of(self, sku: Sku) -> int:
        """Units of one product that are held."""
        return next((line.quantity for line in self.lines if line.sku == sku), 0)


class Dearer(Struct, frozen=True):
    """A line whose price has risen since it was held."""

    sku: Sku
    name: str
    was: Money
    now: Money


class Restored(Struct, frozen=True):
    """What a restore took back, what was gone, and what is dearer and waits for `accept_prices`."""

    cart: Cart
    taken: tuple[Sku, ...]
    missing: tuple[Sku, ...]
    dearer: tuple[Dearer, ...]


class CartPage(Struct, frozen=True):
    """One page of carts; `next` continues it, None at the end."""

    items: tuple[Cart, ...]
    next: str | None


class CartLineToSell(Struct, frozen=True):
    """One line of a cart as the order takes it over: the price its hold locked, and what it costs now.

    `for_sale` is False when the product was archived, withdrawn or is gone.
    """

    sku: Sku
    name: str
    quantity: int
    locked: Money
    current: Money
    for_sale: bool


class CartToOrder(Struct, frozen=True):
    """A locked cart on its way into an order; `live` while its hold still runs."""

    id: str
    status: CartStatus
    live: bool
    lines: tuple[CartLineToSell, ...]


class StaleCart(Conflict):
    """The cart was changed in another window."""

    code = "cart.stale"

    def __init__(self, expected: int, actual: int) -> None:
        self.expected, self.actual = expected, actual
        super().__init__(
            "The cart was changed in another window.",
            why=f"you saw version {expected}, it is at {actual}",
            hint="micromart cart show",
        )


class TooMuch(Refused):
    """The cart has a limit of units a product, or of lines."""

    code = "cart.too_much"

    def __init__(self, what: str, limit: int, wanted: int) -> None:
        self.limit, self.wanted = limit, wanted
        super().__init__(
            f"At most {limit} {what}; you asked for {wanted}.",
            why="a limit of this shop",
            hint=f"take {limit} or fewer",
        )


class HoldIsOver(HoldEnded):
    """There is no running hold to make longer."""

    code = "hold.over"

    def __init__(self) -> None:
        super().__init__(
            "The hold on your cart has ended.",
            why="what you picked is back on the shelf",
            hint="micromart cart restore",
        )


class Hoarding(TryAgain):
    """The session let two holds of this product end without an order, and waits a while for it."""

    code = "cart.hoarding"

    def __init__(self, sku: Sku, seconds: int) -> None:
        self.sku, self.seconds = sku, seconds
        super().__init__(
            f"Let others have a chance at {sku} first.",
            why="you let two holds of it end without an order",
            hint=f"try again in {seconds} seconds",
        )


class EmptyCart(Refused):
    """There is nothing in the cart."""

    code = "cart.empty"

    def __init__(
        self,
        message: str = "There is nothing in the cart.",
        *,
        why: str = "",
        hint: str = "micromart product list",
    ) -> None:
        super().__init__(message, why=why, hint=hint)


@dataclass(frozen=True, kw_only=True)
class CartExpired(Event, name="cart.expired", key="cart_id"):
    """A cart's hold ended and its stock is free again; `lines` are pairs of SKU and quantity."""

    cart_id: str
    user_id: str | None
    lines: tuple[tuple[str, int], ...]

    def for_the_log(self) -> Mapping[str, str | int | float]:
        """Tell how many units are free again."""
        return {"micromart.cart.units": sum(quantity for _, quantity in self.lines)}

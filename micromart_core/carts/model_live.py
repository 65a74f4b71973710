"""What staff see of carts: those that hold something now, and those whose things went back."""

from datetime import datetime

from msgspec import Struct

from micromart_core.carts.model import Cart


class ShoppersCart(Struct, frozen=True):
    """A cart and whose it is: None for a guest's, and for readers who may not know people."""

    cart: Cart
    shopper: str | None


class LiveCartPage(Struct, frozen=True):
    """Carts that hold something, the first to end first; `next` continues, None at the end."""

    items: tuple[ShoppersCart, ...]
    next: str | None


class SweptCart(Struct, frozen=True):
    """A cart whose hold ended at a moment; what it held is `cart.restorable`."""

    cart: Cart
    shopper: str | None
    ended_at: datetime

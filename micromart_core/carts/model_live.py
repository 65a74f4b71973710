"""What staff see of carts: those that hold something now, and those whose things went back."""

from dataclasses import dataclass
from datetime import datetime

from micromart_core.carts.model import Cart


@dataclass(frozen=True, slots=True)
class ShoppersCart:
    """A cart and whose it is: None for a guest's, and for readers who may not know people."""

    cart: Cart
    shopper: str | None


@dataclass(frozen=True, slots=True)
class LiveCartPage:
    """Carts that hold something, the first to end first; `next` continues, None at the end."""

    items: tuple[ShoppersCart, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class SweptCart:
    """A cart whose hold ended at a moment; what it held is `cart.restorable`."""

    cart: Cart
    shopper: str | None
    ended_at: datetime

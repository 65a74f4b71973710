"""Buying an order again: what is still free of it goes into the cart, and what is not is told."""

from typing import TYPE_CHECKING

from micromart_core.carts.model import TooMuch
from micromart_core.carts.service import add_units
from micromart_core.errors import NotFound, Refused
from micromart_core.inventory.model import OutOfStock
from micromart_core.orders.model import Order, OrderLine
from micromart_tui.rows import things

if TYPE_CHECKING:
    from micromart_tui.app import MartApp


async def buy_again(mart: "MartApp", order: Order) -> None:
    """Put an order's lines into the cart as far as they are free, and tell what came of it."""
    before = mart.cart.item_count if mart.cart else 0
    missing = [words for line in order.lines if (words := await _add(mart, line))]
    added = (mart.cart.item_count if mart.cart else 0) - before
    told = (
        f"{things(added)} {'is' if added == 1 else 'are'} in your cart." if added else "Nothing of it can be had now."
    )
    if missing:
        mart.tell("; ".join(missing), told, is_bad=True)
    else:
        mart.tell(told)


async def _add(mart: "MartApp", line: OrderLine) -> str:
    """Add one line; return what of it cannot be had, nothing when all is there."""
    try:
        await mart.change_cart(lambda _: mart.ask(add_units, line.sku, line.quantity))
    except OutOfStock as refused:
        if not refused.available:
            return f"{line.name} is sold out"
        left = refused.available
        await mart.change_cart(lambda _: mart.ask(add_units, line.sku, left))
        return f"only {left} of {line.name}"
    except TooMuch as refused:
        return f"{line.name}: {refused.message}"
    except (NotFound, Refused):
        return f"{line.name} is not sold any more"
    return ""

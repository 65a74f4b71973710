"""Buying an order again: what is still free of it goes into the cart, and what is not is told."""

from typing import TYPE_CHECKING

from micromart_core.carts.model import Cart, TooMuch
from micromart_core.carts.service import set_quantity
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
        await mart.change_cart(lambda cart: _with_more(mart, cart, line, line.quantity))
    except OutOfStock as refused:
        if not refused.available:
            return f"{line.name} is sold out"
        left = refused.available
        await mart.change_cart(lambda cart: _with_more(mart, cart, line, left))
        return f"only {left} of {line.name}"
    except TooMuch as refused:
        return f"{line.name}: {refused.message}"
    except (NotFound, Refused):
        return f"{line.name} is not sold any more"
    return ""


async def _with_more(mart: "MartApp", cart: Cart, line: OrderLine, more: int) -> Cart:
    return await mart.ask(set_quantity, line.sku, cart.quantity_of(line.sku) + more, cart.version)

"""Refusals of the cart in the words of who asked: so many more, where the core knows only how many in all."""

from micromart_cli.session import Session
from micromart_core.carts.model import TooMuch
from micromart_core.inventory.model import OutOfStock, Sku
from micromart_core.products.service import show_product


def as_asked(session: Session, refusal: OutOfStock | TooMuch, sku: Sku, quantity: int) -> OutOfStock | TooMuch:
    """Return a refusal to add `quantity` units with its sentences reworded; its facts stay."""
    if isinstance(refusal, TooMuch):
        free = session.run(show_product, sku).stock.available
        refusal.why = f"a cart takes at most {refusal.limit} of one product, and this would make {refusal.wanted}"
        room = min(free, refusal.limit - (refusal.wanted - quantity))
        refusal.hint = f"micromart cart add {sku} --quantity {room}" if room > 0 else "micromart cart show"
    else:
        free = refusal.available
    are_free = "1 is free" if free == 1 else f"{free or 'none'} are free"
    refusal.message = f"You asked for {quantity} more of {sku}; {are_free}."
    return refusal

"""What an order costs on top of its goods: shipping and tax, and the total."""

from msgspec import Struct

from micromart_core.money import Money
from micromart_core.settings import Settings


class Totals(Struct, frozen=True):
    """The four amounts under every cart and order; `tax` is part of the subtotal when prices include it."""

    subtotal: Money
    shipping: Money
    tax: Money
    total: Money


def totals_of(settings: Settings, subtotal: Money) -> Totals:
    """Return what goods of this subtotal cost in all; an empty cart costs nothing."""
    return totals_with(settings, subtotal, shipping_of(settings, subtotal))


def totals_with(settings: Settings, subtotal: Money, shipping: Money) -> Totals:
    """Return the totals when the shipping is settled already; the tax is rounded half up, once."""
    rate = settings.shop.tax_percent
    if settings.shop.tax_included:
        return Totals(subtotal, shipping, subtotal.percent_within(rate), subtotal + shipping)
    tax = subtotal.percent(rate)
    return Totals(subtotal, shipping, tax, subtotal + shipping + tax)


def shipping_of(settings: Settings, subtotal: Money) -> Money:
    """Return what sending goods of this subtotal costs: nothing for no goods, or from the subtotal the owner set."""
    shop = settings.shop
    free_from = None if shop.free_shipping_from is None else shop.money(shop.free_shipping_from)
    is_free = subtotal.amount == 0 or (free_from is not None and subtotal >= free_from)
    return Money(0, shop.currency) if is_free else shop.money(shop.shipping)

"""What a cart costs when it is ordered: the price that was held, or a lower one of now."""

from collections.abc import Iterable

from msgspec import Struct

from micromart_core.carts.model import CartLineToSell
from micromart_core.inventory.model import Sku
from micromart_core.money import Money
from micromart_core.orders.model import OrderLine
from micromart_core.settings import Settings
from micromart_core.totals import Totals, shipping_of, totals_of, totals_with

Lines = tuple[CartLineToSell, ...]


class Bill(Struct, frozen=True):
    """The lines of an order to be, and what they cost in all."""

    lines: tuple[OrderLine, ...]
    totals: Totals


def bill_for(settings: Settings, lines: Lines) -> Bill:
    """Charge each line the lower of its locked and its current price; a fallen price never brings shipping back."""
    sold = tuple(_sold(line) for line in lines)
    shipping = shipping_of(settings, _locked_subtotal(settings, lines))
    return Bill(sold, totals_with(settings, _sum(settings, (line.total for line in sold)), shipping))


def list_dearer(settings: Settings, lines: Lines) -> tuple[tuple[Sku, str, str], ...]:
    """Return SKU, locked and current price of what makes the cart dearer; nothing when its total is not higher now."""
    current = _sum(settings, (line.current * line.quantity for line in lines))
    if totals_of(settings, current).total <= totals_of(settings, _locked_subtotal(settings, lines)).total:
        return ()
    return tuple((line.sku, str(line.locked), str(line.current)) for line in lines if line.current > line.locked)


def _sold(line: CartLineToSell) -> OrderLine:
    price = min(line.locked, line.current)
    return OrderLine(
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        price=price,
        total=price * line.quantity,
        returned=False,
        restocked=False,
    )


def _locked_subtotal(settings: Settings, lines: Lines) -> Money:
    return _sum(settings, (line.locked * line.quantity for line in lines))


def _sum(settings: Settings, amounts: Iterable[Money]) -> Money:
    return sum(amounts, start=Money(0, settings.shop.currency))

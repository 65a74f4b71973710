"""Taking back what an ended hold had kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from micromart_core.carts import store
from micromart_core.carts.deadline import after_gain
from micromart_core.carts.model import Dearer, EmptyCart, Restored
from micromart_core.carts.service import check_hoarding
from micromart_core.carts.settling import settle_own_cart
from micromart_core.carts.store import CartRow, LineRow
from micromart_core.carts.view import view_of_caller
from micromart_core.inventory import service_holds as inventory
from micromart_core.inventory.model import OutOfStock, Sku
from micromart_core.money import Money
from micromart_core.operation import operation
from micromart_core.products import service as products
from micromart_core.products.model import Offer, ProductStatus
from micromart_core.transaction import Transaction


@dataclass(slots=True)
class _Haul:
    """What came back, what was gone, what waits for a yes to its higher price."""

    taken: list[Sku] = field(default_factory=list)
    missing: list[Sku] = field(default_factory=list)
    dearer: list[Dearer] = field(default_factory=list)


@operation("cart:own")
def restore_cart(tx: Transaction, accept_prices: bool = False) -> Restored:  # noqa: FBT001, FBT002  # operations take positional values
    """Take back into the open cart whatever of the ended one is still free, by the larger quantity.

    Names what is not free any more, and what is dearer unless `accept_prices`. Raise EmptyCart when there is
    nothing to take back.
    """
    cart = store.lock_open_cart(tx)
    if cart is not None and cart.is_over(tx.now):
        settle_own_cart(tx, cart)
        cart = None
    ended = store.find_last_ended(tx)
    wanted = _wanted(tx, cart, ended)
    if not wanted:
        raise EmptyCart("There is nothing to take back.", why="no hold of yours ended in the last seven days")
    cart = cart or store.create_cart(tx, last_ended=tx.now)
    haul = _take_back(tx, cart, wanted, accept_prices=accept_prices)
    if haul.taken:
        store.touch(tx, cart.id, *after_gain(tx, cart))
        if ended is not None:
            store.mark_restored(tx, ended.id, [sku for sku in haul.taken if sku not in haul.missing])
    return Restored(view_of_caller(tx), tuple(haul.taken), tuple(haul.missing), tuple(haul.dearer))


def _wanted(tx: Transaction, cart: CartRow | None, ended: CartRow | None) -> dict[Sku, LineRow]:
    """Return the lines to take back: those of the ended cart and those of the open one that lost their hold."""
    here = {line.sku: line for line in store.list_lines(tx, cart.id)} if cart else {}
    wanted = {sku: line for sku, line in here.items() if not line.held}
    for line in store.list_lines(tx, ended.id) if ended else []:
        has = here[line.sku].quantity if line.sku in here and here[line.sku].held else 0
        if not line.restored and line.quantity > has:
            wanted[line.sku] = replace(line, held=False)
    return dict(sorted(wanted.items()))


def _take_back(tx: Transaction, cart: CartRow, wanted: Mapping[Sku, LineRow], *, accept_prices: bool) -> _Haul:
    skus = list(wanted)
    offers = products.offers_of(tx, skus)
    held = {line.sku: line for line in store.list_lines(tx, cart.id) if line.held}
    inventory.lock_stock(tx, skus)
    haul = _Haul()
    for sku, line in wanted.items():
        offer = offers.get(sku)
        if offer is None or offer.status is not ProductStatus.PUBLISHED:
            haul.missing.append(sku)
        elif offer.price.amount > line.unit_price and not accept_prices:
            haul.dearer.append(Dearer(sku, offer.name, Money(line.unit_price, line.currency), offer.price))
        else:
            _take_line(tx, cart, line, held.get(sku), offer, haul)
    return haul


def _take_line(tx: Transaction, cart: CartRow, line: LineRow, held: LineRow | None, offer: Offer, haul: _Haul) -> None:
    check_hoarding(tx, line.sku)
    has = held.quantity if held else 0
    got = _hold_what_is_free(tx, line.sku, line.quantity - has)
    if got < line.quantity - has:
        haul.missing.append(line.sku)
    if got == 0:
        return
    price = min(held.unit_price, offer.price.amount) if held else offer.price.amount
    new = LineRow(line.sku, has + got, price, offer.price.currency, held=True, restored=False)
    store.save_line(tx, cart.id, new, gained=True)
    haul.taken.append(line.sku)


def _hold_what_is_free(tx: Transaction, sku: Sku, wanted: int) -> int:
    """Hold as many units as are free, at most `wanted`; return how many. The stock row is locked."""
    try:
        inventory.move_hold(tx, sku, by=wanted)
    except OutOfStock as refusal:
        if refusal.available > 0:
            inventory.move_hold(tx, sku, by=refusal.available)
        return refusal.available
    return wanted

"""Taking back what an ended hold had kept."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from micromart_core.carts import store, store_lines, store_owned
from micromart_core.carts.deadline import after_gain, before_gain
from micromart_core.carts.model import Dearer, EmptyCart, Restored, TooMuch
from micromart_core.carts.prices import is_dearer, lower_price
from micromart_core.carts.service import check_hoarding
from micromart_core.carts.settling import end_own_cart
from micromart_core.carts.store import CartRow
from micromart_core.carts.store_lines import LineRow
from micromart_core.carts.view import view_of_caller
from micromart_core.changes import Topic
from micromart_core.inventory import service_holds as inventory
from micromart_core.inventory.model import Sku
from micromart_core.money import Money
from micromart_core.operation import operation
from micromart_core.products import service as products
from micromart_core.products.model import ProductStatus
from micromart_core.transaction import Transaction


class _Plan(Struct, frozen=True):
    """What may be taken back, with the price it will be held at; what is withdrawn; what waits for a yes."""

    lines: dict[Sku, tuple[LineRow, Money]]
    missing: list[Sku]
    dearer: list[Dearer]


@operation("cart:own")
def restore_cart(tx: Transaction, accept_prices: bool = False) -> Restored:  # noqa: FBT001, FBT002  # operations take positional values
    """Take back into the open cart whatever of the ended one is still free, by the larger quantity.

    Names what is not free any more, and what is dearer unless `accept_prices`. Raise EmptyCart when there is
    nothing to take back, TooMuch when the cart would have more lines than one may have; then all stays as it is.
    """
    owned = store_owned.lock_open_cart(tx)
    cart, here = owned.cart, owned.lines
    if cart is not None and cart.is_over(tx.now):
        _end(tx, cart, here)
        cart, here = None, []
    ended = store.find_last_ended(tx)
    wanted = _wanted(here, store_lines.list_lines(tx, ended.id) if ended else [])
    if not wanted:
        raise EmptyCart("There is nothing to take back.", why="no hold of yours ended in the last seven days")
    cart = before_gain(cart, here) if cart else store.create_cart(tx, last_ended=tx.now)
    plan = _plan(tx, wanted, accept_prices=accept_prices)
    taken, short = _take_back(tx, cart, plan, {line.sku: line for line in here if line.held})
    together = len({line.sku for line in here} | set(taken))
    if together > max(tx.settings.cart.max_lines, len(here)):
        raise TooMuch("different products in a cart", tx.settings.cart.max_lines, together)
    missing = sorted([*plan.missing, *short])
    if taken and ended is not None:
        store_lines.mark_restored(tx, ended.id, [sku for sku in taken if sku not in missing])
        tx.touch(Topic.CARTS, ended.id)
    return Restored(view_of_caller(tx), tuple(taken), tuple(missing), tuple(plan.dearer))


def _end(tx: Transaction, cart: CartRow, lines: Sequence[LineRow]) -> None:
    """End the caller's cart whose hold is over.

    Its stock is locked in one ordered statement with that of the cart which may be restored in its stead.
    """
    before = store.find_last_ended(tx)
    older = store_lines.list_lines(tx, before.id) if before else []
    inventory.lock_stock(tx, sorted({line.sku for line in (*lines, *older)}))
    end_own_cart(tx, cart, lines)


def _wanted(here: Sequence[LineRow], ended: Sequence[LineRow]) -> dict[Sku, LineRow]:
    """Return the lines to take back: those of the ended cart and those of the open one that lost their hold."""
    wanted = {line.sku: line for line in here if not line.held}
    has = {line.sku: line.quantity for line in here if line.held}
    for line in ended:
        if not line.restored and line.quantity > has.get(line.sku, 0):
            wanted[line.sku] = line
    return dict(sorted(wanted.items()))


def _plan(tx: Transaction, wanted: Mapping[Sku, LineRow], *, accept_prices: bool) -> _Plan:
    offers = products.offers_of(tx, list(wanted))
    plan = _Plan({}, [], [])
    for sku, line in wanted.items():
        offer = offers.get(sku)
        if offer is None or offer.status is not ProductStatus.PUBLISHED:
            plan.missing.append(sku)
        elif is_dearer(line, offer.price) and not accept_prices:
            plan.dearer.append(Dearer(sku, offer.name, Money(line.unit_price, line.currency), offer.price))
        else:
            plan.lines[sku] = line, offer.price
    return plan


def _take_back(tx: Transaction, cart: CartRow, plan: _Plan, held: Mapping[Sku, LineRow]) -> tuple[list[Sku], list[Sku]]:
    """Hold what is free of the planned lines; return what was taken, and of what not all could be."""
    if not plan.lines:
        return [], []
    check_hoarding(tx, list(plan.lines))
    has = {sku: held[sku].quantity if sku in held else 0 for sku in plan.lines}
    got = inventory.hold_what_is_free(tx, {sku: line.quantity - has[sku] for sku, (line, _) in plan.lines.items()})
    taken = [sku for sku, units in got.items() if units]
    if taken:
        lines = [_line(sku, has[sku] + got[sku], lower_price(held.get(sku), plan.lines[sku][1])) for sku in taken]
        store_lines.save_lines(tx, cart.id, lines, gained=True)
        held_until, hold_limit = after_gain(tx, cart)
        store.touch(tx, replace(cart, held_until=held_until, hold_limit=hold_limit))
        tx.touch(Topic.CARTS, cart.id)
    return taken, [sku for sku, (line, _) in plan.lines.items() if has[sku] + got[sku] < line.quantity]


def _line(sku: Sku, quantity: int, price: Money) -> LineRow:
    return LineRow(sku, quantity, price.amount, price.currency, held=True, restored=False)

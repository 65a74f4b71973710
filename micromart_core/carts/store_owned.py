"""Locking the caller's cart and reading what is in it, in one statement."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from sqlalchemy import Select, Text, bindparam

from micromart_core.carts.store import OPEN, OWN, ROW, CartRow, cart_row, lock, owner_of
from micromart_core.carts.store_lines import LINE, LineRow, list_lines
from micromart_core.carts.tables import cart_lines, carts
from micromart_core.inventory.model import Sku
from micromart_core.products import beside
from micromart_core.products.model import Offer
from micromart_core.transaction import Transaction

_seen = carts.alias("seen")
_CART_WIDTH = len(ROW) + 1  # and when the owner's newest cart ended
_LINE_AT = _CART_WIDTH + 1  # behind the version that was seen
_OFFER_AT = _LINE_AT + len(LINE)
_WANTED_AT = _OFFER_AT + beside.WIDTH


class Owned(Struct, frozen=True):
    """A locked cart, its lines by SKU, and the offers that were read with it: those of its lines at least.

    Offers are of the moment when the statement began. No cart has no lines and no offers.
    """

    cart: CartRow | None = None
    lines: list[LineRow] = field(default_factory=list)
    offers: Mapping[Sku, Offer] = field(default_factory=dict)


def _with_lines(query: Select[Any], *, wanted: bool) -> Select[Any]:
    """Lock a cart and read its lines at once, with their products and, if wanted, one more.

    PostgreSQL reads the lines as they were when the statement began, the cart as it is when the lock is there. `seen`
    is the version of the cart when it began: when somebody else was in between, the two differ.
    """
    both = carts.join(_seen, _seen.c.id == carts.c.id).outerjoin(cart_lines, cart_lines.c.cart_id == carts.c.id)
    with_offers = beside.with_offer(both, cart_lines.c.sku)
    rows, columns = with_offers.rows, with_offers.columns
    if wanted:
        with_wanted = beside.with_offer(rows, bindparam("wanted", type_=Text))
        rows, columns = with_wanted.rows, columns + with_wanted.columns
    read = query.add_columns(_seen.c.version, *LINE, *columns).select_from(rows)
    return lock(read.order_by(cart_lines.c.sku))


_OPEN = {signed_in: _with_lines(query, wanted=False) for signed_in, query in OPEN.items()}
_OPEN_AND_WANTED = {signed_in: _with_lines(query, wanted=True) for signed_in, query in OPEN.items()}
_OWN = {signed_in: _with_lines(query, wanted=False) for signed_in, query in OWN.items()}


def lock_open_cart(tx: Transaction) -> Owned:
    """Lock the caller's open cart and return it with its lines and their offers."""
    signed_in, owner = owner_of(tx)
    return _read(tx, _OPEN[signed_in], owner)


def lock_open_cart_wanting(tx: Transaction, sku: Sku) -> Owned:
    """Lock the caller's open cart and return it with its lines; among its offers is that of a product, if it exists."""
    signed_in, owner = owner_of(tx)
    return _read(tx, _OPEN_AND_WANTED[signed_in], {**owner, "wanted": sku}, wanted=sku)


def lock_own_cart(tx: Transaction, cart_id: str) -> Owned:
    """Lock a cart of the caller, whatever its status, and return it with its lines and their offers."""
    signed_in, owner = owner_of(tx)
    return _read(tx, _OWN[signed_in], {**owner, "cart": cart_id})


def _read(tx: Transaction, query: Select[Any], parameters: dict[str, Any], wanted: Sku | None = None) -> Owned:
    found = tx.connection.execute(query, parameters).all()
    if not found:
        return Owned()
    cart, seen_version = cart_row(found[0][:_CART_WIDTH]), found[0][_CART_WIDTH]
    if cart.version != seen_version:
        return Owned(cart, list_lines(tx, cart.id))
    filled = [row for row in found if row[_LINE_AT] is not None]  # an empty cart is a row of no line
    offers = [beside.offer_in(row[_LINE_AT], row[_OFFER_AT:_WANTED_AT]) for row in filled]
    if wanted is not None:
        offers.append(beside.offer_in(wanted, found[0][_WANTED_AT:]))
    return Owned(cart, [LineRow(*row[_LINE_AT:_OFFER_AT]) for row in filled], _by_sku(offers))


def _by_sku(offers: Sequence[Offer | None]) -> dict[Sku, Offer]:
    return {offer.sku: offer for offer in offers if offer is not None}

"""A shopper of a drill: browses, searches, holds, changes, clears, walks away, comes back, signs in and orders."""

import random
from threading import Event

from msgspec import Struct
from msgspec.structs import replace

from micromart_core.bootstrap import Shop
from micromart_core.caller import Caller, UserId
from micromart_core.carts.service import clear_cart, extend_hold, set_quantity, show_cart
from micromart_core.carts.service_merge import merge_at_sign_in
from micromart_core.carts.service_restore import restore_cart
from micromart_core.gateway import LocalGateway
from micromart_core.identity import KnownCaller
from micromart_core.ids import new_id
from micromart_core.inventory.model import Sku
from micromart_core.maintenance.drill_notes import Found, Notes
from micromart_core.operation import operation
from micromart_core.orders.service import place_order
from micromart_core.orders.service_lists import my_orders
from micromart_core.orders.service_moves import cancel_order
from micromart_core.permissions import ROLES, Role
from micromart_core.products.model import Product, ProductFilter
from micromart_core.products.service import list_products, show_product
from micromart_core.products.service_search import search_products
from micromart_core.transaction import Transaction
from micromart_core.users.service import welcome
from micromart_core.users.service_addresses import add_address

_ISSUER = "urn:micromart:drill"
_HOT_SHARE = 0.8
"""How often a shopper wants one of the few things that everybody wants."""
_ENDINGS = {"orders": 55, "walks_away": 20, "clears": 25}


@operation("ops:run", repeatable=True, on_wire=False)
def sign_in(tx: Transaction, name: str, cart_key: str) -> UserId:
    """Sign a made-up shopper in, and make the guest's cart theirs; only a drill does so, in its copy."""
    user_id = welcome(tx, _ISSUER, name, name, name, f"{name}@drill.invalid").id
    merge_at_sign_in(tx, user_id, cart_key)
    return user_id


class Goods(Struct, frozen=True):
    """What is for sale, and the few things of it that everybody wants."""

    all: tuple[Product, ...]
    hot: tuple[Product, ...]


class Shopper:
    """One person, over and over again, until it is time to close."""

    def __init__(self, shop: Shop, goods: Goods, chance: random.Random, closing: Event) -> None:
        self.notes = Notes()
        self._shop, self._goods, self._chance, self._closing = shop, goods, chance, closing
        self._name = new_id("drill")
        self._has_address = False
        self._key, self._door = self._as_guest()

    def live(self) -> None:
        """Come again and again; a bug of the shop is a broken promise, and the next visit goes on."""
        while not self._closing.is_set():
            try:
                self._visit()
            except Exception as error:  # noqa: BLE001  # whatever it is, the owner must read of it
                self.notes.found.append(Found("a refusal is told, never a bug", f"{type(error).__name__}: {error}"))
        self._shop.close()

    def _visit(self) -> None:
        self._key, self._door = self._as_guest()
        self._look_around()
        taken = [self._product().sku for _ in range(self._chance.randint(1, 3))]
        for sku in taken:
            self._hold(sku)
        if self._chance.random() < 1 / 3:
            self._hold(taken[0])
        ending = self._chance.choices(list(_ENDINGS), list(_ENDINGS.values()))[0]
        getattr(self, f"_{ending}")()

    def _look_around(self) -> None:
        self.notes.ask(self._door, list_products, ProductFilter(in_stock=True))
        product = self._product()
        if self._chance.random() < 1 / 2:
            self.notes.ask(self._door, search_products, product.name.split()[-1])
        self.notes.ask(self._door, show_product, product.sku)

    def _hold(self, sku: Sku) -> None:
        self.notes.ask(self._door, set_quantity, sku, self._chance.randint(1, 3))

    def _clears(self) -> None:
        self.notes.ask(self._door, clear_cart)

    def _walks_away(self) -> None:
        """Let the hold end, look at what is left of the cart, and mostly want it back."""
        self._closing.wait(self._shop.settings.holds.duration.total_seconds())
        self.notes.ask(self._door, show_cart)
        if self._chance.random() < 2 / 3:
            self.notes.ask(self._door, restore_cart, True)
            self._orders()

    def _orders(self) -> None:
        user_id = self.notes.ask(self._shop.operator(), sign_in, self._name, self._key)
        if user_id is None:
            return
        caller = Caller(self._name, ROLES[Role.SHOPPER], user_id, f"{self._name}@drill.invalid", signed_in=True)
        self._door = self._shop.gateway(KnownCaller(caller))
        self._give_address()
        if self._chance.random() < 1 / 4:
            self.notes.ask(self._door, extend_hold)
        self._order_once()
        if self._chance.random() < 1 / 6:
            self._cancel_one()

    def _give_address(self) -> None:
        if not self._has_address:
            where = ("A Shopper", "1 Drill Street", "London", "NW1 6XE", "GB")
            self._has_address = self.notes.ask(self._door, add_address, *where) is not None

    def _order_once(self) -> None:
        """Order, sometimes asking twice: the same key must get the same order."""
        door = replace(self._door, idempotency_key=new_id("key"))
        placed = self.notes.ask(door, place_order)
        if placed is None:
            return
        self.notes.orders.add(placed.id)
        again = self.notes.ask(door, place_order) if self._chance.random() < 1 / 4 else None
        if again is not None and again.id != placed.id:
            self.notes.found.append(Found("the same key has the same answer", f"{placed.number}, then {again.number}"))

    def _cancel_one(self) -> None:
        orders = self.notes.ask(self._door, my_orders)
        if orders is not None and orders.items:
            self.notes.ask(self._door, cancel_order, self._chance.choice(orders.items).number)

    def _product(self) -> Product:
        is_hot = self._chance.random() < _HOT_SHARE
        return self._chance.choice(self._goods.hot if is_hot else self._goods.all)

    def _as_guest(self) -> tuple[str, LocalGateway]:
        key = new_id("guest")
        return key, self._shop.gateway(KnownCaller(Caller("guest", cart_key=key)))
